import { parseDateRange } from '../../fhir/dates.js'
import { parseNumberRange } from '../numbers.js'
import type { Prefix, RangeCriterion } from '../query.js'
import { listOf, type Place, type Reading, searchError } from './context.js'

const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const

/** Separates `ge2020` into its prefix, `eq` unless written, and the rest. */
function splitPrefix(text: string): { readonly prefix: Prefix; readonly rest: string } {
  const prefix = prefixes.find((each) => text.startsWith(each))
  return prefix ? { prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text }
}

/** Letters in front of a value that are no prefix: named, since the value after them is probably right. */
function strangePrefix(text: string): string {
  const letters = /^[A-Za-z]+(?=[\d+-])/.exec(text)?.[0]
  return letters === undefined ? '' : ` ${letters} is no prefix; they are ${listOf(prefixes)}.`
}

/** `ge2024-02-01` (https://hl7.org/fhir/R4/search.html#date). */
export function readDate(text: string, place: Place, { now }: Reading): RangeCriterion {
  const { prefix, rest } = splitPrefix(text)
  const range = parseDateRange(rest)
  if (!range) {
    const plus = / \d{2}:\d{2}$/.test(rest) ? ' A + in a URL has to be written as %2B.' : ''
    throw searchError(
      place,
      `expected a date such as 2024, 2024-02, 2024-02-29 or 2024-02-29T08:30:00Z, found "${text}".${plus}${strangePrefix(text)}`,
    )
  }
  if (prefix !== 'ap') return { prefix, ...range }
  // "10% of the gap between now and the date"
  const gap = Math.max(0, range.low - now, now - range.high)
  const margin = Math.round(gap / 10)
  return { prefix, low: range.low - margin, high: range.high + margin }
}

/** `lt5.40` (https://hl7.org/fhir/R4/search.html#number). */
export function readNumber(text: string, place: Place): RangeCriterion & { readonly value: number } {
  const { prefix, rest } = splitPrefix(text)
  const range = parseNumberRange(rest)
  if (!range)
    throw searchError(place, `expected a number such as 5.4 or lt100, found "${text}".${strangePrefix(text)}`)
  if (prefix !== 'ap') return { prefix, ...range }
  const margin = Math.abs(range.value) / 10
  return {
    prefix,
    value: range.value,
    low: Math.min(range.low, range.value - margin),
    high: Math.max(range.high, range.value + margin),
  }
}
