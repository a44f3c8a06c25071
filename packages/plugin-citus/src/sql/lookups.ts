import type { IdClause, NumberClause, QuantityClause, TokenClause } from '@anamnesis/core'
import { int4Array, int8Array } from '../binary.js'
import { hash64 } from '../hash64.js'
import { bucketOf } from '../ids.js'
import * as keys from '../token-keys.js'
import { typeNumber } from '../types.js'
import { type SqlContext, seqOf } from './context.js'
import { type DateRange, longBefore, startsIn } from './date-range.js'
import { quantityTests } from './ranges.js'
import type { Strategy } from './strategy.js'
import { hashedCondition } from './tokens.js'

/** Where the rows of a search come from: a part of FROM that defines `r`, and conditions. */
export interface Branch {
  readonly from: string
  readonly conditions: readonly string[]
  /** Conditions that every index in the order of results knows. */
  readonly live?: readonly string[]
  /** Columns other than `r`'s by which this branch is in the order of an index. */
  readonly expressions?: { readonly date?: string; readonly key?: string; readonly seq: string }
  /** Put what comes from here in a materialised subquery before sorting: the planner must not swap both. */
  readonly fenced?: boolean
  /** Rows of the index in the wanted order that are looked at before giving up. */
  readonly bounded?: number
  /** What is walked where that is not `resource` itself: these rows lead to `r` by `from`. */
  readonly walked?: { readonly from: string; readonly conditions: readonly string[] }
}

export function byId({ parameters, types, definitions }: SqlContext, { ids }: IdClause): Branch {
  const distinct = [...new Set(ids)]
  const list = parameters.add(distinct, 'text[]')
  const homes = parameters.add(int4Array(distinct.map(bucketOf)), 'int[]')
  const numbers = types.map((type) => typeNumber(definitions, type))
  const ofType =
    numbers.length === definitions.resourceTypes.length ? '' : ` and l.type = any ('{${numbers.join(',')}}')`
  return {
    // The `offset` keeps the planner from reading all locations to join them with a long list.
    from:
      `(select k.bucket, k.id from unnest(${homes}, ${list}) k(bucket, id)` +
      ` union select l.bucket, l.id from unnest(${list}) k(id) cross join lateral` +
      ` (select * from resource_location l where l.id = k.id${ofType} offset 0) l) k` +
      ' join resource r on r.bucket = k.bucket and r.id = k.id',
    conditions: [],
  }
}

/** The resources beside the patients, and those in whose further patients they are. */
export function byPatient(context: SqlContext, ids: readonly string[]): Branch[] {
  const { parameters, types, definitions } = context
  const numbers = types.map((type) => typeNumber(definitions, type))
  const ofType = numbers.length === 1 ? `c.type = ${numbers[0]}` : 'true'
  if (ids.length === 1) {
    const bucket = parameters.add(bucketOf(ids[0]!), 'int')
    const patient = parameters.add(ids[0], 'text')
    return [
      { from: 'resource r', conditions: [`r.bucket = ${bucket}`, `r.patient = ${patient}`] },
      {
        from: lateral(context, 'resource_compartment', 'c.home_bucket'),
        conditions: [`c.bucket = ${bucket}`, `c.patient = ${patient}`, ofType],
        expressions: { date: 'c.date', seq: 'c.seq' },
      },
    ]
  }
  const list = parameters.add(ids, 'text[]')
  const buckets = parameters.add(int4Array(ids.map(bucketOf)), 'int[]')
  return [
    { from: 'resource r', conditions: [`r.bucket = any (${buckets})`, `r.patient = any (${list})`] },
    {
      from: lateral(context, 'resource_compartment', 'c.home_bucket'),
      conditions: [
        `c.bucket = any (${buckets})`,
        `c.patient = (select min(p collate "C") from unnest(r.patients) p where p = any (${list}))`,
        ofType,
        `(r.patient is null or r.patient <> all (${list}))`,
      ],
    },
  ]
}

/** A plain join would be estimated at one row, and the whole branch sorted. */
function lateral(context: SqlContext, table: string, bucket: string): string {
  return (
    `${table} c cross join lateral` +
    ` (select * from resource r where ${bySeq(context, 'c.seq')} and r.bucket = ${bucket} limit 1) r`
  )
}

/** The resource of a side row. */
function bySeq(context: SqlContext, seq: string): string {
  const { types, definitions } = context
  const ofType = types.length === 1 ? `r.type = ${typeNumber(definitions, types[0]!)} and ` : ''
  return `${ofType}${seqOf(context, 'r')} = ${seq}`
}

