import { type Day, today } from '../calendar.js'
import type { Chart } from '../chart.js'
import type { PersonOptions } from '../person.js'

/** How one kind of patient's years go. */
export interface Story extends PersonOptions {
  readonly name: string
  /** Patients of this kind in the demo hospital. */
  readonly patients: number
  /** Writes the record; returns the time of death of who dies. */
  tell(chart: Chart, index: number): string | undefined
}

/** `count` days from the past up to about a month ago, evenly spread over the last `years` with some days of chance. */
export function daysOver(chart: Chart, years: number, count: number): readonly [Day, ...Day[]] {
  const length = years * 365
  const days = Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 1 : index / (count - 1)
    return today - Math.round(length * (1 - share) + 25) - chart.random.int(0, 12)
  })
  return days as [Day, ...Day[]]
}

/** From `from` to `to` as `share` goes from 0 to 1, fast at first: how treatment works. */
export function easing(from: number, to: number, share: number): number {
  return to + (from - to) * (1 - share) ** 2
}
