import type { WordsClause } from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import { parameterKey, wordKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { either, type SqlContext } from './context.js'

/** The hashes that rows of a type have in `words`, all of them, where a clause holds. */
export function wordHashes(type: string, { param, words }: WordsClause): bigint[] {
  const key = parameterKey(type, param.code)
  return words.map((word) => hash64(wordKey(key, word)))
}

/** As one condition among others, in a form that no index serves; a row without words has none of any. */
export function wordsCondition(context: SqlContext, clause: WordsClause): string {
  const { row, parameters, types, definitions } = context
  return either(
    types.map((type) => {
      const test = `coalesce(${row}.words @> ${parameters.hashes(wordHashes(type, clause))}, false)`
      // No words at all are in rows of other types too.
      return types.length === 1 ? test : `(${row}.type = ${typeNumber(definitions, type)} and ${test})`
    }),
  )
}

/** As the condition that finds the rows, by the index. */
export function wordsLookup({ row, parameters, types }: SqlContext, clause: WordsClause): string {
  return either(types.map((type) => `${row}.words @> ${parameters.hashes(wordHashes(type, clause))}`))
}
