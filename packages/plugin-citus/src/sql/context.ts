import { type Definitions, FhirError, type SearchParameter } from '@anamnesis/core'
import { int8Array } from '../binary.js'
import { hash64 } from '../hash64.js'
import { storedParameters } from '../promoted.js'
import { parameterKey } from '../token-keys.js'

/** The parameters of one statement, in the order of their numbers. */
export class Parameters {
  readonly values: unknown[] = []

  /** Adds a value and gives the text that stands for it; `cast` where its type does not follow from its place. */
  add(value: unknown, cast = ''): string {
    this.values.push(value)
    return `$${this.values.length}${cast && `::${cast}`}`
  }

  hashes(hashes: readonly bigint[]): string {
    return this.add(int8Array(hashes), 'bigint[]')
  }
}

/** What turning a clause into a condition needs to know. */
export interface SqlContext {
  readonly definitions: Definitions
  readonly parameters: Parameters
  /** Resource types that the condition is about. */
  readonly types: readonly string[]
  /** Alias of the row that is judged: a `resource`, or a version of one when `onVersion`. */
  readonly row: string
  /** The row may be a superseded version: it has patients, but its search values are gone. */
  readonly onVersion?: boolean
}

/** Keys of a parameter in each of the types; a parameter that is a union has the keys of its parts. */
export function parameterKeys({ types }: Pick<SqlContext, 'types'>, param: SearchParameter): string[] {
  return types.flatMap((type) =>
    storedParameters(type, param.code).map((stored) => parameterKey(type, stored)),
  )
}

export function parameterHashes(context: SqlContext, param: SearchParameter): bigint[] {
  return parameterKeys(context, param).map(hash64)
}

/** `column = one` or `column = any (many)`. */
export function isOneOf(context: SqlContext, column: string, hashes: readonly bigint[]): string {
  return hashes.length === 1
    ? `${column} = ${context.parameters.add(hashes[0], 'bigint')}`
    : `${column} = any (${context.parameters.hashes(hashes)})`
}

export function either(conditions: readonly string[]): string {
  if (conditions.length === 0) return 'false'
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(' or ')})`
}

export function all(conditions: readonly string[]): string {
  if (conditions.length === 0) return 'true'
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(' and ')})`
}

export function unsupported(param: string, what: string): FhirError {
  return new FhirError(
    'unsupported-search',
    `This server does not support ${what} on the search parameter ${param} yet. Leave it out.`,
  )
}
