// What shapes are asked with, as it follows from how a population is made.
import { type Analyte, heartRate } from '../population/catalogue.js'
import { alarmEvery } from '../population/measurements.js'
import { rareFamilyName } from '../population/names.js'
import { rareNameEvery } from '../population/people.js'
import type { Population } from '../population/population.js'
import type { Ask, ValueClass } from './shape.js'

/** Different values that are asked for in turn. */
export const variety = 40

/** Values of heart rate: most are over 60, and the alarms lie from 250 to 299. */
export function quantities(patients: number, path: (value: string) => string): Record<ValueClass, Ask[]> {
  const unit = `http://unitsofmeasure.org|${heartRate.unit}`
  const of = (count: number, value: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => ({ path: path(`${value(n)}|${unit}`) }))
  return {
    dense: of(variety, (n) => `gt${60 + (n % 10)}`),
    sparse: of(Math.min(variety, Math.ceil(patients / alarmEvery)), (n) => `${250 + n}`),
    zero: of(variety, (n) => `gt${400 + n}`),
  }
}

export function token({ system, code }: Pick<Analyte, 'system' | 'code'>): string {
  return `${system}|${code}`
}

/** Half of the patients are of each. */
export function gender(n: number): string {
  return n % 2 === 0 ? 'female' : 'male'
}

/** The name that only this patient has. */
export function familyOf(index: number): string {
  return rareFamilyName(index / rareNameEvery)
}

export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export function written(from: number, to: number): string {
  return `_lastUpdated=ge${instant(from)}&_lastUpdated=lt${instant(to)}`
}

/** Beginnings of names that at least five patients have, the longest and most frequent ones. */
export function commonPrefixes({ patients, person }: Population): string[] {
  const holders = new Map<string, number>()
  for (let index = 0; index < patients; index += 1) {
    const { family, given } = person(index)
    const own = new Set(
      [family, ...given].flatMap((name) => [1, 2, 3].map((length) => plain(name).slice(0, length))),
    )
    for (const prefix of own) holders.set(prefix, (holders.get(prefix) ?? 0) + 1)
  }
  return [...holders]
    .filter(([, count]) => count > 5)
    .sort(([a, m], [b, n]) => b.length - a.length || n - m)
    .slice(0, 10)
    .map(([prefix]) => prefix)
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
}

/** Different ids of Observations of all over the population; every patient has the first 25. */
export function observationIds({ ids, patients }: Population, set: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const at = (set * count + n) * 7
    return ids.ofPatient('Observation', at % patients, Math.floor(at / patients) % 25)
  })
}

/** Ids that no resource has. */
export function unusedIds({ ids }: Population, set: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => ids.unused(set * 1000 + n))
}

export function byIds(list: readonly string[]): Ask {
  return { path: 'Observation/_search', form: `_id=${list.join(',')}&_count=20` }
}
