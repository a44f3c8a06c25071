import type {
  DateClause,
  LastUpdatedClause,
  NumberClause,
  QuantityClause,
  RangeCriterion,
} from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import { searchedUnit } from '../index-row.js'
import { promotionOf, storedParameters } from '../promoted.js'
import { seqAt } from '../sequence.js'
import { parameterKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { either, isOneOf, type SqlContext } from './context.js'

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

function existsSide(context: SqlContext, table: string, sides: readonly bigint[], condition: string): string {
  const { row } = context
  return (
    `exists (select from ${table} s where s.bucket = ${row}.bucket and s.seq = ${row}.seq` +
    ` and ${isOneOf(context, 's.param', sides)} and ${condition})`
  )
}

export function dateCondition(context: SqlContext, { param, values }: DateClause): string {
  const { promoted, sides } = placesOf(context, param.code, 'date')
  const test = (low: string, high: string) =>
    either(values.map((searched) => dateTest(context, low, high, searched)))
  const conditions: string[] = []
  if (promoted.length > 0) {
    conditions.push(forTypes(context, promoted, test(`${context.row}.date`, `${context.row}.date_end`)))
  }
  if (sides.length > 0) conditions.push(existsSide(context, 'search_date', sides, test('s.low', 's.high')))
  return either(conditions)
}

/** The words of https://hl7.org/fhir/R4/search.html#prefix for the range of a value and the searched range. */
function dateTest({ parameters }: SqlContext, low: string, high: string, searched: RangeCriterion): string {
  const from = () => parameters.add(toTimestamp(searched.low), 'timestamptz')
  const to = () => parameters.add(toTimestamp(searched.high), 'timestamptz')
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
export function lastUpdatedCondition({ parameters, row }: SqlContext, { values }: LastUpdatedClause): string {
  const bound = (instant: number) =>
    parameters.add(seqAt(Math.min(Math.max(instant, earliest), latest)), 'bigint')
  const seq = `${row}.seq`
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

type Measured = RangeCriterion & { readonly value: number; readonly system?: string; readonly code?: string }

export function quantityCondition(
  context: SqlContext,
  { param, values }: QuantityClause | NumberClause,
): string {
  const { promoted, sides } = placesOf(context, param.code, 'quantity')
  const test = (low: string, high: string, units: string) =>
    either(
      (values as readonly Measured[]).map((searched) => measureTest(context, low, high, units, searched)),
    )
  const conditions: string[] = []
  if (promoted.length > 0) {
    const column = `${context.row}.quantity`
    conditions.push(forTypes(context, promoted, test(column, column, `${context.row}.units`)))
  }
  if (sides.length > 0) {
    conditions.push(existsSide(context, 'search_quantity', sides, test('s.low', 's.high', 's.units')))
  }
  return either(conditions)
}

/** A value is a point or a closed range; `eq`, `ne` and `ap` go by the searched number's implicit precision. */
function measureTest(
  { parameters }: SqlContext,
  low: string,
  high: string,
  units: string,
  searched: Measured,
): string {
  const number = (value: number) => parameters.add(value, 'double precision')
  const unit = searchedUnit(searched.system, searched.code)
  const inUnit = unit === undefined ? '' : ` and ${parameters.add(unit, 'bigint')} = any (${units})`
  const test = () => {
    switch (searched.prefix) {
      case 'eq':
        return `${low} >= ${number(searched.low)} and ${high} < ${number(searched.high)}`
      case 'ne':
        return `(${low} < ${number(searched.low)} or ${high} >= ${number(searched.high)})`
      case 'gt':
        return `${high} > ${number(searched.value)}`
      case 'lt':
        return `${low} < ${number(searched.value)}`
      case 'ge':
        return `${high} >= ${number(searched.value)}`
      case 'le':
        return `${low} <= ${number(searched.value)}`
      case 'sa':
        return `${low} > ${number(searched.value)}`
      case 'eb':
        return `${high} < ${number(searched.value)}`
      case 'ap':
        return `${low} < ${number(searched.high)} and ${high} >= ${number(searched.low)}`
    }
  }
  return `(${test()}${inUnit})`
}
