import { type InstantRange, parseDateRange } from '../../fhir/dates.js'
import { arrayOf, objectOf } from './json.js'
import type { ValueSink } from './sink.js'

// https://hl7.org/fhir/R4/search.html#date

function rangeOf(value: unknown): InstantRange | undefined {
  return typeof value === 'string' ? parseDateRange(value) : undefined
}

function push(sink: ValueSink, param: string, low: number, high: number): void {
  sink.values.push({ param, type: 'date', low, high })
}

export function dateText(sink: ValueSink, param: string, node: unknown): void {
  const range = rangeOf(node)
  if (range) push(sink, param, range.low, range.high)
}

/** From the start of the start to the end of the end; a missing side is open. */
export function datePeriod(sink: ValueSink, param: string, node: unknown): void {
  const range = periodOf(node)
  if (range) push(sink, param, range.low, range.high)
}

function periodOf(node: unknown): InstantRange | undefined {
  const period = objectOf(node)
  const start = rangeOf(period?.start)
  const end = rangeOf(period?.end)
  if (!start && !end) return undefined
  if (!start || !end) {
    return { low: start?.low ?? Number.NEGATIVE_INFINITY, high: end?.high ?? Number.POSITIVE_INFINITY }
  }
  // The end may be the month that the start is a day of.
  if (start.low < end.high) return { low: start.low, high: end.high }
  // An end before the start breaks an invariant; what both name is still there to be found.
  return { low: Math.min(start.low, end.low), high: Math.max(start.high, end.high) }
}

/** The outer limits of the events and the bounds: R4 disregards the schedule between them. */
export function dateTiming(sink: ValueSink, param: string, node: unknown): void {
  const timing = objectOf(node)
  if (!timing) return
  const bounds = periodOf(objectOf(timing.repeat)?.boundsPeriod)
  const ranges = [...arrayOf(timing.event).map(rangeOf), bounds].filter((range) => range !== undefined)
  if (ranges.length === 0) return
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const range of ranges) {
    low = Math.min(low, range.low)
    high = Math.max(high, range.high)
  }
  push(sink, param, low, high)
}