export function byCode(context: SqlContext, clause: TokenClause, range: DateRange | undefined): Branch[] {
  const { param, values } = clause
  const { parameters, types, definitions } = context
  const { system, code } = values[0]!
  const key = keys.parameterKey(types[0]!, param.code)
  const hash = parameters.add(hash64(keys.codeKey(key, code!)), 'bigint')
  const full =
    system === undefined ? undefined : parameters.add(hash64(keys.codingKey(key, system, code!)), 'bigint')
  return [
    {
      from: 'resource r',
      conditions: [
        `r.code = ${hash}`,
        ...(full ? [`coalesce(r.code_full = ${full}, false)`] : []),
        ...(range ? startsIn(context, range) : []),
      ],
    },
    {
      from: lateral(context, 'search_code', 'c.bucket'),
      conditions: [
        `c.code = ${hash}`,
        full ? `c.code_full = ${full}` : 'c.first',
        ...(range ? startsIn(context, range, 'c.date') : []),
      ],
      expressions: { date: 'c.date', seq: 'c.seq' },
    },
    ...longOnes(context, range).map(({ conditions, ...branch }) => ({
      ...branch,
      conditions: [
        `r.type = ${typeNumber(definitions, types[0]!)}`,
        ...conditions,
        hashedCondition(context, clause),
      ],
    })),
  ]
}

export function byDate(context: SqlContext, range: DateRange, fenced: boolean): Branch[] {
  return [{ from: 'resource r', conditions: startsIn(context, range), fenced }, ...longOnes(context, range)]
}

/** Each resource by the first of its values: further ones, which come later in the order, are passed over. */
export function bySorted(
  context: SqlContext,
  { side, descending, bounded }: Strategy & { readonly by: 'sorted' },
): Branch[] {
  const { table, column, promoted } = side
  const param = context.parameters.add(side.param, 'bigint')
  const before = descending ? '>' : '<'
  const earlier = (condition: string) =>
    `not exists (select from ${table} o where o.bucket = r.bucket and o.seq = r.seq and o.param = ${param} and ${condition})`
  const isFirst = [
    earlier(`(o.${column} ${before} s.${column} or (o.${column} = s.${column} and o.n < s.n))`),
    ...(promoted ? [`(r.${promoted} is null or s.${column} ${before} r.${promoted})`] : []),
  ]
  const sides: Branch = {
    from: ` cross join lateral (select * from resource r where ${bySeq(context, 's.seq')} and r.bucket = s.bucket limit 1) r`,
    conditions: isFirst,
    expressions: { key: `s.${column}`, seq: 's.seq' },
    walked: { from: `${table} s`, conditions: [`s.param = ${param}`] },
    bounded,
  }
  if (!promoted) return [sides]
  const type = `r.type = ${typeNumber(context.definitions, context.types[0]!)}`
  const columns: Branch = {
    from: '',
    conditions: [earlier(`o.${column} ${before} r.${promoted}`)],
    expressions: { key: `r.${promoted}`, seq: 'r.seq' },
    walked: { from: 'resource r', conditions: [type, `r.${promoted} is not null`] },
    bounded,
  }
  return [sides, columns]
}

/** Those that are in a range for their end alone. */
function longOnes(context: SqlContext, range: DateRange | undefined): Branch[] {
  const conditions = range && longBefore(context, range)
  return conditions ? [{ from: 'resource r', conditions, fenced: true }] : []
}

/** With more tokens than these the planner would rather compare each row of the table with all of them. */
const fewTokens = 16

export function byToken({ parameters }: SqlContext, hashes: readonly bigint[]): Branch {
  const list = parameters.add(int8Array(hashes), 'bigint[]')
  if (hashes.length > fewTokens) {
    return {
      from:
        `(select distinct h.bucket, h.type, h.id from unnest(${list}) k(hash) cross join lateral` +
        ' (select h.bucket, h.type, h.id from resource h where h.tokens @> array[k.hash] and not h.deleted offset 0) h) k' +
        ' join resource r on r.bucket = k.bucket and r.type = k.type and r.id = k.id',
      conditions: [],
      fenced: true,
    }
  }
  return {
    from: 'resource r',
    conditions: [`r.tokens ${hashes.length === 1 ? '@>' : '&&'} ${list}`],
    fenced: true,
  }
}

/** By the side rows `s` for which a condition holds. */
export function bySide(context: SqlContext, table: string, test: string): Branch {
  return {
    from:
      `(select distinct s.bucket, s.seq from ${table} s where ${test}) s` +
      ` join resource r on ${bySeq(context, 's.seq')} and r.bucket = s.bucket`,
    conditions: [],
  }
}

/** Those that the column has, and those that only side rows have. */
export function quantityBranches(context: SqlContext, clause: QuantityClause | NumberClause): Branch[] {
  const { column, side } = quantityTests(context, clause)
  const branches: Branch[] = column ? [{ from: 'resource r', conditions: [column], fenced: true }] : []
  if (side) {
    const others = column ? [`not coalesce(${column}, false)`] : []
    branches.push({ ...bySide(context, 'search_quantity', side), conditions: others })
  }
  return branches
}
