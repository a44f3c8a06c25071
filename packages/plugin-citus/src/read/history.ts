import type { Definitions, HistoryEntry, HistoryPage, HistoryQuery } from '@anamnesis/core'
import { bucketOf } from '../ids.js'
import { seqAt } from '../sequence.js'
import { toConditions } from '../sql/condition.js'
import { Parameters, type SqlContext, seqOf } from '../sql/context.js'
import type { Queryable } from '../statement.js'
import { typeName, typeNumber } from '../types.js'

interface Row {
  readonly type: number
  readonly id: string
  readonly version: number
  readonly seq: bigint
  readonly deleted: boolean
  readonly method: 'P' | 'U' | 'D'
  readonly content: string | null
}

const methods = { P: 'POST', U: 'PUT', D: 'DELETE' } as const

/**
 * One page of the history of a resource, a type or the server: the union of current and superseded versions, each
 * side read in the order of its index up to the size of the page.
 */
export async function readHistory(
  database: Queryable,
  definitions: Definitions,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { count, after } = query
  // One more than asked for tells whether more follow. Behind `after` something does: the version that it names.
  const rows = await database.query<Row>(statement(definitions, query, count + 1))
  const page = rows.slice(0, count)
  if (after !== undefined) page.reverse()
  return {
    entries: page.map((row) => toEntry(definitions, row)),
    more: after !== undefined || rows.length > count,
  }
}

function statement(definitions: Definitions, query: HistoryQuery, limit: number) {
  const parameters = new Parameters()
  const context: SqlContext = {
    definitions,
    parameters,
    types: query.type === undefined ? definitions.resourceTypes : [query.type],
    row: 'h',
    onVersion: true,
  }
  const conditions = [...versionConditions(context, query), ...toConditions(context, query.access ?? [])]
  const newest = query.after === undefined ? ' desc' : ''
  const order = `order by ${seqOf(context, 'h')}${newest}`
  const part = (table: string, more: string) =>
    `(select h.* from (select bucket, type, id, version, seq, deleted, method, patient, patients, content from ${table}` +
    ` where ${more}) h${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''} ${order} limit ${limit})`
  return {
    text:
      'select type, id, version, seq, deleted, method, content from (' +
      `${part('resource', 'moved_to is null')} union all ${part('resource_history', 'true')}) h order by h.seq${newest} limit ${limit}`,
    values: parameters.values,
  }
}

function versionConditions(
  context: SqlContext,
  { type, id, since, at, before, after }: HistoryQuery,
): string[] {
  const { definitions, parameters } = context
  const seq = seqOf(context, 'h')
  const conditions: string[] = []
  const bigint = (value: bigint) => parameters.add(value, 'bigint')
  if (type !== undefined) {
    const number = parameters.add(typeNumber(definitions, type), 'smallint')
    conditions.push(`h.type = ${number}`)
    if (id !== undefined) {
      const name = parameters.add(id, 'text')
      const home = parameters.add(bucketOf(id), 'int')
      conditions.push(
        `h.id = ${name}`,
        `h.bucket = (select coalesce((select l.bucket from resource_location l where l.id = ${name} and l.type = ${number}), ${home}))`,
      )
    }
  }
  if (since !== undefined) conditions.push(`${seq} >= ${bigint(seqAt(since))}`)
  if (before !== undefined) conditions.push(`${seq} < ${bigint(before)}`)
  if (after !== undefined) conditions.push(`${seq} > ${bigint(after)}`)
  if (at !== undefined) {
    // A version ends where its successor starts; the successor is superseded too, or current.
    const successor = (table: string) =>
      `(select n.seq from ${table} n where n.bucket = h.bucket and n.type = h.type and n.id = h.id and n.version = h.version + 1)`
    conditions.push(
      `${seq} < ${bigint(seqAt(at.high))}`,
      `coalesce(${successor('resource_history')}, ${successor('resource')}, 9223372036854775807) >= ${bigint(seqAt(Math.floor(at.low) + 1))}`,
    )
  }
  return conditions
}

function toEntry(definitions: Definitions, row: Row): HistoryEntry {
  return {
    type: typeName(definitions, row.type),
    id: row.id,
    version: row.version,
    seq: row.seq,
    deleted: row.deleted,
    content: row.content ?? '',
    method: methods[row.method],
  }
}
