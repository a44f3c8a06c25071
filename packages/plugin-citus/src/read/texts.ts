import { type Clause, FhirError, type TokenClause } from '@anamnesis/core'
import * as binary from '../binary.js'
import { hash64 } from '../hash64.js'
import { highest, indexedLength, stringKey } from '../normal-text.js'
import { parameterKeys } from '../sql/context.js'
import type { Queryable } from '../statement.js'

/** A `:text` clause with the forms in `resource.tokens` of all texts that it asks for. */
export interface ResolvedText extends TokenClause {
  readonly hashes: readonly bigint[]
}

/** Texts that one search may match. */
const textLimit = 10_000

interface Lookup {
  readonly clause: TokenClause
  readonly types: readonly string[]
}

type Rewrite = (clause: TokenClause, types: readonly string[]) => Clause

/**
 * Clauses on resources of some types, with the hashes of their texts in each `:text` clause, those in groups, chains and
 * `_has` included. One statement, and none where there is no such clause.
 *
 * @throws FhirError `too-costly` where more than 10,000 texts match a clause.
 */
export async function resolveTexts(
  database: Queryable,
  clauses: readonly Clause[],
  types: readonly string[],
): Promise<readonly Clause[]> {
  const lookups: Lookup[] = []
  rewriteAll(clauses, types, (clause, of) => {
    lookups.push({ clause, types: of })
    return clause
  })
  if (lookups.length === 0) return clauses
  const found = await lookUp(database, lookups)
  let n = 0
  return rewriteAll(clauses, types, (clause): ResolvedText => ({ ...clause, hashes: found[n++]! }))
}

function rewriteAll(clauses: readonly Clause[], types: readonly string[], rewrite: Rewrite): Clause[] {
  return clauses.map((clause) => rewriteOne(clause, types, rewrite))
}

function rewriteOne(clause: Clause, types: readonly string[], rewrite: Rewrite): Clause {
  switch (clause.kind) {
    case 'token':
      return clause.modifier === 'text' ? rewrite(clause, types) : clause
    case 'and':
    case 'or':
    case 'not':
      return { ...clause, clauses: rewriteAll(clause.clauses, types, rewrite) }
    case 'chain':
      return {
        ...clause,
        targets: clause.targets.map(({ type, where }) => ({
          type,
          where: rewriteAll(where, [type], rewrite),
        })),
      }
    case 'has':
      return { ...clause, where: rewriteAll(clause.where, [clause.type], rewrite) }
    default:
      return clause
  }
}

/** The hashes of the texts that each lookup asks for. */
async function lookUp(database: Queryable, lookups: readonly Lookup[]): Promise<bigint[][]> {
  const ranges = lookups.flatMap(({ clause, types }, n) =>
    parameterKeys({ types }, clause.param).flatMap((key) =>
      clause.values.map(({ code = '' }) => {
        const low = stringKey(code)
        // What is as long as a stored text can only be equal to one.
        const high = low.length >= indexedLength ? `${low}\u0001` : low + highest
        return { n, param: hash64(key), low, high }
      }),
    ),
  )
  const rows = await database.query<{ n: number; hash: bigint }>({
    name: 'find-texts',
    text: `select k.n, t.hash from unnest($1::int[], $2::bigint[], $3::text[], $4::text[]) k(n, param, low, high)
      cross join lateral (select s.hash from search_text s
        where s.param = k.param and s.value >= k.low collate "C" and s.value < k.high collate "C"
        limit ${textLimit + 1}) t`,
    values: [
      binary.int4Array(ranges.map(({ n }) => n)),
      binary.int8Array(ranges.map(({ param }) => param)),
      binary.textArray(ranges.map(({ low }) => low)),
      binary.textArray(ranges.map(({ high }) => high)),
    ],
  })
  const found = lookups.map(() => new Set<bigint>())
  for (const { n, hash } of rows) found[n]!.add(hash)
  return found.map((hashes, n) => {
    if (hashes.size > textLimit) throw tooMany(lookups[n]!.clause)
    return [...hashes]
  })
}

function tooMany({ param, values }: TokenClause): FhirError {
  const asked = values.map(({ code = '' }) => `"${code}"`).join(', ')
  return new FhirError(
    'too-costly',
    `${param.code}:text matches more than ${textLimit} different texts that start with ${asked}. Give more of the text.`,
  )
}
