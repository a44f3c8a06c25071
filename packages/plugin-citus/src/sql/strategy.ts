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
import { promotionOf } from '../promoted.js'
import { typeNumber } from '../types.js'
import type { SqlContext } from './context.js'
import { type DateRange, dateRange } from './date-range.js'
import { type Driver, driverOf } from './drivers.js'
import { isHop, isMembership } from './hops.js'
import type { OrderKey, SortedSide } from './order.js'
import type { Statistics } from './statistics.js'
import type { HashedClause } from './tokens.js'

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
export interface Through {
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
  const quantity = order === 'seq' ? undefined : clauses.find(isQuantity)
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
      // Of what a good part of all has, the quantity may well leave less.
      const isCommon = rarest.rows * 5 > rowsOf(context, statistics)
      const others = quantity && isCommon ? ({ by: 'quantity', clause: quantity } as const) : byToken
      return [...walkFirst, byRange && (order === 'none' || !byRange.fenced) ? byRange : others]
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
function expectedRows(context: SqlContext, { clause, lists }: Driver, statistics: Statistics): number {
  const listed = Math.min(...lists.map((hashes) => statistics.tokenRows(hashes)))
  if (clause.kind !== 'reference' || clause.values.length < 2) return listed
  const referring = rowsOf(context, statistics)
  const average = clause.values.map(({ type }) =>
    type === undefined ? 0 : referring / statistics.typeRows(typeNumber(context.definitions, type)),
  )
  return Math.min(
    referring,
    Math.max(
      listed,
      average.reduce((sum, rows) => sum + rows, 0),
    ),
  )
}

/** Clauses that all have to hold, groups of such included. */
export function flatten(clauses: readonly Clause[]): Clause[] {
  return clauses.flatMap((clause) => (clause.kind === 'and' ? flatten(clause.clauses) : [clause]))
}

function isSparse(context: SqlContext, rows: number, statistics: Statistics | undefined): boolean {
  return !statistics || rows < Math.sqrt(11 * rowsOf(context, statistics))
}

/** Rows of the types searched, as far as the statistics tell. */
function rowsOf({ types, definitions }: SqlContext, statistics: Statistics | undefined): number {
  return types.reduce((sum, type) => sum + (statistics?.typeRows(typeNumber(definitions, type)) ?? 0), 0)
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

function isCode(type: string, clause: Clause): clause is TokenClause {
  return (
    clause.kind === 'token' &&
    clause.modifier === undefined &&
    clause.param.code === promotionOf(type).code &&
    clause.values.length === 1 &&
    clause.values[0]?.code !== undefined
  )
}

function isQuantity(clause: Clause): clause is QuantityClause | NumberClause {
  return clause.kind === 'quantity' || clause.kind === 'number'
}
