import type { FhirNode } from './contract.js'

/** A collection of FHIRPath. Never written to after it was given away. */
export type Collection = readonly FhirNode[]

/** A node as the compiler makes it: a number may keep the text that it was written with. */
export interface SystemNode extends FhirNode {
  readonly text?: string
}

/** Types of computed values (https://hl7.org/fhirpath/N1/#literals). */
export type SystemType =
  | 'System.Boolean'
  | 'System.String'
  | 'System.Integer'
  | 'System.Decimal'
  | 'System.Date'
  | 'System.DateTime'
  | 'System.Time'
  | 'System.Quantity'
  | 'System.Any'

export const empty: Collection = Object.freeze([])
export const trueNode: FhirNode = Object.freeze({ value: true, type: 'System.Boolean' })
export const falseNode: FhirNode = Object.freeze({ value: false, type: 'System.Boolean' })
export const yes: Collection = Object.freeze([trueNode])
export const no: Collection = Object.freeze([falseNode])

/** A value that was computed. */
export function systemNode(type: SystemType, value: unknown): FhirNode {
  return { value, type }
}

export function textCollection(value: string | undefined): Collection {
  return value === undefined ? empty : [{ value, type: 'System.String' }]
}

export function integerCollection(value: number | undefined): Collection {
  return value === undefined ? empty : [{ value, type: 'System.Integer' }]
}

export function booleanCollection(value: boolean | undefined): Collection {
  return value === undefined ? empty : value ? yes : no
}

/** The one item of a collection; undefined for none. @throws EvaluationError for more. */
export function singleton(collection: Collection): FhirNode | undefined {
  if (collection.length > 1) throw new EvaluationError('one item was expected')
  return collection[0]
}

/** The text of a collection of at most one item. @throws EvaluationError for anything else. */
export function singleText(collection: Collection): string | undefined {
  const value = singleton(collection)?.value
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new EvaluationError('a text was expected')
  return value
}

/** The whole number of a collection of at most one item. @throws EvaluationError for anything else. */
export function singleInteger(collection: Collection): number | undefined {
  const value = singleton(collection)?.value
  if (value === undefined || value === null) return undefined
  if (!Number.isInteger(value)) throw new EvaluationError('a whole number was expected')
  return value as number
}

/** Singleton evaluation to a truth value: one item that is no truth value counts as true. */
export function truth(collection: Collection): boolean | undefined {
  const node = singleton(collection)
  if (node === undefined) return undefined
  return typeof node.value === 'boolean' ? node.value : node.value == null ? undefined : true
}

/** A value of `FhirPathEnvironment.variables`, given as a node or plain. */
export function variableValue(value: unknown): unknown {
  return isNode(value) ? value.value : value
}

export function isNode(value: unknown): value is FhirNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'value' in value
}

/** The expression cannot be evaluated on what it was given. */
export class EvaluationError extends Error {}

/** The answer depends on what is not at hand: a value set, a profile, another resource. */
export class UnknownAnswer extends Error {}

/** The compiler cannot do this; the package `fhirpath` may. */
export class Unsupported extends Error {}
