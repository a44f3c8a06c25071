// Every element of a resource with its definition, found without the walks that are under test.
import type { ElementDefinition } from '../../../src/definitions/definitions.js'
import { r4 } from '../../../src/definitions/r4.js'
import type { AnyResource } from '../../../src/fhir/types.js'

export type Json = Readonly<Record<string, unknown>>
export type Path = readonly (string | number)[]

/** An element of a resource, or the resource itself. */
export interface Spot {
  /** Properties and indexes from the resource. */
  readonly path: Path
  /** FHIRPath, with the index of an element that repeats. */
  readonly expression: string
  /** FHIRPath of what it is in. */
  readonly parent: string
  readonly value: unknown
  /** FHIR type; of a backbone element the path where it is defined, such as `Patient.contact`. */
  readonly type: string
  readonly definition: ElementDefinition
  /** Where it is defined: type, or path of a backbone element, and name there. */
  readonly owner: string
  readonly name: string
  /** All items of an element that repeats, rather than one of them. */
  readonly list: boolean
  /** One of several types is chosen by the property's name. */
  readonly choice: boolean
}

/** A resource and its elements, those of contained resources and of a Bundle's entries included. */
export function spotsOf(resource: AnyResource): readonly Spot[] {
  const { resourceType: type } = resource
  const definition = { types: [type], min: 0, max: 1, summary: false }
  const root = { path: [], expression: type, parent: '', owner: '', name: '', list: false, choice: false }
  const spots: Spot[] = [{ ...root, value: resource, type, definition }]
  visitObject(resource as Json, type, [], type, spots)
  return spots
}

function visitObject(value: Json, type: string, path: Path, expression: string, spots: Spot[]): void {
  const elements = r4.elements(type)
  if (!elements) return
  for (const [property, item] of Object.entries(value)) {
    if (property === 'resourceType' || property.startsWith('_')) continue
    const found = elementOf(elements, property)
    if (!found) continue
    const { name, code, definition } = found
    const choice = definition.types.length > 1 && property !== name
    const common = {
      type: code === 'BackboneElement' || code === 'Element' ? `${type}.${name}` : code,
      definition,
      owner: type,
      name,
      parent: expression,
      choice,
    }
    const place = {
      path: [...path, property],
      expression: `${expression}.${choice ? `${name}.ofType(${code})` : name}`,
    }
    if (Array.isArray(item)) {
      spots.push({ ...common, ...place, value: item, list: true })
      for (const [index, each] of item.entries()) {
        if (each === null) continue
        const at = { path: [...place.path, index], expression: `${place.expression}[${index}]` }
        visitValue({ ...common, ...at, value: each, list: false }, spots)
      }
    } else visitValue({ ...common, ...place, value: item, list: false }, spots)
  }
}

function visitValue(spot: Spot, spots: Spot[]): void {
  const { value } = spot
  const isResource = spot.type === 'Resource'
  const type = isResource ? String((value as Json).resourceType) : spot.type
  spots.push({ ...spot, type })
  if (typeof value === 'object') visitObject(value as Json, type, spot.path, spot.expression, spots)
}

function elementOf(
  elements: ReadonlyMap<string, ElementDefinition>,
  property: string,
): { readonly name: string; readonly code: string; readonly definition: ElementDefinition } | undefined {
  const own = elements.get(property)
  if (own?.types.length === 1) return { name: property, code: own.types[0] as string, definition: own }
  for (const [name, definition] of elements) {
    if (definition.types.length < 2 || !property.startsWith(name)) continue
    const code = definition.types.find((type) => capitalized(type) === property.slice(name.length))
    if (code !== undefined) return { name, code, definition }
  }
  return undefined
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** A copy of a resource with another value at a path; `undefined` takes the property away. */
export function withValue<T>(value: T, [key, ...rest]: Path, replacement: unknown): T {
  if (key === undefined) return replacement as T
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  if (rest.length === 0 && replacement === undefined) delete copy[key]
  else copy[key] = withValue(copy[key], rest, replacement)
  return copy as T
}

/** What is at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key as string], value)
}
