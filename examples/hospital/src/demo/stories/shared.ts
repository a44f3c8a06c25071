import { type Day, today } from '../calendar.js'
import type { ConditionKey } from '../catalogue.js'
import type { MedicineKey } from '../medicines.js'
import type { ClinicalRecord, Visit, Vitals } from '../record.js'

/** Tells what happened to one patient, visit by visit. */
export type Story = (record: ClinicalRecord) => void

export const year = 365

/** Weight, height and blood pressure of a grown person; each visit varies a little. */
export function adultBody(record: ClinicalRecord, bmi: number) {
  const { random, person } = record
  const height = random.around(person.sex === 'female' ? 161 : 174, 5)
  const weight = bmi * (height / 100) ** 2
  return (more: Partial<Vitals> = {}): Vitals => ({ height, weight: weight + random.around(0, 0.8), ...more })
}

/** Visits over the last years, evenly spread with some disorder, oldest first. */
export function visits(record: ClinicalRecord, years: number, perYear: number): Day[] {
  const count = Math.round(years * perYear)
  const gap = (years * year) / count
  return Array.from({ length: count }, (_, index) =>
    Math.round(today - years * year + index * gap + record.random.int(0, Math.floor(gap / 3))),
  )
}

export function commonAdult(record: ClinicalRecord): void {
  for (const winter of [2, 1]) {
    if (record.age(today) >= 60) record.vaccine(today - winter * year + 130, 'influenza')
  }
  if (record.random.chance(0.6)) record.vaccine(today - 4 * year, 'covid', 1)
  if (record.random.chance(0.15))
    record.allergy(today - 9 * year, record.random.pick(['penicillin', 'aspirin', 'latex', 'grass'] as const))
}

/** Height and weight of a child as it grows: near the middle of the WHO's curves. */
export function childBody(record: ClinicalRecord) {
  const factor = record.random.around(1, 0.04)
  return (day: Day, more: Partial<Vitals> = {}): Vitals => {
    const age = Math.max(0.1, (day - record.person.birth) / 365.25)
    const height = (age < 2 ? 50 + 38 * Math.sqrt(age / 2) : 88 + (age - 2) * 6.1) * factor
    const weight =
      (age < 2 ? 3.4 + 8.8 * Math.sqrt(age / 2) : 12.2 + (age - 2) * 2.2 + Math.max(0, age - 8) * 1.2) *
      factor
    return {
      height,
      weight,
      heartRate: record.random.around(age < 2 ? 125 : 92, 6),
      respiratoryRate: record.random.around(age < 2 ? 32 : 21, 2),
      ...more,
    }
  }
}

/** One passing illness with its medicine. */
export function illness(
  record: ClinicalRecord,
  condition: ConditionKey,
  medicine: MedicineKey,
  department: 'family' | 'pediatrics',
  reason: string,
  vitals: (day: Day) => Vitals,
): Visit {
  const visit = record.visit(today - record.random.int(40, 700), 'consultation', department, reason)
  record.vitals(visit, vitals(visit.day))
  record.medicine(visit, medicine, record.condition(visit, condition, visit.day + 12), 8)
  return visit
}
