import type { StringClause } from '@anamnesis/core'
import { hash64Once } from '../hash64.js'
import { highest, indexedLength, stringKey } from '../normal-text.js'
import { either, isOneOf, parameterHashes, type SqlContext } from './context.js'

/** Where the text of a value is: normalised and cut, and whether it is written exactly like another. */
interface TextColumns {
  readonly text: string
  readonly isExactly: (value: string) => string
}

/** The condition that a text is one of those searched. */
export function textTest(
  { parameters }: SqlContext,
  { modifier, values }: Pick<StringClause, 'modifier' | 'values'>,
  { text: column, isExactly }: TextColumns,
): string {
  const text = (value: string) => parameters.add(value, 'text')
  const tests = values.map((value) => {
    const key = stringKey(value)
    switch (modifier) {
      case 'exact':
        return `(${column} = ${text(key)} and ${isExactly(value)})`
      case 'equals':
        return `${column} = ${text(key)}`
      case 'ends':
        return `right(${column}, ${[...key].length}) = ${text(key)}`
      case 'contains':
        return `position(${text(key)} in ${column}) > 0`
      default:
        // What is as long as an indexed text can only be equal to one.
        return key.length >= indexedLength
          ? `${column} = ${text(key)}`
          : `(${column} >= ${text(key)} and ${column} < ${text(key + highest)})`
    }
  })
  return either(tests)
}

/** The condition on a row `s` of `search_string`. */
export function stringTest(context: SqlContext, clause: StringClause): string {
  const test = textTest(context, clause, {
    text: 's.value',
    isExactly: (value) => `s.exact = ${context.parameters.add(hash64Once(value), 'bigint')}`,
  })
  return `${isOneOf(context, 's.param', parameterHashes(context, clause.param))} and ${test}`
}

export function stringCondition(context: SqlContext, clause: StringClause): string {
  const { row } = context
  return (
    `exists (select from search_string s where s.bucket = ${row}.bucket and s.seq = ${row}.seq` +
    ` and ${stringTest(context, clause)})`
  )
}
