import type { StringClause } from '@anamnesis/core'
import { hash64Once } from '../hash64.js'
import { indexedLength, stringKey } from '../index-row.js'
import { either, isOneOf, parameterHashes, type SqlContext } from './context.js'

/** The highest code point: what starts with a text lies below that text followed by it. */
const highest = '\u{10ffff}'

/** The condition on a row `s` of `search_string`. */
export function stringTest(context: SqlContext, clause: StringClause): string {
  const { parameters } = context
  const text = (value: string) => parameters.add(value, 'text')
  const tests = clause.values.map((value) => {
    const key = stringKey(value)
    switch (clause.modifier) {
      case 'exact':
        return `(s.value = ${text(key)} and s.exact = ${parameters.add(hash64Once(value), 'bigint')})`
      case 'equals':
        return `s.value = ${text(key)}`
      case 'ends':
        return `right(s.value, ${[...key].length}) = ${text(key)}`
      case 'contains':
        return `position(${text(key)} in s.value) > 0`
      default:
        // What is as long as an indexed text can only be equal to one.
        return key.length >= indexedLength
          ? `s.value = ${text(key)}`
          : `(s.value >= ${text(key)} and s.value < ${text(key + highest)})`
    }
  })
  return `${isOneOf(context, 's.param', parameterHashes(context, clause.param))} and ${either(tests)}`
}

export function stringCondition(context: SqlContext, clause: StringClause): string {
  const { row } = context
  return (
    `exists (select from search_string s where s.bucket = ${row}.bucket and s.seq = ${row}.seq` +
    ` and ${stringTest(context, clause)})`
  )
}
