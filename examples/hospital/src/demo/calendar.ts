/** A calendar day: days since 1970-01-01. */
export type Day = number

const dayLength = 86_400_000

/** The day that all others are counted from, so that the data never depends on the clock. */
export const today: Day = dayOf(2025, 6, 30)

export function dayOf(year: number, month: number, day: number): Day {
  return Date.UTC(year, month - 1, day) / dayLength
}

/** `2024-03-05`. */
export function isoDate(day: Day): string {
  return new Date(day * dayLength).toISOString().slice(0, 10)
}

/** `05/03/2024`, as people write it in Spain. */
export function spanishDate(day: Day): string {
  return isoDate(day).split('-').reverse().join('/')
}

/** `2024-03-05T09:30:00+01:00`: minutes after midnight by the clocks of mainland Spain. */
export function isoTime(day: Day, minutes: number): string {
  const clock = new Date(day * dayLength + minutes * 60_000).toISOString().slice(0, 19)
  return `${clock}+0${summerTime(day + minutes / 1440) ? 2 : 1}:00`
}

/** Whole years from birth to that day. */
export function ageOn(birth: Day, day: Day): number {
  const from = isoDate(birth)
  const to = isoDate(day)
  return Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0)
}

/** The day itself, or the Monday after a weekend: nobody has an appointment on a Sunday. */
export function workingDay(day: Day): Day {
  const weekday = new Date(day * dayLength).getUTCDay()
  return weekday === 6 ? day + 2 : weekday === 0 ? day + 1 : day
}

/** From the last Sunday of March to the last of October; the night of the change itself has no appointments. */
function summerTime(day: Day): boolean {
  const year = new Date(day * dayLength).getUTCFullYear()
  return day >= lastSunday(year, 3) && day < lastSunday(year, 10)
}

function lastSunday(year: number, month: number): Day {
  const last = dayOf(year, month, 31)
  return last - new Date(last * dayLength).getUTCDay()
}
