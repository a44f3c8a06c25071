import { type InstantRange, parseDateRange } from '../fhir/dates.js'

/** The order of two dates or times: negative, 0, positive; undefined where their precision leaves it open. */
export function compareTemporal(a: string, b: string): number | undefined {
  const left = rangeOf(a)
  const right = rangeOf(b)
  if (left === undefined || right === undefined) return undefined
  if (hasZone(a) !== hasZone(b) && hasTime(a) && hasTime(b)) return undefined
  // Seconds with and without a fraction are of one precision (https://hl7.org/fhirpath/N1/#comparison).
  if (seconds(left) && seconds(right)) return left.low - right.low
  if (left.low === right.low && left.high === right.high)
    return isDateOnly(a) === isDateOnly(b) ? 0 : undefined
  if (left.high <= right.low) return -1
  return right.high <= left.low ? 1 : undefined
}

function hasTime(text: string): boolean {
  return /T\d/.test(text)
}

/** What one says of its zone and the other does not leaves their order open. */
function hasZone(text: string): boolean {
  return /T\d.*(Z|[+-]\d\d:\d\d)$/.test(text)
}

function seconds({ low, high }: InstantRange): boolean {
  return high - low <= 1000
}

/** A whole day, as a date or as a time of an unknown hour, has the same range. */
function isDateOnly(text: string): boolean {
  return !text.includes('T') || text.endsWith('T')
}

const time = /^(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?$/

function rangeOf(text: string): InstantRange | undefined {
  const at = text.charCodeAt(2) === 58 || text.length === 2 ? time.exec(text) : null
  if (at !== null) {
    const [, hour, minute, second, fraction] = at
    const low = Number(hour) * 3_600_000 + Number(minute ?? 0) * 60_000 + Number(second ?? 0) * 1000
    if (minute === undefined) return { low, high: low + 3_600_000 }
    if (second === undefined) return { low, high: low + 60_000 }
    return { low: low + Number(`0.${fraction ?? 0}`) * 1000, high: low + 1000 }
  }
  return parseDateRange(text.endsWith('T') ? text.slice(0, -1) : text) ?? hourRange(text)
}

/** FHIRPath knows hours without minutes. */
function hourRange(text: string): InstantRange | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d)(Z|[+-]\d\d:\d\d)?$/.exec(text)
  const found = match ? parseDateRange(`${match[1]}:00${match[2] ?? ''}`) : undefined
  return found && { low: found.low, high: found.low + 3_600_000 }
}

const forms: Readonly<Record<string, RegExp>> = {
  'System.Date': /^\d{4}(-\d\d(-\d\d)?)?$/,
  'System.DateTime': /^\d{4}(-\d\d(-\d\d(T(\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?)?$/,
  'System.Time': /^\d\d(:\d\d(:\d\d(\.\d+)?)?)?$/,
}

/** Whether a text has the form of a date, dateTime or time, and is one. */
export function isTemporal(type: string, text: string): boolean {
  return forms[type]?.test(text) === true && rangeOf(text) !== undefined
}
