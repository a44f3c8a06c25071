import type {
  ChainClause,
  Clause,
  CompartmentClause,
  HasClause,
  IdClause,
  NearClause,
  NumberClause,
  QuantityClause,
  StringClause,
  TokenClause,
  WordsClause,
} from '@anamnesis/core'
import { int4Array, int8Array } from '../binary.js'
import { hash64 } from '../hash64.js'
import { bucketOf } from '../ids.js'
import { promotionOf } from '../promoted.js'
import * as keys from '../token-keys.js'
import { typeNumber } from '../types.js'
import { toConditions } from './condition.js'
import { type SqlContext, seqOf } from './context.js'
import { type DateRange, dateRange, longBefore, startsIn } from './date-range.js'
import { type Driver, driverOf } from './drivers.js'
import { isAt, isHop, isMembership, referencedIds, refersTo } from './hops.js'
import { nearTest } from './near.js'
import type { OrderKey, SortedSide } from './order.js'
import { quantityTests } from './ranges.js'
import type { Statistics } from './statistics.js'
import { stringTest } from './strings.js'
import { type HashedClause, hashedCondition } from './tokens.js'
import { wordsLookup } from './words.js'

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

/** A way to find the rows of a search. */
export type Strategy =
  | { readonly by: 'id'; readonly clause: IdClause }
  /** `clause` is undefined where the patient follows from a reference, which then stays a condition. */
  | { readonly by: 'patient'; readonly ids: readonly string[]; readonly clause: Clause | undefined }
  | { readonly by: 'code'; readonly clause: TokenClause; readonly range?: DateRange }
  /** By the promoted date. */
  | { readonly by: 'date'; readonly range: DateRange; readonly fenced: boolean }
  | { readonly by: 'token'; readonly clause: HashedClause; readonly hashes: readonly bigint[] }
  /** By the hashes of one component; the composite itself stays a condition. */
  | { readonly by: 'component'; readonly hashes: readonly bigint[] }
  | { readonly by: 'words'; readonly clause: WordsClause }
  | { readonly by: 'near'; readonly clause: NearClause }
  | { readonly by: 'quantity'; readonly clause: QuantityClause | NumberClause }
  | { readonly by: 'string'; readonly clause: StringClause }
  /** From what a chain leads to, back to what refers there. */
  | { readonly by: 'chain'; readonly clause: ChainClause; readonly through: readonly Through[] }
  /** From what refers, to what it refers to. */
  | { readonly by: 'has'; readonly clause: HasClause; readonly through: Through }
  /** Walks the values by which the results are sorted; only finds what has one. */
  | {
      readonly by: 'sorted'
      readonly side: SortedSide
      readonly descending: boolean
      readonly bounded: number
    }
  /** Walks an index in the order of the results, and with `bounded` gives up after so many rows. */
  | { readonly by: 'walk'; readonly bounded?: number }

/** The other resources through which a search goes, and how they are found. */
interface Through {
  readonly type: string
  readonly clauses: readonly Clause[]
  readonly strategy: Strategy
}

/** Index rows that a walk looks at for a dense token. */
const walkLength = 10_000
/** The same where the way that follows is in the order of the results too. */
const glance = 500
/** The same where each of them is judged by looking at others, and in counting by a sample of such. */
const hopWalkLengths = { chain: 2_000, has: 500 }
const sampleLength = 3_000
const hopSampleLengths = { chain: 500, has: 100 }

/**
 * Ways to run a search, to be tried in turn. `order` is that of the results; `none` where it does not matter, `seq` where
 * all of them are wanted from the oldest on. A bounded one that finds less than a page says nothing about the rest, so
 * the next one starts over.
 *
 * A dense token is found by walking in the order of the results until the page is full, a rare one through GIN; each
 * way is a hundred times slower for the other's tokens.
 */
