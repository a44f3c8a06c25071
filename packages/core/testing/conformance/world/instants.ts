/** Instants from `from` up to, but without, `to`; milliseconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

const overlaps = (a: Span, b: Span) => Math.max(a.from, b.from) < Math.min(a.to, b.to)
const contains = (outer: Span, inner: Span) => outer.from <= inner.from && inner.to <= outer.to

/** The time that a date stands for, by what it leaves out (https://hl7.org/fhir/R4/search.html#date). */
export function spanOf(text: string): Span {
  const [date = '', time] = text.split('T')
  const [year = 0, month, day] = date.split('-').map(Number)
  if (time === undefined) {
    const start = Date.UTC(year, (month ?? 1) - 1, day ?? 1)
    const end =
      month === undefined
        ? Date.UTC(year + 1, 0)
        : day === undefined
          ? Date.UTC(year, month)
          : Date.UTC(year, month - 1, day + 1)
    return { from: start, to: end }
  }
  const from = Date.parse(text)
  const digits = /\.(\d+)/.exec(time)?.[1]?.length
  return { from, to: from + (digits === undefined ? 1000 : 10 ** Math.max(0, 3 - digits)) }
}

export function spanOfPeriod(period: { readonly start?: string; readonly end?: string }): Span {
  const from = period.start === undefined ? Number.NEGATIVE_INFINITY : spanOf(period.start).from
  const to = period.end === undefined ? Number.POSITIVE_INFINITY : spanOf(period.end).to
  if (from < to || period.start === undefined || period.end === undefined) return { from, to }
  // A period that ends before it starts still names two times.
  const [a, b] = [spanOf(period.start), spanOf(period.end)]
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

/** The prefixes in the words of https://hl7.org/fhir/R4/search.html#prefix. */
export function comparesInstant(value: Span, asked: string, now: number): boolean {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/s.exec(asked) ?? []
  const span = spanOf(text)
  const above = { from: span.to, to: Number.POSITIVE_INFINITY }
  const below = { from: Number.NEGATIVE_INFINITY, to: span.from }
  switch (prefix) {
    case 'eq':
      return contains(span, value)
    case 'ne':
      return !contains(span, value)
    case 'gt':
      return overlaps(above, value)
    case 'lt':
      return overlaps(below, value)
    case 'ge':
      return overlaps(above, value) || contains(span, value)
    case 'le':
      return overlaps(below, value) || contains(span, value)
    case 'sa':
      return contains(above, value)
    case 'eb':
      return contains(below, value)
    case 'po':
      return overlaps(span, value)
    default: {
      const gap = span.from > now ? span.from - now : span.to < now ? now - span.to : 0
      return overlaps({ from: span.from - gap / 10, to: span.to + gap / 10 }, value)
    }
  }
}
