import { heartRate, height, loinc, npi, respiratoryRate, weight } from '../population/catalogue.js'
import { oneOff } from '../population/measurements.js'
import { unusedName } from '../population/names.js'
import { claimGroup } from '../population/papers.js'
import { medicalRecord, mrnOf, rareNameEvery } from '../population/people.js'
import type { Population } from '../population/population.js'
import { visitNumber } from '../population/record.js'
import { npiOf } from '../population/staff.js'
import { staffWrittenAt, writtenAt } from './load.js'
import type { Ask, Shape } from './shape.js'
import {
  byIds,
  commonPrefixes,
  familyOf,
  gender,
  instant,
  observationIds,
  quantities,
  token,
  unusedIds,
  variety,
  written,
} from './values.js'

/**
 * The query shapes with values of each class, which follow from how the population is made; nothing is looked up.
 */
export function createShapes(population: Population): Shape[] {
  const { ids, patients } = population
  const spread = (length: number) =>
    Array.from({ length: variety }, (_, n) => Math.floor((n * length) / variety) % length)
  const some = spread(patients)
  const get = (numbers: readonly number[], path: (number: number) => string): Ask[] =>
    numbers.map((number) => ({ path: path(number) }))
  const numbers = Array.from({ length: variety }, (_, n) => n)
  const rarelyNamed = spread(Math.ceil(patients / rareNameEvery)).map((n) => n * rareNameEvery)
  const frequent = [heartRate, weight, respiratoryRate, height].map(token)
  const usual = (n: number) => frequent[n % frequent.length] as string
  const found = (index: number) => token(oneOff(index))
  const unknown = (n: number) => `${loinc}|0000-${n}`
  const prefixes = commonPrefixes(population)
  const observations = (set: number) => observationIds(population, set, 500)
  const newest = population.staff.busy

  return [
    {
      name: 'patient-scoped',
      example: 'Observation?patient=…&_sort=-date',
      counts: 'matches',
      page: 20,
      ratioLimit: 1.5,
      asks: {
        dense: get(some, (n) => `Observation?patient=${ids.patient(n)}&_sort=-date&_count=20`),
        sparse: get(some, (n) => `Observation?patient=${ids.patient(n)}&code=${found(n)}&_count=20`),
        zero: get(some, (n) => `Observation?patient=${ids.patient(n)}&code=${unknown(n)}&_count=20`),
      },
    },
    {
      name: 'code + date sorted',
      example: 'Observation?code=…&date=ge…&_sort=-date',
      counts: 'matches',
      page: 20,
      asks: {
        dense: get(
          numbers,
          (n) => `Observation?code=${usual(n)}&date=ge${2005 + (n % 15)}&_sort=-date&_count=20`,
        ),
        sparse: get(some, (n) => `Observation?code=${found(n)}&date=ge2005&_sort=-date&_count=20`),
        zero: get(numbers, (n) =>
          n % 2 === 0
            ? `Observation?code=${usual(n)}&date=ge${2030 + n}&_sort=-date&_count=20`
            : `Observation?code=${unknown(n)}&date=ge2005&_sort=-date&_count=20`,
        ),
      },
    },
    {
      name: 'quantity',
      example: 'Observation?code=…&value-quantity=gt…|http://unitsofmeasure.org|/min',
      counts: 'matches',
      page: 20,
      asks: quantities(
        patients,
        (value) => `Observation?code=${token(heartRate)}&value-quantity=${value}&_count=20`,
      ),
    },
    {
      name: 'composite',
      example: 'Observation?code-value-quantity=…$gt…',
      counts: 'matches',
      page: 20,
      asks: quantities(
        patients,
        (value) => `Observation?code-value-quantity=${token(heartRate)}$${value}&_count=20`,
      ),
    },
    {
      name: 'chain',
      example: 'Observation?code=…&subject:Patient.family=…',
      counts: 'matches',
      page: 20,
      asks: {
        dense: get(numbers, (n) => `Observation?code=${usual(n)}&patient.gender=${gender(n)}&_count=20`),
        sparse: get(rarelyNamed, (n) => `AllergyIntolerance?patient.family=${familyOf(n)}&_count=20`),
        zero: get(numbers, (n) => `Observation?patient.family=${unusedName(n)}&_count=20`),
      },
    },
    {
      name: 'chain, sorted',
      example: 'Observation?code=…&subject:Patient.family=…&_sort=-date',
      counts: 'matches',
      page: 20,
      asks: {
        dense: get(
          numbers,
          (n) => `Observation?code=${usual(n)}&subject:Patient.gender=${gender(n)}&_sort=-date&_count=20`,
        ),
        sparse: get(
          rarelyNamed,
          (n) => `Observation?code=${found(n)}&subject:Patient.family=${familyOf(n)}&_sort=-date&_count=20`,
        ),
        zero: get(
          numbers,
          (n) => `Observation?code=${usual(n)}&subject:Patient.family=${unusedName(n)}&_sort=-date&_count=20`,
        ),
      },
    },
    {
      name: '_has',
      example: 'Patient?_has:Observation:patient:code=…',
      counts: 'matches',
      page: 5,
      asks: {
        dense: get(numbers, (n) => `Patient?_has:Observation:patient:code=${usual(n)}&_count=5`),
        sparse: get(some, (n) => `Patient?_has:Observation:patient:code=${found(n)}&_count=5`),
        zero: get(numbers, (n) => `Patient?_has:Observation:patient:code=${unknown(n)}&_count=5`),
      },
    },
    {
      name: 'name prefix',
      example: 'Patient?name=…',
      counts: 'matches',
      page: 5,
      asks: {
        dense: get(numbers, (n) => `Patient?name=${prefixes[n % prefixes.length]}&_count=5`),
        sparse: get(rarelyNamed, (n) => `Patient?name=${familyOf(n)}&_count=5`),
        zero: get(numbers, (n) => `Patient?name=${unusedName(n)}&_count=5`),
      },
    },
    {
      name: 'identifier',
      example: 'Patient?identifier=system|value',
      counts: 'matches',
      page: 20,
      ratioLimit: 1.5,
      asks: {
        dense: get(
          numbers,
          () => `ExplanationOfBenefit?identifier=${claimGroup.system}|${claimGroup.value}&_count=20`,
        ),
        sparse: get(some, (n) =>
          n % 2 === 0
            ? `Patient?identifier=${medicalRecord}|${mrnOf(n)}&_count=20`
            : `Encounter?identifier=${visitNumber(n, n % 8)}&_count=20`,
        ),
        zero: get(numbers, (n) => `Patient?identifier=${medicalRecord}|NONE-${n}&_count=20`),
      },
    },
    {
      name: '_lastUpdated',
      example: 'Observation?_lastUpdated=ge…&_lastUpdated=lt…',
      counts: 'matches',
      page: 20,
      asks: {
        dense: get(some, (n) => `Observation?_lastUpdated=lt${instant(writtenAt(n + 1))}&_count=20`),
        sparse: get(some, (n) => `Provenance?${written(writtenAt(n), writtenAt(n + 1))}&_count=20`),
        zero: get(some, (n) =>
          n % 2 === 0
            ? `Observation?${written(writtenAt(n) + 500, writtenAt(n) + 900)}&_count=20`
            : `Observation?_lastUpdated=lt${instant(staffWrittenAt - n)}&_count=20`,
        ),
      },
    },
    {
      name: 'count',
      example: 'Observation?code=…&_summary=count',
      counts: 'total',
      page: 20,
      asks: {
        dense: get(numbers, (n) =>
          n % 8 === 0 ? 'Observation?_summary=count' : `Observation?code=${usual(n)}&_summary=count`,
        ),
        sparse: get(some, (n) => `Observation?code=${found(n)}&_summary=count`),
        zero: get(numbers, (n) => `Observation?code=${unknown(n)}&_summary=count`),
      },
    },
    {
      name: 'include',
      example: 'Observation?code=…&_sort=-date&_include=Observation:patient&_include=Observation:encounter',
      counts: 'includes',
      page: 20,
      asks: {
        dense: get(numbers, (n) => `Observation?code=${usual(n)}&_sort=-date&_count=20&${including}`),
        sparse: get(some, (n) => `Observation?code=${found(n)}&_sort=-date&_count=20&${including}`),
        zero: get(numbers, (n) => `Observation?code=${unknown(n)}&_sort=-date&_count=20&${including}`),
      },
    },
    {
      name: 'revinclude',
      example: 'Practitioner?identifier=…&_revinclude=Encounter:practitioner',
      counts: 'includes',
      page: 20,
      asks: {
        // The busiest, who have treated a good part of all patients.
        dense: get(
          [0, 1, 2],
          (n) => `Practitioner?identifier=${npi}|${npiOf(n)}&_revinclude=Encounter:practitioner`,
        ),
        sparse: get(
          some,
          (n) => `Patient?identifier=${medicalRecord}|${mrnOf(n)}&_revinclude=Provenance:patient`,
        ),
        zero: get(
          [0, 1, 2, 3, 4],
          (n) => `Practitioner?identifier=${npi}|${npiOf(newest + n)}&_revinclude=Encounter:practitioner`,
        ),
      },
    },
    {
      name: 'revinclude of a page',
      example: 'Encounter?patient=…&_revinclude=Observation:encounter',
      counts: 'includes',
      page: 20,
      asks: {
        dense: get(
          some,
          (n) => `Encounter?patient=${ids.patient(n)}&_sort=date&_count=20&_revinclude=Observation:encounter`,
        ),
        sparse: get(some, (n) => `Encounter?identifier=${visitNumber(n, n % 8)}&_revinclude=Claim:encounter`),
        zero: get(
          some,
          (n) => `Encounter?patient=${ids.patient(n)}&_count=20&_revinclude=Appointment:supporting-info`,
        ),
      },
    },
    {
      name: 'OR of 500 ids',
      example: 'POST Observation/_search _id=…,…',
      counts: 'matches',
      page: 20,
      ratioLimit: 1.5,
      asks: {
        dense: [0, 1, 2, 3].map((n) => byIds(observations(n))),
        sparse: numbers.map((n) => byIds([...observations(n).slice(0, 5), ...unusedIds(population, n, 495)])),
        zero: numbers.map((n) => byIds(unusedIds(population, n, 500))),
      },
    },
  ]
}

const including = '_include=Observation:patient&_include=Observation:encounter'
