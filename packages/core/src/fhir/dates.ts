/** A half-open range of instants, milliseconds since the epoch. */
export interface InstantRange {
  readonly low: number
  /** Exclusive. */
  readonly high: number
}

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/**
 * The instants that a FHIR date, dateTime or instant stands for, by its precision: `2024-02` is the whole of February
 * (https://hl7.org/fhir/R4/search.html#date). A time without a zone is read as UTC; a leap second as the second before.
 *
 * @returns undefined for text that is no date, or names a day or time that does not exist.
 */
export function parseDateRange(text: string): InstantRange | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, yearText, monthText, dayText, hourText, minuteText, secondText, fractionText, zone] = match
  const year = Number(yearText)
  if (year === 0) return undefined
  if (monthText === undefined) return { low: utc(year, 0, 1), high: utc(year + 1, 0, 1) }
  const month = Number(monthText)
  if (month < 1 || month > 12) return undefined
  if (dayText === undefined) return { low: utc(year, month - 1, 1), high: utc(year, month, 1) }
  const day = Number(dayText)
  const midnight = utc(year, month - 1, day)
  if (day < 1 || new Date(midnight).getUTCDate() !== day) return undefined
  if (hourText === undefined) return { low: midnight, high: midnight + 86_400_000 }
  const hour = Number(hourText)
  const minute = Number(minuteText)
  const second = Math.min(Number(secondText ?? 0), 59)
  if (hour > 23 || minute > 59 || Number(secondText ?? 0) > 60) return undefined
  const offset = zoneOffset(zone)
  if (offset === undefined) return undefined
  const start = midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 - offset
  if (secondText === undefined) return { low: start, high: start + 60_000 }
  if (fractionText === undefined) return { low: start, high: start + 1000 }
  const low = start + Number(`${fractionText}000`.slice(0, 3))
  const precision = fractionText.length >= 3 ? 1 : 10 ** (3 - fractionText.length)
  return { low, high: low + precision }
}

function utc(year: number, month: number, day: number): number {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

function zoneOffset(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 14 || minutes > 59) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
