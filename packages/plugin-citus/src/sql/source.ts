import type { Clause, CompartmentClause, IdClause, StringClause, TokenClause } from '@anamnesis/core'
import { int4Array, int8Array } from '../binary.js'
import { hash64 } from '../hash64.js'
import { bucketOf } from '../ids.js'
import { promotionOf } from '../promoted.js'
import * as keys from '../token-keys.js'
import { typeNumber } from '../types.js'
import { toConditions } from './condition.js'
import { type SqlContext, seqOf } from './context.js'
import type { OrderKey } from './order.js'
import type { Statistics } from './statistics.js'
import { stringTest } from './strings.js'
import { clauseHashes, type HashedClause, isHashed, isPositive } from './tokens.js'

/** Where the rows of a search come from: a part of FROM that defines `r`, and conditions. */
export interface Branch {
  readonly from: string
  readonly conditions: readonly string[]
  /** Conditions that every index in the order of results knows. */
  readonly live?: readonly string[]
  /** Columns other than `r`'s by which this branch is in the order of an index. */
  readonly expressions?: { readonly date: string; readonly seq: string }
  /** Put what comes from here in a materialised subquery before sorting: the planner must not swap both. */
  readonly fenced?: boolean
  /** Rows of the index in the wanted order that are looked at before giving up. */
  readonly bounded?: number
}

/** A way to find the rows of a search. */
export type Strategy =
  | { readonly by: 'id'; readonly clause: IdClause }
  /** `clause` is undefined where the patient follows from a reference, which then stays a condition. */
  | { readonly by: 'patient'; readonly ids: readonly string[]; readonly clause: Clause | undefined }
  | { readonly by: 'code'; readonly clause: TokenClause }
  | { readonly by: 'token'; readonly clause: HashedClause; readonly hashes: readonly bigint[] }
  | { readonly by: 'string'; readonly clause: StringClause }
  /** Walks an index in the order of the results, and with `bounded` gives up after so many rows. */
  | { readonly by: 'walk'; readonly bounded?: number }

/** Index rows that a walk looks at for a dense token. */
const walkLength = 10_000

/**
 * Ways to run a search, to be tried in turn: a bounded one that finds less than a page says nothing about the rest, so
 * the next one starts over.
 *
 * A dense token is found by walking in the order of the results until the page is full, a rare one through GIN; each
 * way is a hundred times slower for the other's tokens.
 */
export function chooseStrategies(
  context: SqlContext,
  clauses: readonly Clause[],
  order: readonly OrderKey[] | undefined,
  statistics: Statistics | undefined,
): Strategy[] {
  const type = context.types.length === 1 ? context.types[0] : undefined
  const id = clauses.find((clause): clause is IdClause => clause.kind === 'id')
  if (id) return [{ by: 'id', clause: id }]

  const patients = clauses.find(isPatientClause)
  if (patients) return [{ by: 'patient', ids: patients.ids, clause: patients }]
  for (const clause of clauses) {
    const patient = type === undefined ? undefined : patientOf(context, type, clause)
    if (patient !== undefined) return [{ by: 'patient', ids: [patient], clause: undefined }]
  }

  const code =
    type !== undefined && order?.[0]?.expression === 'r.date'
      ? clauses.find((clause): clause is TokenClause => isCode(type, clause))
      : undefined
  const [rarest] = clauses
    .filter((clause): clause is HashedClause => clause !== code && isHashed(clause) && isPositive(clause))
    .map((clause) => ({ clause, hashes: clauseHashes(context, clause) }))
    .map((each) => ({ ...each, rows: statistics?.tokenRows(each.hashes) ?? 0 }))
    .sort((a, b) => a.rows - b.rows)
  if (rarest) {
    const { clause, hashes, rows } = rarest
    if (isSparse(context, rows, statistics)) return [{ by: 'token', clause, hashes }]
    if (!code) {
      const byToken = { by: 'token', clause, hashes } as const
      return order?.[0]?.indexed ? [{ by: 'walk', bounded: walkLength }, byToken] : [byToken]
    }
  }
  if (code) return [{ by: 'code', clause: code }]

  const string = clauses.find(
    (clause): clause is StringClause => clause.kind === 'string' && clause.modifier !== 'contains',
  )
  return [string ? { by: 'string', clause: string } : { by: 'walk' }]
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
  const typed = strategy.by === 'token' || strategy.by === 'code' || strategy.by === 'string'
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
      return byCode(context, strategy.clause)
    case 'token':
      return [byToken(context, strategy.hashes)]
    case 'string':
      return [byString(context, strategy.clause)]
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
  const { code, target, expression } = clause.param
  const { type: named = target?.length === 1 ? target[0] : undefined, id } = clause.values[0]!
  const memberships = definitions.compartments.get('Patient')?.resource[type] ?? []
  // `patient` is the part of `subject` that names Patients, and seldom named by the compartment itself.
  const isSubject = code === 'patient' && expression === `${type}.subject.where(resolve() is Patient)`
  if (isSubject) return memberships.includes('subject') && (named ?? 'Patient') === 'Patient' ? id : undefined
  return named === 'Patient' && memberships.includes(code) ? id : undefined
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

function byCode(context: SqlContext, { param, values }: TokenClause): Branch[] {
  const { parameters, types } = context
  const { system, code } = values[0]!
  const key = keys.parameterKey(types[0]!, param.code)
  const hash = parameters.add(hash64(keys.codeKey(key, code!)), 'bigint')
  const full =
    system === undefined ? undefined : parameters.add(hash64(keys.codingKey(key, system, code!)), 'bigint')
  return [
    {
      from: 'resource r',
      conditions: [`r.code = ${hash}`, ...(full ? [`coalesce(r.code_full = ${full}, false)`] : [])],
    },
    {
      from: lateral(context, 'search_code', 'c.bucket'),
      conditions: [`c.code = ${hash}`, full ? `c.code_full = ${full}` : 'c.first'],
      expressions: { date: 'c.date', seq: 'c.seq' },
    },
  ]
}

function byToken({ parameters }: SqlContext, hashes: readonly bigint[]): Branch {
  const list = parameters.add(int8Array(hashes), 'bigint[]')
  return {
    from: 'resource r',
    conditions: [`r.tokens ${hashes.length === 1 ? '@>' : '&&'} ${list}`],
    fenced: true,
  }
}

function byString(context: SqlContext, clause: StringClause): Branch {
  return {
    from:
      `(select distinct s.bucket, s.seq from search_string s where ${stringTest(context, clause)}) s` +
      ` join resource r on ${bySeq(context, 's.seq')} and r.bucket = s.bucket`,
    conditions: [],
  }
}
