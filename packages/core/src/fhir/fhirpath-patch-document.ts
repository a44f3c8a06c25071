import { FhirError } from '../errors/fhir-error.js'
import { type JsonContainer, sourceOf } from './digits.js'

/** A value of an operation: a data type, a resource, or an anonymous type given element by element. */
export type PatchValue =
  | {
      readonly kind: 'typed'
      /** As in `value[x]`: `Code`, `HumanName`. */
      readonly type: string
      readonly value: unknown
      /** The kept digits of a number. */
      readonly source: string | undefined
      /** Id and extensions of a primitive. */
      readonly extra: unknown
    }
  | { readonly kind: 'resource'; readonly value: unknown }
  | {
      readonly kind: 'parts'
      readonly parts: readonly { readonly name: string; readonly value: PatchValue }[]
    }

/** One operation of a FHIRPath Patch. */
export type PatchOperation = { readonly position: number; readonly path: string } & (
  | { readonly type: 'add'; readonly name: string; readonly value: PatchValue }
  | { readonly type: 'insert'; readonly value: PatchValue; readonly index: number }
  | { readonly type: 'delete' }
  | { readonly type: 'replace'; readonly value: PatchValue }
  | { readonly type: 'move'; readonly source: number; readonly destination: number }
)

/** Characters of one path; none that is meant to select one element needs more. */
const longestPath = 500

/** Characters of all paths of a patch: evaluating a hostile path takes up to 0.1 ms for each. */
const longestPaths = 20_000

/**
 * Reads the operations of a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html).
 *
 * @throws FhirError `invalid-patch`, with the index of the operation; `too-costly` for too many.
 */
export function readFhirPathPatch(parameters: unknown): PatchOperation[] {
  if (!isObject(parameters) || parameters.resourceType !== 'Parameters') {
    throw new FhirError('invalid-patch', 'A FHIRPath Patch is a Parameters resource, and this is none.')
  }
  const list = parameters.parameter ?? []
  if (!Array.isArray(list)) throw new FhirError('invalid-patch', 'Parameters.parameter has to be an array.')
  const operations = list.map(readOperation)
  if (operations.reduce((total, { path }) => total + path.length, 0) > longestPaths) {
    throw new FhirError(
      'too-costly',
      `The paths of the FHIRPath Patch have more than ${longestPaths} characters together.`,
    )
  }
  return operations
}

function readOperation(parameter: unknown, position: number): PatchOperation {
  const refuse = (problem: string) =>
    new FhirError('invalid-patch', `Operation ${position} of the FHIRPath Patch ${problem}.`, {
      expression: [`Parameters.parameter[${position}]`],
    })
  if (!isObject(parameter) || parameter.name !== 'operation')
    throw refuse('has to be a parameter named "operation"')
  const parts = new Map<string, JsonContainer>()
  for (const part of Array.isArray(parameter.part) ? parameter.part : []) {
    if (!isObject(part) || typeof part.name !== 'string') throw refuse('has a part without a name')
    if (!partNames.has(part.name)) throw refuse(`has an unknown part "${part.name}"`)
    if (parts.has(part.name)) throw refuse(`has two parts "${part.name}"`)
    parts.set(part.name, part)
  }
  const text = (name: string, ...keys: string[]): string => {
    const part = parts.get(name)
    const found = keys.map((key) => part?.[key]).find((value) => typeof value === 'string')
    if (typeof found !== 'string' || found === '') throw refuse(`needs a part "${name}" with a ${keys[0]}`)
    return found
  }
  const integer = (name: string): number => {
    const value = parts.get(name)?.valueInteger
    if (!Number.isInteger(value) || (value as number) < 0)
      throw refuse(`needs a part "${name}" with a valueInteger of 0 or more`)
    return value as number
  }
  const value = (): PatchValue => {
    const part = parts.get('value')
    const read = part && readValue(part)
    if (!read) throw refuse('needs a part "value" with a value[x], a resource or parts')
    return read
  }
  const type = text('type', 'valueCode', 'valueString')
  const path = text('path', 'valueString')
  if (path.length > longestPath) throw refuse(`has a path of more than ${longestPath} characters`)
  switch (type) {
    case 'add':
      return { position, type, path, name: text('name', 'valueString'), value: value() }
    case 'insert':
      return { position, type, path, value: value(), index: integer('index') }
    case 'delete':
      return { position, type, path }
    case 'replace':
      return { position, type, path, value: value() }
    case 'move':
      return { position, type, path, source: integer('source'), destination: integer('destination') }
    default:
      throw refuse('needs a type: add, insert, delete, replace or move')
  }
}

const partNames: ReadonlySet<string> = new Set([
  'type',
  'path',
  'name',
  'value',
  'index',
  'source',
  'destination',
])

function readValue(part: JsonContainer): PatchValue | undefined {
  if (part.resource !== undefined) return { kind: 'resource', value: part.resource }
  const key = Object.keys(part)
    .find((name) => /^_?value[A-Z]/.test(name))
    ?.replace('_', '')
  if (key !== undefined) {
    const type = key.slice('value'.length)
    return { kind: 'typed', type, value: part[key], source: sourceOf(part, key), extra: part[`_${key}`] }
  }
  if (!Array.isArray(part.part) || part.part.length === 0) return undefined
  const parts = part.part.map((child: unknown) => {
    const value = isObject(child) ? readValue(child) : undefined
    return value && typeof (child as JsonContainer).name === 'string'
      ? { name: (child as JsonContainer).name as string, value }
      : undefined
  })
  return parts.every((child) => child !== undefined) ? { kind: 'parts', parts } : undefined
}

function isObject(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
