import type { Clause, Definitions, ResourceKey, SearchQuery } from '@anamnesis/core'
import { int4Array, int8Array } from '../binary.js'
import { toBranches } from '../sql/branches.js'
import { Parameters, type SqlContext, seqOf } from '../sql/context.js'
import type { Statistics } from '../sql/statistics.js'
import { chooseStrategies, flatten } from '../sql/strategy.js'
import { clauseHashes, isHashed, isPositive } from '../sql/tokens.js'
import type { Queryable } from '../statement.js'
import { typeName, typeNumber } from '../types.js'

interface Row {
  readonly n: number
  readonly type: number
  readonly id: string
  readonly seq: bigint
}

/** More than one match is all that a conditional interaction needs to know. */
const wanted = 2

/**
 * Up to two matches of each query: one statement for the queries that ask for one token, as `?identifier=` does, and
 * one for all others.
 */
export async function matchQueries(
  database: Queryable,
  definitions: Definitions,
  queries: readonly SearchQuery[],
  statistics: Statistics | undefined,
): Promise<ResourceKey[][]> {
  const matches: Row[][] = queries.map(() => [])
  const add = (rows: readonly Row[]) => {
    for (const row of rows) matches[row.n]!.push(row)
  }
  const tokens: TokenQuery[] = []
  const others: (readonly [number, SearchQuery])[] = []
  for (const [n, query] of queries.entries()) {
    const token = toTokenQuery(definitions, query)
    if (token) tokens.push({ n, ...token })
    else others.push([n, query])
  }
  if (tokens.length > 0) add(await database.query<Row>(tokenStatement(tokens)))
  if (others.length > 0) add(await database.query<Row>(unionStatement(definitions, others, statistics)))
  // A query with several branches has up to two of each.
  return matches.map((rows) =>
    rows
      .sort((a, b) => (a.seq < b.seq ? -1 : 1))
      .slice(0, wanted)
      .map(({ type, id }) => ({ type: typeName(definitions, type), id })),
  )
}

interface TokenQuery {
  readonly n: number
  readonly hash: bigint
  readonly type: number
}

function toTokenQuery(
  definitions: Definitions,
  { types, where }: SearchQuery,
): Omit<TokenQuery, 'n'> | undefined {
  const clauses = flatten(where)
  const [type] = types
  const [clause] = clauses
  if (type === undefined || types.length > 1 || clause === undefined || clauses.length > 1) return undefined
  if (!isHashed(clause) || !isPositive(clause)) return undefined
  const context = { definitions, parameters: new Parameters(), types, row: 'r' }
  const [hash, ...more] = clauseHashes(context, clause)
  return hash === undefined || more.length > 0 ? undefined : { hash, type: typeNumber(definitions, type) }
}

function tokenStatement(tokens: readonly TokenQuery[]) {
  return {
    name: 'match-tokens',
    text: `select k.n, r.type, r.id, r.seq from unnest($1::int[], $2::bigint[], $3::int[]) k(n, hash, type)
      cross join lateral (
        with found as materialized (select type, id, seq from resource where tokens @> array[k.hash] and not deleted)
        select type, id, seq from found where type = k.type order by seq limit ${wanted}) r`,
    values: [
      int4Array(tokens.map(({ n }) => n)),
      int8Array(tokens.map(({ hash }) => hash)),
      int4Array(tokens.map(({ type }) => type)),
    ],
  }
}

function unionStatement(
  definitions: Definitions,
  queries: readonly (readonly [number, SearchQuery])[],
  statistics: Statistics | undefined,
) {
  const parameters = new Parameters()
  const parts = queries.flatMap(([n, { types, where }]) => {
    const context: SqlContext = { definitions, parameters, types, row: 'r' }
    return branchesOf(context, flatten(where), statistics).map(
      ({ from, conditions, live = [] }) =>
        `(select ${n} as n, r.type, r.id, r.seq from ${from} where ${[...conditions, ...live].join(' and ')} order by ${seqOf(context, 'r')} limit ${wanted})`,
    )
  })
  return { text: parts.join(' union all '), values: parameters.values }
}

function branchesOf(context: SqlContext, clauses: readonly Clause[], statistics: Statistics | undefined) {
  return toBranches(context, clauses, chooseStrategies(context, clauses, 'seq', statistics).at(-1)!)
}
