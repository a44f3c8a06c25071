import type { Clause, CompositeClause, WordsClause } from '@anamnesis/core'
import { compositeHashes } from './composites.js'
import type { SqlContext } from './context.js'
import { clauseHashes, type HashedClause, isHashed, isPositive } from './tokens.js'
import { wordHashes } from './words.js'

/** A clause that a lookup in a GIN index can answer, or narrow down. */
export type DrivingClause = HashedClause | CompositeClause | WordsClause

export interface Driver {
  readonly clause: DrivingClause
  /** Alternatives of which a match has one; of words it has all, and the rarest tells how many rows there can be. */
  readonly lists: readonly (readonly bigint[])[]
}

/** How a clause may drive a search; undefined where it cannot. */
export function driverOf(context: SqlContext, clause: Clause): Driver | undefined {
  if (isHashed(clause)) {
    return isPositive(clause) ? { clause, lists: [clauseHashes(context, clause)] } : undefined
  }
  if (clause.kind === 'composite') {
    const hashes = compositeHashes(context, clause)
    return hashes && { clause, lists: [hashes] }
  }
  if (clause.kind === 'words' && clause.words.length > 0) {
    const byType = context.types.map((type) => wordHashes(type, clause))
    return { clause, lists: clause.words.map((_, index) => byType.map((hashes) => hashes[index]!)) }
  }
  return undefined
}
