import type {
  DateClause,
  LastUpdatedClause,
  NumberClause,
  QuantityClause,
  RangeCriterion,
} from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import { searchedUnit } from '../hashed-forms.js'
import { promotionOf, storedParameters } from '../promoted.js'
import { seqAt } from '../sequence.js'
import { parameterKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { all, either, isOneOf, type SqlContext, seqOf } from './context.js'

/** Dates outside of these are infinite for PostgreSQL. */
const earliest = Date.UTC(-4000, 0, 1)
const latest = Date.UTC(200_000, 0, 1)

/** An instant as PostgreSQL reads it; far ones are infinite. */
export function toTimestamp(instant: number): string {
  if (instant <= earliest) return '-infinity'
  if (instant >= latest) return 'infinity'
  const date = new Date(instant)
  const year = date.getUTCFullYear()
  const rest = date.toISOString().slice(-20)
  return year > 0
    ? `${String(year).padStart(4, '0')}${rest}`
    : `${String(1 - year).padStart(4, '0')}${rest} BC`
}

/** Where a parameter's values are: the column of the types that promote it, and the side rows of the others. */
function placesOf(
  context: SqlContext,
  param: string,
  kind: 'date' | 'quantity',
): { readonly promoted: readonly string[]; readonly sides: readonly bigint[] } {
  const promoted: string[] = []
  const sides: bigint[] = []
  for (const type of context.types) {
    for (const stored of storedParameters(type, param)) {
      if (promotionOf(type)[kind] === stored) promoted.push(type)
      // A promoted date is the only one of its resource; a promoted quantity may be a range, which a column cannot hold.
      if (promotionOf(type)[kind] !== stored || kind === 'quantity')
        sides.push(hash64(parameterKey(type, stored)))
    }
  }
  return { promoted, sides }
}

/** Restricts the condition on a promoted column to the types that promote it. */
function forTypes(context: SqlContext, promoted: readonly string[], condition: string): string {
  if (promoted.length === context.types.length) return condition
  const numbers = promoted.map((type) => typeNumber(context.definitions, type))
  return `(${context.row}.type in (${numbers.join(', ')}) and ${condition})`
}

function existsRow({ row }: SqlContext, table: string, condition: string): string {
  return `exists (select from ${table} s where s.bucket = ${row}.bucket and s.seq = ${row}.seq and ${condition})`
}

export function dateCondition(context: SqlContext, { param, values }: DateClause): string {
  const { promoted, sides } = placesOf(context, param.code, 'date')
  const bound = (instant: number) => context.parameters.add(toTimestamp(instant), 'timestamptz')
  const test = (low: string, high: string) =>
    either(values.map((searched) => instantTest(low, high, searched, bound)))
  const conditions: string[] = []
  if (promoted.length > 0) {
    conditions.push(forTypes(context, promoted, test(`${context.row}.date`, `${context.row}.date_end`)))
  }
  if (sides.length > 0) {
    const inSide = all([isOneOf(context, 's.param', sides), test('s.low', 's.high')])
    conditions.push(existsRow(context, 'search_date', inSide))
  }
  return either(conditions)
}

/**
 * The words of https://hl7.org/fhir/R4/search.html#prefix for the range of a value and the searched range, whose bounds
 * `bound` turns into parameters.
 */
export function instantTest(
  low: string,
  high: string,
  searched: RangeCriterion,
  bound: (instant: number) => string,
): string {
  const from = () => bound(searched.low)
  const to = () => bound(searched.high)
  // `low < to` follows from the rest, but an index needs to be told.
  const contained = () => {
    const [start, end] = [from(), to()]
    return `(${low} >= ${start} and ${low} < ${end} and ${high} <= ${end})`
  }
  switch (searched.prefix) {
    case 'eq':
      return contained()
    case 'ne':
      return `(${low} < ${from()} or ${high} > ${to()})`
    case 'gt':
      return `${high} > ${to()}`
    case 'lt':
      return `${low} < ${from()}`
    case 'ge':
      return `(${high} > ${to()} or ${contained()})`
    case 'le':
      return `(${low} < ${from()} or ${contained()})`
    case 'sa':
      return `${low} >= ${to()}`
    case 'eb':
      return `${high} <= ${from()}`
    case 'ap':
      return `(${low} < ${to()} and ${high} > ${from()})`
  }
}

/** A version's `lastUpdated` is one millisecond, so its order is that of `seq`. */
export function lastUpdatedCondition(context: SqlContext, { values }: LastUpdatedClause): string {
  const bound = (instant: number) =>
    context.parameters.add(seqAt(Math.min(Math.max(instant, earliest), latest)), 'bigint')
  const seq = seqOf(context, context.row)
  const test = ({ prefix, low, high }: RangeCriterion): string => {
    switch (prefix) {
      case 'eq':
      case 'ap':
        return `(${seq} >= ${bound(low)} and ${seq} < ${bound(high)})`
      case 'ne':
        return `(${seq} < ${bound(low)} or ${seq} >= ${bound(high)})`
      case 'gt':
      case 'sa':
        return `${seq} >= ${bound(high)}`
      case 'ge':
        return `${seq} >= ${bound(low)}`
      case 'lt':
      case 'eb':
        return `${seq} < ${bound(low)}`
      case 'le':
        return `${seq} < ${bound(high)}`
    }
  }
  return either(values.map(test))
}

type Measured = RangeCriterion & {
  readonly value: number
  readonly system?: string
  readonly code?: string
  readonly canonical?: {
    readonly unit: string
    readonly value: number
    readonly low: number
    readonly high: number
  }
}

/** Expressions for the parts of a quantity: its bounds as written and in base units, and the forms of its units. */
interface MeasureColumns {
  readonly low: string
  readonly high: string
  readonly canonicalLow: string
  readonly canonicalHigh: string
  readonly units: string
}

export function quantityCondition(context: SqlContext, clause: QuantityClause | NumberClause): string {
  const { column, side } = quantityTests(context, clause)
  return either([...(column ? [column] : []), ...(side ? [existsRow(context, 'search_quantity', side)] : [])])
}

/**
 * The two places of quantities, each with the condition that a value there matches: the column of the types that promote
 * the parameter, and a row `s` of `search_quantity`.
 */
export function quantityTests(
  context: SqlContext,
  { param, values }: QuantityClause | NumberClause,
): { readonly column?: string; readonly side?: string } {
  const { promoted, sides } = placesOf(context, param.code, 'quantity')
  const test = (columns: MeasureColumns) =>
    either((values as readonly Measured[]).map((searched) => measureTest(context, columns, searched)))
  const { row } = context
  const inColumn = {
    low: `${row}.quantity`,
    high: `${row}.quantity`,
    canonicalLow: `${row}.canonical`,
    canonicalHigh: `${row}.canonical`,
    units: `${row}.units`,
  }
  const inSide = {
    low: 's.low',
    high: 's.high',
    canonicalLow: 's.canonical_low',
    canonicalHigh: 's.canonical_high',
    units: 's.units',
  }
  return {
    ...(promoted.length > 0 ? { column: forTypes(context, promoted, test(inColumn)) } : {}),
    ...(sides.length > 0 ? { side: all([isOneOf(context, 's.param', sides), test(inSide)]) } : {}),
  }
}

/**
 * A value is a point or a closed range; `eq`, `ne` and `ap` go by the searched number's implicit precision. What is
 * searched in base units is compared with values in base units and no others.
 *
 * @param unitParameter what the forms of the units are filed under.
 */
export function measureTest(
  { parameters }: SqlContext,
  columns: MeasureColumns,
  searched: Measured,
  unitParameter?: string,
): string {
  const number = (value: number) => parameters.add(value, 'double precision')
  const unit = searchedUnit(searched, unitParameter)
  const inUnit =
    unit === undefined ? '' : ` and ${parameters.add(hash64(unit), 'bigint')} = any (${columns.units})`
  const { canonical, prefix } = searched
  const [low, high] = canonical ? [columns.canonicalLow, columns.canonicalHigh] : [columns.low, columns.high]
  const bounds = canonical ?? searched
  const test = () => {
    switch (prefix) {
      case 'eq':
        return `${low} >= ${number(bounds.low)} and ${high} < ${number(bounds.high)}`
      case 'ne':
        return `(${low} < ${number(bounds.low)} or ${high} >= ${number(bounds.high)})`
      case 'gt':
        return `${high} > ${number(bounds.value)}`
      case 'lt':
        return `${low} < ${number(bounds.value)}`
      case 'ge':
        return `${high} >= ${number(bounds.value)}`
      case 'le':
        return `${low} <= ${number(bounds.value)}`
      case 'sa':
        return `${low} > ${number(bounds.value)}`
      case 'eb':
        return `${high} < ${number(bounds.value)}`
      case 'ap':
        return `${low} < ${number(bounds.high)} and ${high} >= ${number(bounds.low)}`
    }
  }
  return `(${test()}${inUnit})`
}