export function chooseStrategies(
  context: SqlContext,
  clauses: readonly Clause[],
  order: readonly OrderKey[] | 'seq' | 'none',
  statistics: Statistics | undefined,
): Strategy[] {
  const leading = typeof order === 'string' ? undefined : order[0]
  const type = context.types.length === 1 ? context.types[0] : undefined
  const id = clauses.find((clause): clause is IdClause => clause.kind === 'id')
  if (id) return [{ by: 'id', clause: id }]
  const patients = patientsOf(context, clauses)
  if (patients) return [patients]

  // All rows in the order of `seq` are read by that; by any other order, the fewer the better.
  const range = order === 'seq' ? undefined : clauses.flatMap((clause) => dateRange(context, clause) ?? [])[0]
  const byRange = range && ({ by: 'date', range, fenced: leading?.expression !== 'r.date' } as const)
  const walkFirst = walksInOrder(
    order,
    order !== 'none' && byRange?.fenced === false ? glance : walkLengthOf(clauses),
  )
  const code =
    type !== undefined && (order === 'none' || leading?.expression === 'r.date')
      ? clauses.find((clause): clause is TokenClause => isCode(type, clause))
      : undefined
  const [rarest] = clauses
    .flatMap((clause) => (clause === code ? [] : (driverOf(context, clause) ?? [])))
    .map((each) => ({ ...each, rows: statistics ? expectedRows(context, each, statistics) : 0 }))
    .sort((a, b) => a.rows - b.rows)
  if (rarest) {
    const byToken = drivenBy(rarest)
    if (isSparse(context, rarest.rows, statistics)) return [byToken]
    if (!code) {
      return [...walkFirst, byRange && (order === 'none' || !byRange.fenced) ? byRange : byToken]
    }
  }
  if (code) return [{ by: 'code', clause: code, ...(range ? { range } : {}) }]

  const string = clauses.find(
    (clause): clause is StringClause => clause.kind === 'string' && clause.modifier !== 'contains',
  )
  if (string) return [{ by: 'string', clause: string }]
  const near = clauses.find((clause): clause is NearClause => clause.kind === 'near')
  if (near) return [{ by: 'near', clause: near }]
  const hop = clauses.find(isHop)
  const quantity = order === 'seq' ? undefined : clauses.find(isQuantity)
  if (quantity && !hop && !byRange) return [...walkFirst, { by: 'quantity', clause: quantity }]
  if (!hop && !byRange) return walkFirst[0]?.by === 'walk' ? [{ by: 'walk' }] : [...walkFirst, { by: 'walk' }]
  return [...walkFirst, hop && byRange?.fenced !== false ? throughHop(context, hop, statistics) : byRange!]
}

/** A short walk in the order of the results, where an index has it: it fills a page with what is dense. */
function walksInOrder(order: readonly OrderKey[] | 'seq' | 'none', bounded: number): Strategy[] {
  if (order === 'seq') return []
  if (order === 'none') return [{ by: 'walk', bounded }]
  const [leading, ...rest] = order
  if (leading?.indexed) return [{ by: 'walk', bounded }]
  const { side, descending } = leading!
  // The index has no further keys between its values and `seq`.
  return side && rest.length === 1 && rest[0]!.kind === 'seq'
    ? [{ by: 'sorted', side, descending: descending, bounded }]
    : []
}

function drivenBy({ clause, lists }: Driver): Strategy {
  if (clause.kind === 'words') return { by: 'words', clause }
  const hashes = lists[0]!
  return clause.kind === 'composite' ? { by: 'component', hashes } : { by: 'token', clause, hashes }
}

function walkLengthOf(clauses: readonly Clause[], lengths = hopWalkLengths): number {
  return Math.min(walkLength, ...clauses.filter(isHop).map(({ kind }) => lengths[kind]))
}

/** Index rows to look at for an idea of how many match. */
export function sampleLengthOf(clauses: readonly Clause[]): number {
  return Math.min(sampleLength, walkLengthOf(clauses, hopSampleLengths))
}

