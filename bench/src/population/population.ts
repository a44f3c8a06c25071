import { panels, tailAnalyte, tailLength } from './catalogue.js'
import { dayLength, type Generated, minute } from './elements.js'
import { Ids } from './ids.js'
import { panel, singularities, vitals } from './measurements.js'
import { claim, settle, writeNote } from './papers.js'
import { createPerson, type Person } from './people.js'
import type { Random } from './random.js'
import { firstDay, lastDay, PatientRecord } from './record.js'
import { createStaff, type Staff } from './staff.js'

/** Change it with what the generator makes: loaded databases are known by it. */
export const generation = 1

export interface PopulationOptions {
  /** Resources wanted; there will be so many within a few in a hundred, for patients come whole. */
  readonly resources: number
  readonly seed?: number
}

/**
 * A made-up population in the mix that Synthea gives (types per patient, bytes, few frequent codes and a long tail, 20
 * years), of any size: each patient is made when asked for, always the same for the same seed.
 */
export interface Population {
  readonly seed: number
  readonly patients: number
  readonly ids: Ids
  readonly staff: Staff
  person(index: number): Person
  /** The Patient first, then everything else of theirs, in an order in which what is referred to mostly comes first. */
  record(index: number): readonly Generated[]
}

/** What a patient has on average, staff included. */
const perPatient = 459

/** Every patient comes to at least so many visits: each has some dozens of Observations. */
const fewestVisits = 8

export function createPopulation({ resources, seed = 1 }: PopulationOptions): Population {
  const ids = new Ids(seed)
  const patients = Math.max(12, Math.ceil(resources / perPatient))
  const staff = createStaff(ids, seed, patients)
  const person = (index: number) => createPerson(ids, seed, index, firstDay)
  return {
    seed,
    patients,
    ids,
    staff,
    person,
    record: (index) => {
      const record = new PatientRecord(person(index), ids, staff, seed)
      live(record)
      return record.resources
    },
  }
}

function live(record: PatientRecord): void {
  const { random } = record
  const visits = Math.round(fewestVisits + 6 * Math.exp(random.around(1, 0.9)))
  let last: ReturnType<PatientRecord['visit']> | undefined
  for (let number = 0; number < visits; number += 1) {
    const start =
      firstDay + Math.floor(((number + random.next()) / visits) * (lastDay - firstDay - dayLength))
    const visit = record.visit(number, start - (start % minute))
    if (number < 5 || random.chance(0.35)) vitals(record, visit)
    for (const { panel: code, share, analytes } of panels) {
      if (random.chance(share)) panel(record, visit, code, analytes)
    }
    if (random.chance(0.12)) panel(record, visit, special, tail(random))
    for (let count = random.int(0, 2); count > 0; count -= 1) record.procedure(visit)
    if (random.chance(0.5)) record.immunization(visit)
    if (random.chance(0.38)) record.condition(visit, visit.reason, random.chance(0.7))
    if (random.chance(0.15)) record.plan(visit)
    if (random.chance(0.27)) record.supply(visit)
    if (random.chance(0.46)) claim(record, visit, record.medication(visit))
    writeNote(record, visit)
    settle(record, visit, claim(record, visit))
    last = visit
  }
  if (!last) return
  singularities(record, last)
  record.background(last)
}

const special = {
  system: 'http://loinc.org',
  code: '24323-8',
  display: 'Comprehensive metabolic 2000 panel - Serum or Plasma',
}

function tail(random: Random) {
  return Array.from({ length: 6 }, () => tailAnalyte(random.skewed(tailLength)))
}
