import { absolute, compareDecimals, type Decimal, decimalOf, minus, plus, times } from './decimals.js'
import { at, type Json, memberOf } from './json.js'
import { prefixOf } from './written.js'

// https://hl7.org/fhir/R4/search.html#number

/** One end of what a resource says; without `at` there is no end on this side. An open end excludes itself. */
export interface End {
  readonly at?: Decimal
  readonly open: boolean
}

/** The numbers that an element stands for. */
export interface Span {
  readonly low: End
  readonly high: End
}

/** A number as written: exactly, and `[low, high)` of its implicit precision, for `ap` with a tenth on both sides. */
export interface Searched {
  readonly prefix: string
  readonly value: Decimal
  readonly low: Decimal
  readonly high: Decimal
}

const endless: End = { open: false }

function closed(node: Json): End {
  return { at: decimalOf(String(node)), open: false }
}

/**
 * A decimal, a Quantity with its comparator ("the actual value is less than the given value"), a Range, or SampledData
 * ("just search on the bounds of the values in sampled data").
 */
export function spanOf(element: Json): Span | undefined {
  if (typeof element === 'number') return { low: closed(element), high: closed(element) }
  const value = memberOf(element, 'value')
  if (typeof value === 'number') return quantitySpan(value, memberOf(element, 'comparator'))
  if (memberOf(element, 'data') !== undefined) return sampledSpan(element)
  const [low] = at(element, 'low.value')
  const [high] = at(element, 'high.value')
  if (low === undefined && high === undefined) return undefined
  return {
    low: low === undefined ? endless : closed(low),
    high: high === undefined ? endless : closed(high),
  }
}

function quantitySpan(value: number, comparator: Json | undefined): Span {
  const end = closed(value)
  if (comparator === '<') return { low: endless, high: { ...end, open: true } }
  if (comparator === '<=') return { low: endless, high: end }
  if (comparator === '>') return { low: { ...end, open: true }, high: endless }
  if (comparator === '>=') return { low: end, high: endless }
  return { low: end, high: end }
}

/** `E`, `L` and `U` stand for no sample. */
function sampledSpan(element: Json): Span | undefined {
  const origin = decimalOf(String(at(element, 'origin.value')[0]))
  const factor = decimalOf(String(memberOf(element, 'factor') ?? 1))
  const samples = String(memberOf(element, 'data'))
    .split(' ')
    .filter((each) => !['E', 'L', 'U', ''].includes(each))
    .map((each) => plus(origin, times(decimalOf(each), factor)))
    .sort(compareDecimals)
  const [low] = samples
  const high = samples.at(-1)
  return low && high && { low: { at: low, open: false }, high: { at: high, open: false } }
}

const half: Decimal = { digits: 5n, exponent: -1 }
const tenth: Decimal = { digits: 1n, exponent: -1 }

/**
 * The specification's examples: 100 is [99.5, 100.5), 100.00 is [99.995, 100.005), 1e2 is [95, 105), that is to say a
 * whole number before an exponent has one digit more than it shows.
 */
export function searchedNumber(text: string): Searched {
  const [prefix, written] = prefixOf(text)
  const value = decimalOf(written)
  const last = /^[^.]*e/i.test(written) ? value.exponent - 1 : value.exponent
  const precision = times(half, { digits: 1n, exponent: last })
  const tolerance = times(absolute(value), tenth)
  const margin = prefix === 'ap' && compareDecimals(tolerance, precision) > 0 ? tolerance : precision
  return { prefix, value, low: minus(value, margin), high: plus(value, margin) }
}

/**
 * "When a comparison prefix in the set gt, lt, ge, le, sa & eb is provided, the implicit precision of the number is
 * ignored, and they are treated as if they have arbitrarily high precision."
 */
export function matchesNumber(
  { low, high }: Span,
  { prefix, value, low: from, high: to }: Searched,
): boolean {
  const contained = side(low, from) >= 0 && (side(high, to) < 0 || (side(high, to) === 0 && high.open))
  switch (prefix) {
    case 'eq':
      return contained
    case 'ne':
      return !contained
    case 'gt':
      return above(high, value)
    case 'lt':
      return below(low, value)
    case 'ge':
      return above(high, value) || (side(high, value) === 0 && !high.open)
    case 'le':
      return below(low, value) || (side(low, value) === 0 && !low.open)
    case 'sa':
      return low.at !== undefined && (side(low, value) > 0 || (side(low, value) === 0 && low.open))
    case 'eb':
      return high.at !== undefined && (side(high, value) < 0 || (side(high, value) === 0 && high.open))
    default:
      // Something in the element is in [from, to).
      return below(low, to) && (above(high, from) || (side(high, from) === 0 && !high.open))
  }

  function above(end: End, limit: Decimal): boolean {
    return end.at === undefined || compareDecimals(end.at, limit) > 0
  }

  function below(end: End, limit: Decimal): boolean {
    return end.at === undefined || compareDecimals(end.at, limit) < 0
  }

  /** NaN where there is no end, which is neither below, above nor at anything. */
  function side(end: End, limit: Decimal): number {
    return end.at === undefined ? Number.NaN : compareDecimals(end.at, limit)
  }
}