function throughHop(
  context: SqlContext,
  clause: ChainClause | HasClause,
  statistics: Statistics | undefined,
): Strategy {
  const through = (type: string, where: readonly Clause[]): Through => {
    const clauses = flatten(where)
    const inner = { ...context, types: [type] }
    return { type, clauses, strategy: chooseStrategies(inner, clauses, 'none', statistics).at(-1)! }
  }
  return clause.kind === 'has'
    ? { by: 'has', clause, through: through(clause.type, clause.where) }
    : { by: 'chain', clause, through: clause.targets.map(({ type, where }) => through(type, where)) }
}

/** The compartments to which a search is confined, which are small beside all else. */
export function patientsOf(
  context: SqlContext,
  clauses: readonly Clause[],
): (Strategy & { readonly by: 'patient' }) | undefined {
  const patients = clauses.find(isPatientClause)
  if (patients) return { by: 'patient', ids: patients.ids, clause: patients }
  const type = context.types.length === 1 ? context.types[0] : undefined
  if (type === undefined) return undefined
  const ids = clauses.map((clause) => patientOf(context, type, clause)).find((id) => id !== undefined)
  return ids === undefined ? undefined : { by: 'patient', ids: [ids], clause: undefined }
}

/** Of a token the statistics tell it if it is frequent; that many references have many rows they do not tell. */
function expectedRows(
  { types, definitions }: SqlContext,
  { clause, lists }: Driver,
  statistics: Statistics,
): number {
  const listed = Math.min(...lists.map((hashes) => statistics.tokenRows(hashes)))
  if (clause.kind !== 'reference' || clause.values.length < 2) return listed
  const rowsOf = (type: string) => statistics.typeRows(typeNumber(definitions, type))
  const referring = types.reduce((sum, type) => sum + rowsOf(type), 0)
  const average = clause.values.map(({ type }) => (type === undefined ? 0 : referring / rowsOf(type)))
  return Math.min(
    referring,
    Math.max(
      listed,
      average.reduce((sum, rows) => sum + rows, 0),
    ),
  )
}

/** The rows that a strategy finds, in branches that share none. Only live rows; all clauses hold. */
export function toBranches(context: SqlContext, clauses: readonly Clause[], strategy: Strategy): Branch[] {
  const driving = 'clause' in strategy ? strategy.clause : undefined
  const branches = drivingBranches(context, strategy)
  const conditions = toConditions(
    context,
    clauses.filter((clause) => clause !== driving),
  )
  // What is found by a hash of a parameter is of its type: saying so again would draw in a second, large index scan.
  const typed = !['id', 'patient', 'date', 'sorted', 'walk', 'quantity'].includes(strategy.by)
  const live = ['not r.deleted', ...(typed ? [] : typeConditions(context))]
  return branches.map((branch) => ({ ...branch, live, conditions: [...branch.conditions, ...conditions] }))
}

function drivingBranches(context: SqlContext, strategy: Strategy): Branch[] {
  switch (strategy.by) {
    case 'id':
      return [byId(context, strategy.clause)]
    case 'patient':
      return byPatient(context, strategy.ids)
    case 'code':
      return byCode(context, strategy.clause, strategy.range)
    case 'date':
      return byDate(context, strategy.range, strategy.fenced)
    case 'token':
    case 'component':
      return [byToken(context, strategy.hashes)]
    case 'words':
      return [{ from: 'resource r', conditions: [wordsLookup(context, strategy.clause)], fenced: true }]
    case 'string':
      return [bySide(context, 'search_string', stringTest(context, strategy.clause))]
    case 'quantity':
      return quantityBranches(context, strategy.clause)
    case 'near':
      return [bySide(context, 'search_position', nearTest(context, strategy.clause))]
    case 'chain':
      return [byChain(context, strategy.clause, strategy.through)]
    case 'has':
      return [byHas(context, strategy.clause, strategy.through)]
    case 'sorted':
      return bySorted(context, strategy)
    case 'walk':
      return [
        {
          from: 'resource r',
          conditions: [],
          ...('bounded' in strategy ? { bounded: strategy.bounded } : {}),
        },
      ]
  }
}

