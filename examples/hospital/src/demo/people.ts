import type { Patient, Practitioner } from 'fhir/r4.js'
import { ageOn, type Day, isoDate, spanishDate, today } from './calendar.js'
import { hl7, reference, resourceOf, site } from './elements.js'
import { familyNames, givenNames, streets, towns } from './names.js'
import type { Random } from './random.js'
import type { Staff } from './staff.js'

/** Who a story is told of. */
export interface Person {
  readonly patient: Patient
  readonly birth: Day
  readonly sex: 'female' | 'male'
  /** The doctor who looks after them. */
  readonly doctor: Practitioner
  readonly name: string
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** The national identity number with its check letter; these numbers are above all that were given out. */
export function dni(number: number): string {
  return `${String(number).padStart(8, '0')}${dniLetters[number % 23]}`
}

/** A made-up person of about that age. */
export function createPerson(
  index: number,
  age: number,
  sex: 'female' | 'male',
  staff: Staff,
  random: Random,
): Person {
  const birth = today - Math.round(age * 365.25) - random.int(10, 350)
  const years = ageOn(birth, today)
  const generation = years < 18 ? 'young' : years < 62 ? 'adult' : 'old'
  const given = random.pick(givenNames[sex][generation])
  const [father, mother] = [random.pick(familyNames), random.pick(familyNames)]
  const name = `${given} ${father} ${mother}`
  const town = random.pick(towns)
  const doctor = random.pick(staff.doctors(years < 15 ? 'pediatrics' : 'family'))
  const id = `paciente-${String(index).padStart(2, '0')}`
  const patient: Patient = {
    ...resourceOf(
      'Patient',
      id,
      `${name}, ${sex === 'female' ? 'nacida' : 'nacido'} el ${spanishDate(birth)}.`,
    ),
    identifier: [
      {
        use: 'usual',
        type: hl7('v2-0203', 'MR', 'Medical record number'),
        system: `${site}/id/historia`,
        value: String(100_200 + index * 17),
      },
      {
        use: 'official',
        type: hl7('v2-0203', 'NI', 'National unique individual identifier'),
        system: 'urn:oid:1.3.6.1.4.1.19126.3',
        value: dni(99_000_000 + index * 7919),
      },
    ],
    active: true,
    name: [{ use: 'official', text: name, family: `${father} ${mother}`, given: [given] }],
    telecom: [
      {
        system: 'phone',
        value: `+34 6${random.int(10, 99)} ${random.int(100, 999)} ${random.int(100, 999)}`,
        use: 'mobile',
      },
      ...(years >= 15 && years < 75 ? [{ system: 'email' as const, value: `${id}@correo.example` }] : []),
    ],
    gender: sex,
    birthDate: isoDate(birth),
    address: [
      {
        use: 'home',
        line: [
          `${random.pick(streets)} ${random.int(1, 90)}, ${random.int(1, 6)}.º ${random.pick(['A', 'B', 'C', 'D'])}`,
        ],
        ...town,
        country: 'ES',
      },
    ],
    maritalStatus:
      years >= 25 && random.chance(0.6)
        ? hl7('v3-MaritalStatus', 'M', 'Married')
        : hl7('v3-MaritalStatus', 'S', 'Never Married'),
    communication: [
      {
        language: {
          coding: [{ system: 'urn:ietf:bcp:47', code: 'es-ES', display: 'Spanish (Spain)' }],
          text: 'español',
        },
        preferred: true,
      },
    ],
    generalPractitioner: [reference(doctor, doctor.name?.[0]?.text)],
    managingOrganization: reference(staff.organization, staff.organization.name),
  }
  return { patient, birth, sex, doctor, name }
}
