// _summary and _elements: a part of a resource in place of all of it. https://hl7.org/fhir/R4/search.html#summary
import type { Definitions, ElementDefinition } from '../definitions/definitions.js'
import { digits, type JsonContainer } from '../fhir/digits.js'
import type { AnyResource } from '../fhir/types.js'
import type { View } from '../plugin/interaction.js'
import type { ResourceResult } from '../plugin/result.js'

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

/**
 * The part of a resource that a view asks for, tagged SUBSETTED so that nobody takes it for the whole. Mandatory elements
 * stay, and so do those that change the meaning of the rest; the digits of numbers too. A view of everything costs nothing.
 */
export function applyView(
  definitions: Definitions,
  result: ResourceResult,
  view: View | undefined,
): ResourceResult {
  const keep = view && selector(definitions, view)
  return keep ? result.withResource(tagged(keep(result.resource))) : result
}

/** True for a view that leaves something out. */
export function isPartial({ summary, elements }: View): boolean {
  return elements !== undefined || summary === 'true' || summary === 'text' || summary === 'data'
}

function selector(
  definitions: Definitions,
  view: View,
): ((resource: AnyResource) => AnyResource) | undefined {
  if (!isPartial(view)) return undefined
  // Who names elements wants these, whatever kind of summary comes with them.
  if (view.elements) {
    const asked = new Set(view.elements.map((name) => name.split('.')[0] as string))
    return (resource) =>
      topLevel(definitions, resource, (key, field) => asked.has(key) || asked.has(field?.name ?? key))
  }
  if (view.summary === 'data') return ({ text: _, ...others }) => others as AnyResource
  if (view.summary === 'text') return (resource) => topLevel(definitions, resource, (key) => key === 'text')
  return (resource) => summarize(definitions, resource, resource.resourceType) as AnyResource
}

/** Without these a receiver could misread, or not recognise, what is left. */
const always = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension'])

function topLevel(
  definitions: Definitions,
  resource: AnyResource,
  wanted: (key: string, field: Field | undefined) => boolean,
): AnyResource {
  const fields = fieldsOf(definitions, resource.resourceType)
  return pick(resource, (key, value) => {
    const field = fields?.get(key)
    return always.has(key) || (field?.element.min ?? 0) > 0 || wanted(key, field) ? value : undefined
  }) as AnyResource
}

/** What the definitions mark as summary, at every level, and what is mandatory there. */
function summarize(definitions: Definitions, container: JsonContainer, path: string): JsonContainer {
  const fields = fieldsOf(definitions, path)
  if (!fields) return container
  const part = pick(container, (key, value) => {
    if (key === 'resourceType') return value
    const field = fields.get(key)
    if (!field?.element.summary && !((field?.element.min ?? 0) > 0)) return undefined
    // A resource inside another is content: it comes whole or not at all.
    const inner = (item: unknown) =>
      isObject(item) && item.resourceType === undefined
        ? summarize(definitions, item, field?.path ?? '')
        : item
    return Array.isArray(value) ? copyList(value, inner) : inner(value)
  })
  // An element is never empty: one that was nothing but an extension stays as it is.
  return Object.keys(part).length === 0 ? container : part
}

/** A copy with what `select` gives for each property, by its name without the underscore of a primitive's extensions. */
function pick(container: JsonContainer, select: (key: string, value: unknown) => unknown): JsonContainer {
  const part: JsonContainer = {}
  for (const key of Object.keys(container)) {
    const sibling = key.startsWith('_')
    const value = select(sibling ? key.slice(1) : key, container[key])
    if (value !== undefined) part[key] = sibling ? container[key] : value
  }
  const texts = container[digits]
  if (texts !== undefined) part[digits] = texts
  return part
}

function copyList(list: readonly unknown[], change: (item: unknown) => unknown): unknown[] {
  const copy = list.map(change)
  const texts = (list as unknown as JsonContainer)[digits]
  if (texts !== undefined) (copy as unknown as JsonContainer)[digits] = texts
  return copy
}

function tagged(resource: AnyResource): AnyResource {
  const { resourceType, id, meta, ...others } = resource
  const tags = Array.isArray(meta?.tag) ? meta.tag : []
  const known = tags.some(
    (tag) => isObject(tag) && tag.system === subsetted.system && tag.code === subsetted.code,
  )
  const tag = known ? tags : [...tags, subsetted]
  return { resourceType, ...(id === undefined ? {} : { id }), meta: { ...meta, tag }, ...others }
}

/** What a property of JSON stands for. */
interface Field {
  /** The element's name; for `valueQuantity`, `value`. */
  readonly name: string
  readonly element: ElementDefinition
  /** Where its own elements are defined. */
  readonly path: string
}

const known = new WeakMap<Definitions, Map<string, ReadonlyMap<string, Field> | undefined>>()

/** The elements at a path by the names that they have in JSON, where a choice has one for each of its types. */
function fieldsOf(definitions: Definitions, path: string): ReadonlyMap<string, Field> | undefined {
  let paths = known.get(definitions)
  if (!paths) {
    paths = new Map()
    known.set(definitions, paths)
  }
  if (paths.has(path)) return paths.get(path)
  const elements = definitions.elements(path)
  const fields = elements && new Map<string, Field>()
  for (const [name, element] of elements ?? []) {
    for (const type of element.types) {
      fields?.set(`${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`, { name, element, path: type })
    }
    fields?.set(name, { name, element, path: `${path}.${name}` })
  }
  paths.set(path, fields)
  return fields
}

function isObject(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
