import { at, type Json, memberOf } from './json.js'
import { prefixOf } from './written.js'

// https://hl7.org/fhir/R4/search.html#date

/** Milliseconds, from the first to before the second. */
export type Instants = readonly [from: number, to: number]

const day = 86_400_000

/** What a date, dateTime or instant stands for, by as much of it as was written. Without a zone it is UTC. */
export function instantsOf(written: string): Instants {
  const [date = '', time] = written.split('T')
  const [year = '', month, dayOfMonth] = date.split('-')
  if (month === undefined) return [Date.parse(`${year}-01-01`), Date.parse(`${next(year, 4)}-01-01`)]
  if (dayOfMonth === undefined) {
    const end = month === '12' ? `${next(year, 4)}-01` : `${year}-${next(month, 2)}`
    return [Date.parse(`${date}-01`), Date.parse(`${end}-01`)]
  }
  if (time === undefined) return [Date.parse(date), Date.parse(date) + day]
  const start = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(time) ? written : `${written}Z`)
  const clock = time.replace(/(?:Z|[+-]\d\d:\d\d)$/, '')
  const fraction = clock.split('.')[1]
  if (fraction !== undefined) return [start, start + 10 ** Math.max(0, 3 - fraction.length)]
  return [start, start + (clock.length === 5 ? 60_000 : 1000)]
}

function next(digits: string, length: number): string {
  return String(Number(digits) + 1).padStart(length, '0')
}

/**
 * A date, a Period, whose missing side is "less than any actual date" or "greater than any", or a Timing, of which "only
 * the outer limits matter".
 */
export function spanOfDates(element: Json): Instants | undefined {
  if (typeof element === 'string') return instantsOf(element)
  const events = [...at(element, 'event'), ...at(element, 'repeat.boundsPeriod')]
  if (events.length > 0) {
    const spans = events.map(spanOfDates).filter((each) => each !== undefined)
    return spans.length === 0
      ? undefined
      : [Math.min(...spans.map(([from]) => from)), Math.max(...spans.map(([, to]) => to))]
  }
  const start = memberOf(element, 'start')
  const end = memberOf(element, 'end')
  if (typeof start !== 'string' && typeof end !== 'string') return undefined
  const first = typeof start === 'string' ? instantsOf(start) : undefined
  const last = typeof end === 'string' ? instantsOf(end) : undefined
  // From the first moment that the start may be to the last that the end may be.
  if (first && last && first[0] < last[1]) return [first[0], last[1]]
  // A Period that ends before it starts breaks an invariant, and what a server makes of it is its own affair: this one
  // takes all that both ends name.
  return [
    Math.min(first?.[0] ?? Number.NEGATIVE_INFINITY, last && first ? last[0] : Number.POSITIVE_INFINITY),
    Math.max(last?.[1] ?? Number.POSITIVE_INFINITY, last && first ? first[1] : Number.NEGATIVE_INFINITY),
  ]
}

/** The table of prefixes, its sentences on ranges word by word. */
export function matchesDate([from, to]: Instants, text: string, now: number): boolean {
  const [prefix, written] = prefixOf(text)
  const [start, end] = instantsOf(written)
  const fullyContains = start <= from && to <= end
  const aboveIntersects = to > end
  const belowIntersects = from < start
  switch (prefix) {
    case 'eq':
      return fullyContains
    case 'ne':
      return !fullyContains
    case 'gt':
      return aboveIntersects
    case 'lt':
      return belowIntersects
    case 'ge':
      return aboveIntersects || fullyContains
    case 'le':
      return belowIntersects || fullyContains
    case 'sa':
      return from >= end
    case 'eb':
      return to <= start
    default: {
      // "10% of the gap between now and the date"
      const gap = now < start ? start - now : now > end ? now - end : 0
      return from < end + gap / 10 && to > start - gap / 10
    }
  }
}
