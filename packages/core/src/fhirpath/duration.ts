import { EvaluationError, Unsupported } from './node.js'
import type { Amount } from './quantity.js'

const form = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/

const milliseconds: Readonly<Record<string, number>> = {
  wk: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  min: 60_000,
  s: 1000,
  ms: 1,
}

/**
 * A date or time later by a duration, in its own precision and zone (https://hl7.org/fhirpath/N1/#datetime-arithmetic).
 * A part of a unit is left out, and the last day of a month stands for days that a month does not have.
 *
 * @param sign -1 for earlier.
 */
export function addDuration(text: string, { value, unit, calendar }: Amount, sign: 1 | -1): string {
  const match = form.exec(text)
  if (!match) throw new Unsupported('the arithmetic of partial dates')
  const [, year, month, day, hour, minute, second, fraction, zone = ''] = match
  const count = Math.trunc(value) * sign
  const parts = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number)
  const at = new Date(0)
  at.setUTCFullYear(parts[0] as number, (parts[1] as number) - 1, parts[2])
  at.setUTCHours(parts[3] as number, parts[4], parts[5], Number(`0.${fraction ?? 0}`) * 1000)
  if (unit === 'mo' || unit === 'a') {
    if (!calendar) throw new EvaluationError('months and years of UCUM are no calendar durations')
    addMonths(at, unit === 'a' ? count * 12 : count)
  } else {
    const length = Object.hasOwn(milliseconds, unit) ? milliseconds[unit] : undefined
    if (length === undefined) throw new EvaluationError(`'${unit}' is no unit of time`)
    if (hour === undefined && length < 86_400_000) throw new Unsupported('hours of a date')
    at.setTime(at.getTime() + count * length)
  }
  const iso = at.toISOString()
  if (hour === undefined) return iso.slice(0, 10)
  if (second === undefined) return `${iso.slice(0, 16)}${zone}`
  return `${fraction === undefined ? iso.slice(0, 19) : iso.slice(0, 23)}${zone}`
}

function addMonths(date: Date, count: number): void {
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + count)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
}
