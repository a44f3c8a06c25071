import type { Model } from 'fhirpath'
import type { PatchValue } from './fhirpath-patch-document.js'

/** How an element is written in JSON. */
export interface NamedElement {
  /** The property: `birthDate`, `valueQuantity`. */
  readonly key: string
  /** All properties that can hold it: several for a choice. */
  readonly keys: readonly string[]
  readonly repeats: boolean
  /** The path under which the model has the element's own elements: `HumanName`, `Patient.contact`. */
  readonly path: string
}

/** A name or value that does not fit the definitions; the message is a clause. */
export class ElementError extends Error {
  override readonly name = 'ElementError'
}

/**
 * Finds the property that a value of an element goes to, the one of a choice by the value's type.
 *
 * @param path of the parent in the model: `Patient`, `HumanName`, `Patient.contact`.
 * @param name as in FHIRPath, `value`; the JSON spelling `valueQuantity` is understood too.
 * @throws ElementError for an unknown element, or a value of the wrong type.
 */
export function nameElement(model: Model, path: string, name: string, value: PatchValue): NamedElement {
  const choice = choiceOf(model, path, name)
  if (choice) {
    if (value.kind !== 'typed' || !choice.types.includes(value.type)) {
      throw new ElementError(
        `${path}.${choice.name} is one of ${choice.types.join(', ')}, not ${describe(value)}`,
      )
    }
    const keys = choice.types.map((type) => choice.name + type)
    return { key: choice.name + value.type, keys, repeats: false, path: modelName(value.type, model) }
  }
  const element = elementAt(model, path, name)
  if (!element) throw new ElementError(`${path} has no element "${name}"`)
  if (!fits(model, element.type, value)) {
    throw new ElementError(
      `${path}.${name} is a ${element.type.replace('System.', '')}, not ${describe(value)}`,
    )
  }
  return { key: name, keys: [name], repeats: element.repeats, path: element.path }
}

/** Whether an element repeats; undefined where the definitions have none of this name. */
export function repeats(model: Model, path: string, name: string): boolean | undefined {
  return choiceOf(model, path, name) ? false : elementAt(model, path, name)?.repeats
}

function choiceOf(
  model: Model,
  path: string,
  name: string,
): { name: string; types: readonly string[] } | undefined {
  for (let end = name.length; end > 0; end--) {
    const types = own(model.choiceTypePaths, `${path}.${name.slice(0, end)}`)
    const suffix = name.slice(end)
    if (types && (suffix === '' || suffix === '[x]' || types.includes(suffix)))
      return { name: name.slice(0, end), types }
  }
  return undefined
}

function elementAt(
  model: Model,
  path: string,
  name: string,
): { type: string; repeats: boolean; path: string } | undefined {
  const full = own(model.pathsDefinedElsewhere, `${path}.${name}`) ?? `${path}.${name}`
  const type = own(model.path2Type, full)
  if (type === undefined) return undefined
  const repeating = own(
    (model as unknown as { path2Repeating: Record<string, boolean> }).path2Repeating,
    full,
  )
  return {
    type,
    repeats: repeating === true,
    path: type === 'BackboneElement' || type === 'Element' ? full : type,
  }
}

function fits(model: Model, type: string, value: PatchValue): boolean {
  if (value.kind === 'resource') return type === 'Resource'
  if (value.kind === 'parts') return isComplex(type) && type !== 'Resource'
  const given = modelName(value.type, model)
  if (isComplex(type) || isComplex(given)) {
    return given === type || model.type2Parent[given] === type || model.type2Parent[type] === given
  }
  // Which format of string or number it has to be is for validation.
  return jsonType(given) === jsonType(type)
}

/** The type's name in the definitions: `Code` of `valueCode` is `code`. */
function modelName(suffix: string, model: Model): string {
  const primitive = suffix.charAt(0).toLowerCase() + suffix.slice(1)
  return own(model.type2Parent, suffix) === undefined && own(model.type2Parent, primitive) !== undefined
    ? primitive
    : suffix
}

function isComplex(type: string): boolean {
  return /^[A-Z]/.test(type) && !type.startsWith('System.')
}

function jsonType(type: string): 'boolean' | 'number' | 'string' {
  if (/boolean$/i.test(type)) return 'boolean'
  return /^(?:System\.)?(?:integer|decimal|unsignedInt|positiveInt)$/i.test(type) ? 'number' : 'string'
}

function describe(value: PatchValue): string {
  if (value.kind === 'typed') return value.type
  return value.kind === 'resource' ? 'a resource' : 'a list of parts'
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
