import type { Clause, DateClause, RangeCriterion } from '@anamnesis/core'
import { promotionOf } from '../promoted.js'
import type { SqlContext } from './context.js'
import { toTimestamp } from './ranges.js'

/**
 * A promoted date is a range, of which indexes know the low bound. So a search for what ends after an instant looks at
 * what starts a little before it, and at the few that are longer than that, which have an index of their own.
 */
const longest = 768 * 3_600_000

/** The end of a row's date where that is longer than 32 days, else null; in the words of the index on it. */
const longEnd = (row: string) =>
  `(case when ${row}.date = '-infinity' or ${row}.date_end = 'infinity' then ${row}.date_end` +
  ` when ${row}.date_end - ${row}.date > interval '768 hours' then ${row}.date_end end)`

/** The instants between which every match of a date clause starts, or ends where it is long. */
export interface DateRange {
  readonly low: number | undefined
  readonly high: number | undefined
  /** Long ones may start before `low`, if they end after this. */
  readonly longEndsAfter: number | undefined
}

/** The range of a clause on the promoted date of a type; undefined where the index is no help. */
export function dateRange({ types }: Pick<SqlContext, 'types'>, clause: Clause): DateRange | undefined {
  const [type, ...more] = types
  if (type === undefined || more.length > 0) return undefined
  if (clause.kind !== 'date' || promotionOf(type).date !== clause.param.code) return undefined
  const range = join((clause as DateClause).values.map(rangeOf))
  return range.low === undefined && range.high === undefined ? undefined : range
}

function rangeOf({ prefix, low, high }: RangeCriterion): DateRange {
  const none = { low: undefined, high: undefined, longEndsAfter: undefined }
  switch (prefix) {
    case 'eq':
      return { ...none, low, high }
    case 'gt':
      return { ...none, low: high - longest, longEndsAfter: high }
    case 'ge':
      return { ...none, low: Math.min(low, high - longest), longEndsAfter: low }
    case 'ap':
      return { low: low - longest, high, longEndsAfter: low }
    case 'sa':
      return { ...none, low: high }
    case 'lt':
    case 'eb':
      return { ...none, high: low }
    case 'le':
      return { ...none, high }
    case 'ne':
      return none
  }
}

function join(ranges: readonly DateRange[]): DateRange {
  const lows = ranges.flatMap(({ low }) => low ?? [])
  const highs = ranges.flatMap(({ high }) => high ?? [])
  const isLong = ranges.some(({ longEndsAfter }) => longEndsAfter !== undefined)
  // Where long ones are looked for apart, those that start in another range are among them: they end after its start.
  const ends = isLong ? ranges.flatMap(({ longEndsAfter, low }) => longEndsAfter ?? low ?? []) : []
  return {
    low: lows.length === ranges.length ? Math.min(...lows) : undefined,
    high: highs.length === ranges.length ? Math.max(...highs) : undefined,
    longEndsAfter: ends.length > 0 ? Math.min(...ends) : undefined,
  }
}

/** The conditions on what starts in the range; `date` is the index's. */
export function startsIn(
  { parameters }: SqlContext,
  { low, high, longEndsAfter }: DateRange,
  date = 'r.date',
): string[] {
  return [
    ...(low === undefined ? [] : [`${date} >= ${parameters.add(toTimestamp(low), 'timestamptz')}`]),
    ...(high === undefined ? [] : [`${date} <= ${parameters.add(toTimestamp(high), 'timestamptz')}`]),
    ...(low === undefined || longEndsAfter === undefined ? [] : [`${longEnd('r')} is null`]),
  ]
}

/** The conditions on what is long and may start before the range; undefined where nothing does. */
export function longBefore(
  { parameters }: SqlContext,
  { low, longEndsAfter }: DateRange,
): string[] | undefined {
  if (low === undefined || longEndsAfter === undefined) return undefined
  return [`${longEnd('r')} > ${parameters.add(toTimestamp(longEndsAfter), 'timestamptz')}`]
}
