import { local } from './catalogue.js'
import { day, dayLength, type Generated } from './elements.js'
import type { Ids } from './ids.js'
import { familyNames, givenNames, rareFamilyName, towns } from './names.js'
import { Random } from './random.js'

/** Who a record is of. */
export interface Person {
  readonly index: number
  readonly patient: Generated
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly birth: number
  readonly family: string
  readonly given: readonly string[]
}

/** One of so many patients has a family name of its own. */
export const rareNameEvery = 10

export const medicalRecord = `${local}/mrn`
export const socialSecurity = 'http://hl7.org/fhir/sid/us-ssn'

export function mrnOf(index: number): string {
  return `MRN-${String(index).padStart(8, '0')}`
}

export function hasRareName(index: number): boolean {
  return index % rareNameEvery === 0
}

export function createPerson(ids: Ids, seed: number, index: number, lastDay: number): Person {
  const random = new Random(seed, 8, index)
  // Not by chance: a population of twenty has both.
  const gender = index % 2 === 0 ? 'female' : 'male'
  const given = [random.pickSkewed(givenNames[gender]), random.pickSkewed(givenNames[gender])]
  const family = hasRareName(index) ? rareFamilyName(index / rareNameEvery) : random.pickSkewed(familyNames)
  const birth = lastDay - random.int(1, 92 * 365) * dayLength
  const name = `${given[0]} ${family}`
  const town = random.pickSkewed(towns)
  const { city, state, postalCode, latitude, longitude } = town
  const patient: Generated = {
    resourceType: 'Patient',
    id: ids.patient(index),
    meta: {
      profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'],
      ...(random.chance(0.1)
        ? { tag: [{ system: `${local}/study`, code: `cohort-${random.int(1, 5)}` }] }
        : {}),
    },
    text: {
      status: 'generated',
      div: `<div xmlns="http://www.w3.org/1999/xhtml">${name.replace("'", '&#39;')}, born ${day(birth)}, of ${city}. Made up: no such person exists.</div>`,
    },
    extension: [
      {
        url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
        extension: [
          {
            url: 'ombCategory',
            valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3', display: 'White' },
          },
          { url: 'text', valueString: 'White' },
        ],
      },
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName',
        valueString: random.pickSkewed(familyNames),
      },
      {
        url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex',
        valueCode: gender === 'female' ? 'F' : 'M',
      },
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: { city, state, country: 'US' },
      },
    ],
    identifier: [
      identifier('MR', 'Medical Record Number', medicalRecord, mrnOf(index)),
      identifier('SS', 'Social Security Number', socialSecurity, ssnOf(index)),
      identifier('DL', "Driver's License", 'urn:oid:2.16.840.1.113883.4.3.25', `S${99_000_000 + index}`),
      identifier('PPN', 'Passport Number', `${local}/passport`, `X${10_000_000 + index}X`),
    ],
    active: true,
    name: [
      { use: 'official', family, given, prefix: [gender === 'female' ? 'Ms.' : 'Mr.'] },
      ...(random.chance(0.15)
        ? [{ use: 'maiden', family: random.pickSkewed(familyNames), given: [given[0]] }]
        : []),
    ],
    telecom: [
      { system: 'phone', value: `555-${random.int(100, 999)}-${random.int(1000, 9999)}`, use: 'home' },
    ],
    gender,
    birthDate: day(birth),
    address: [
      {
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/geolocation',
            extension: [
              { url: 'latitude', valueDecimal: latitude },
              { url: 'longitude', valueDecimal: longitude },
            ],
          },
        ],
        line: [`${random.int(1, 999)} ${random.pickSkewed(familyNames)} Street`],
        city,
        state,
        postalCode,
        country: 'US',
      },
    ],
    maritalStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus',
          code: random.chance(0.5) ? 'M' : 'S',
        },
      ],
    },
    multipleBirthBoolean: false,
    communication: [
      { language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en-US', display: 'English' }] } },
    ],
  }
  return { index, patient, name, birth, family, given: given as string[] }
}

function ssnOf(index: number): string {
  const digits = String(index).padStart(6, '0')
  return `999-${digits.slice(0, 2)}-${digits.slice(2)}`
}

function identifier(code: string, display: string, system: string, value: string) {
  const type = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code, display }],
    text: display,
  }
  return { type, system, value }
}
