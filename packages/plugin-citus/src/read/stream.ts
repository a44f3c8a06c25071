import type { SearchQuery, StoredResource } from '@anamnesis/core'
import Cursor from 'pg-cursor'
import { toFhirError } from '../errors.js'
import type { Pool } from '../pool.js'
import { toBranches } from '../sql/branches.js'
import { type SqlContext, seqOf } from '../sql/context.js'
import { newContext, type RawRow, toResource } from '../sql/search.js'
import type { Statistics } from '../sql/statistics.js'
import { chooseStrategies, flatten, type Strategy } from '../sql/strategy.js'
import type { Queryable, Statement } from '../statement.js'

const batchSize = 200

type Definitions = SqlContext['definitions']

/** All matches by ascending `seq`; behind `after`, and at most `limit`, if given. */
function statement(
  definitions: Definitions,
  query: SearchQuery,
  statistics: Statistics | undefined,
  after?: bigint,
  limit?: number,
): Statement {
  const context = newContext(definitions, query.types)
  const clauses = flatten(query.where)
  // Whatever is bounded may miss rows; the last strategy never is. Nor does it go through what a hop leads to before
  // the first row comes.
  const last = chooseStrategies(context, clauses, 'seq', statistics).at(-1)!
  const strategy: Strategy = ['chain', 'has', 'quantity'].includes(last.by) ? { by: 'walk' } : last
  const tail = limit === undefined ? '' : ` limit ${limit}`
  const branches = toBranches(context, clauses, strategy).map(({ from, conditions, live = [] }) => {
    const edge =
      after === undefined ? [] : [`${seqOf(context, 'r')} > ${context.parameters.add(after, 'bigint')}`]
    const where = [...conditions, ...live, ...edge].join(' and ')
    return `(select r.type, r.id, r.version, r.seq, r.content from ${from} where ${where} order by ${seqOf(context, 'r')}${tail})`
  })
  const text = branches.length === 1 ? branches[0]! : `${branches.join(' union all ')} order by seq${tail}`
  return { text, values: context.parameters.values }
}

/** One snapshot of all matches of a resolved query, through a cursor on a connection of its own. */
export async function* streamByCursor(
  pool: Pool,
  definitions: Definitions,
  query: SearchQuery,
  statistics: Statistics | undefined,
): AsyncGenerator<StoredResource> {
  const connection = await pool.reserve().catch((error: unknown) => {
    throw toFhirError(error)
  })
  let failure: Error | undefined
  try {
    const { client } = connection
    // A stream takes as long as its reader; without sorting, the first rows come at once.
    await client.query(
      'begin read only; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local enable_sort = off',
    )
    const { text, values } = statement(definitions, query, statistics)
    const cursor = client.query(new Cursor<RawRow>(text, values as unknown[]))
    try {
      for (let rows = await cursor.read(batchSize); rows.length > 0; rows = await cursor.read(batchSize)) {
        for (const row of rows) yield toResource(definitions, row)
      }
    } finally {
      await cursor.close()
    }
    await client.query('commit')
  } catch (error) {
    failure = error as Error
    throw toFhirError(error)
  } finally {
    // A reader that stops early leaves the transaction open: the connection is not worth saving.
    connection.release(failure ?? new Error('stream ended'))
  }
}

/** In a transaction, whose one connection its work may use between two resources: page by page. */
export async function* streamByPages(
  database: Queryable,
  definitions: Definitions,
  query: SearchQuery,
): AsyncGenerator<StoredResource> {
  let after: bigint | undefined
  for (;;) {
    const rows: RawRow[] = await database.query(statement(definitions, query, undefined, after, batchSize))
    for (const row of rows) yield toResource(definitions, row)
    after = rows.at(-1)?.seq
    if (rows.length < batchSize) return
  }
}