/** Clauses that all have to hold, groups of such included. */
export function flatten(clauses: readonly Clause[]): Clause[] {
  return clauses.flatMap((clause) => (clause.kind === 'and' ? flatten(clause.clauses) : [clause]))
}

function typeConditions({ types, definitions }: SqlContext): string[] {
  const numbers = types.map((type) => typeNumber(definitions, type))
  if (types.length === definitions.resourceTypes.length) return []
  return numbers.length === 1
    ? [`r.type = ${numbers[0]}`]
    : [`r.type = any ('{${numbers.join(',')}}'::smallint[])`]
}

function isSparse(context: SqlContext, rows: number, statistics: Statistics | undefined): boolean {
  if (!statistics) return true
  const all = context.types.reduce(
    (sum, type) => sum + statistics.typeRows(typeNumber(context.definitions, type)),
    0,
  )
  return rows < Math.sqrt(11 * all)
}

function byId({ parameters, types, definitions }: SqlContext, { ids }: IdClause): Branch {
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

function isPatientClause(clause: Clause): clause is CompartmentClause {
  return clause.kind === 'compartment' && clause.compartment === 'Patient'
}

/** The patient in whose compartment every match of a reference clause is, if it names just one. */
function patientOf({ definitions }: SqlContext, type: string, clause: Clause): string | undefined {
  if (clause.kind !== 'reference' || clause.modifier || clause.values.length !== 1) return undefined
  const { target, expression } = clause.param
  const onlyPatients = expression?.endsWith('where(resolve() is Patient)') || target?.join() === 'Patient'
  const { type: named = onlyPatients ? 'Patient' : undefined, id } = clause.values[0]!
  return named === 'Patient' && isMembership(definitions, type, clause.param) ? id : undefined
}

/** The resources beside the patients, and those in whose further patients they are. */
function byPatient(context: SqlContext, ids: readonly string[]): Branch[] {
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

function isCode(type: string, clause: Clause): clause is TokenClause {
  return (
    clause.kind === 'token' &&
    clause.modifier === undefined &&
    clause.param.code === promotionOf(type).code &&
    clause.values.length === 1 &&
    clause.values[0]?.code !== undefined
  )
}

function byCode(context: SqlContext, clause: TokenClause, range: DateRange | undefined): Branch[] {
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

function byDate(context: SqlContext, range: DateRange, fenced: boolean): Branch[] {
  return [{ from: 'resource r', conditions: startsIn(context, range), fenced }, ...longOnes(context, range)]
}

/** Each resource by the first of its values: further ones, which come later in the order, are passed over. */
function bySorted(
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

function byToken({ parameters }: SqlContext, hashes: readonly bigint[]): Branch {
  const list = parameters.add(int8Array(hashes), 'bigint[]')
  return {
    from: 'resource r',
    conditions: [`r.tokens ${hashes.length === 1 ? '@>' : '&&'} ${list}`],
    fenced: true,
  }
}

/** By the side rows `s` for which a condition holds. */
function bySide(context: SqlContext, table: string, test: string): Branch {
  return {
    from:
      `(select distinct s.bucket, s.seq from ${table} s where ${test}) s` +
      ` join resource r on ${bySeq(context, 's.seq')} and r.bucket = s.bucket`,
    conditions: [],
  }
}

function isQuantity(clause: Clause): clause is QuantityClause | NumberClause {
  return clause.kind === 'quantity' || clause.kind === 'number'
}

/** Those that the column has, and those that only side rows have. */
function quantityBranches(context: SqlContext, clause: QuantityClause | NumberClause): Branch[] {
  const { column, side } = quantityTests(context, clause)
  const branches: Branch[] = column ? [{ from: 'resource r', conditions: [column], fenced: true }] : []
  if (side) {
    const others = column ? [`not coalesce(${column}, false)`] : []
    branches.push({ ...bySide(context, 'search_quantity', side), conditions: others })
  }
  return branches
}

/** Each statement of these finds its rows by itself, however many there are: they are all of a dense hop. */
function byChain(context: SqlContext, { param }: ChainClause, through: readonly Through[]): Branch {
  const parts = through.map(({ type, clauses, strategy }) => {
    const found = selectThrough({ ...context, types: [type] }, clauses, strategy, 'r.id')
    const keys = context.types.map(
      (source) =>
        `hash64(${context.parameters.add(`${keysOf(source, param.code)}=${type}/`, 'text')} || t.id)`,
    )
    const test = keys.length === 1 ? '@>' : '&&'
    return (
      `select h.bucket, h.type, h.id from (${found}) t cross join lateral (select h.bucket, h.type, h.id from resource h` +
      ` where h.tokens ${test} array[${keys.join(', ')}] and not h.deleted offset 0) h`
    )
  })
  return {
    from:
      `(select distinct h.bucket, h.type, h.id from (${parts.join(' union all ')}) h) h` +
      ' join resource r on r.bucket = h.bucket and r.type = h.type and r.id = h.id',
    conditions: [],
    fenced: true,
  }
}

const keysOf = keys.parameterKey

function byHas(context: SqlContext, clause: HasClause, through: Through): Branch {
  return {
    from:
      `(${referredIds(context, clause, selectThrough({ ...context, types: [through.type] }, through.clauses, through.strategy))}) k` +
      ` cross join lateral (${context.types
        .map(
          (type) =>
            `select r.* from resource r where k.type = ${typeNumber(context.definitions, type)} and ${isAt(context, 'r', type, 'k.id')}`,
        )
        .join(' union all ')}) r`,
    conditions: [],
    fenced: true,
  }
}

const referrerColumns = 'r.type, r.patient, r.patients, r.tokens, r.content'

/** `type` and `id` of what the rows `found` refer to by the parameter of `_has`, each once. */
export function referredIds(context: SqlContext, { type, param }: HasClause, found: string): string {
  const referrers: SqlContext = { ...context, types: [type], row: 'o' }
  const parts = context.types
    .filter((target) => param.target?.includes(target) ?? true)
    .map(
      (target) =>
        `select ${typeNumber(context.definitions, target)} as type, x.id from ${referencedIds(referrers, param, target)} x(id)` +
        ` where ${refersTo(referrers, param, target, 'x.id')}`,
    )
  const ids = parts.length === 0 ? "select 0 as type, '' as id where false" : parts.join(' union all ')
  return `select distinct x.type, x.id from (${found}) o cross join lateral (${ids}) x`
}

/** The rows through which a search goes, by a strategy. */
export function selectThrough(
  context: SqlContext,
  clauses: readonly Clause[],
  strategy: Strategy,
  columns: string = referrerColumns,
  limit?: number,
): string {
  const tail = limit === undefined ? '' : ` limit ${limit}`
  const where = (all: readonly string[]) => (all.length > 0 ? ` where ${all.join(' and ')}` : '')
  const parts = toBranches(context, clauses, strategy).map((branch) => {
    const { from, conditions, live = [], bounded, expressions } = branch
    if (bounded !== undefined) {
      return `select ${columns} from (select * from resource r${where(live)} order by ${seqOf(context, 'r')} limit ${bounded}) r${where(conditions)}${tail}`
    }
    // In the order of its index: in wait for a few rows the planner would read the table.
    const order =
      strategy.by === 'code' && tail !== ''
        ? ` order by ${expressions?.date ?? 'r.date'} desc nulls last`
        : ''
    return `select ${columns} from ${from}${where([...conditions, ...live])}${order}${tail}`
  })
  return parts.length === 1 ? parts[0]! : `${parts.map((part) => `(${part})`).join(' union all ')}${tail}`
}
