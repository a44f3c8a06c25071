import type { Patient, PatientContact } from 'fhir/r4.js'
import { ageOn, type Day, isoDate, spanishDate, today } from './calendar.js'
import { concept, hl7, resourceOf, site } from './elements.js'
import { familyNames, givenNames, streets, towns } from './names.js'
import type { Random } from './random.js'
import { doctorOf, professionals, titledName } from './staff.js'

/** Who a record is about. */
export interface Person {
  readonly id: string
  readonly number: number
  readonly given: string
  /** The father's and the mother's first family names, or the other way round. */
  readonly family: readonly [string, string]
  readonly sex: 'female' | 'male'
  readonly birth: Day
  /** Full-grown, or today's. */
  readonly heightCm: number
}

export interface PersonOptions {
  readonly sex?: Person['sex']
  readonly ages: readonly [youngest: number, oldest: number]
}

/** Someone of the given age, with a name of that generation. */
export function makePerson(number: number, { sex: wanted, ages }: PersonOptions, random: Random): Person {
  const sex = wanted ?? (random.chance(0.5) ? 'female' : 'male')
  const birth = today - Math.floor(random.between(ages[0], ages[1] + 1) * 365.25)
  const age = ageOn(birth, today)
  const generation = age < 20 ? 'young' : age < 60 ? 'adult' : 'old'
  return {
    id: `paciente-${String(number).padStart(2, '0')}`,
    number,
    given: random.pick(givenNames[sex][generation]),
    family: [random.pick(familyNames), random.pick(familyNames)],
    sex,
    birth,
    heightCm: random.around(sex === 'female' ? 162 : 175, 5) - (age > 65 ? 3 : 0),
  }
}

export function fullName({ given, family }: Pick<Person, 'given' | 'family'>): string {
  return `${given} ${family.join(' ')}`
}

/**
 * A DNI with its check letter, which follows from the number modulo 23. Numbers above 99 million have not been given
 * to anybody.
 */
export function dni(number: number): string {
  const digits = 99_000_000 + ((number * 7_919) % 1_000_000)
  return `${digits}${'TRWAGMYFPDXBNJZSQVHLCKE'[digits % 23]}`
}

/** The Patient resource; `deceased` is when the person died. */
export function patientResource(person: Person, random: Random, deceased?: string): Patient {
  const { id, number, given, family, sex, birth } = person
  const age = ageOn(birth, today)
  const doctor = age < 15 ? doctorOf('pediatria') : random.pick(professionals.slice(0, 2))
  const name = fullName(person)
  const married = age > 32 && random.chance(0.6)
  return {
    ...resourceOf(
      'Patient',
      id,
      `${name}, ${sex === 'female' ? 'mujer' : 'varón'}, nacimiento: ${spanishDate(birth)}`,
    ),
    identifier: [
      {
        use: 'usual',
        type: { ...hl7('v2-0203', 'MR', 'Medical record number'), text: 'Número de historia clínica' },
        system: `${site}/sid/nhc`,
        value: String(100_000 + number * 37),
      },
      // Children have a DNI only once they need one.
      ...(age >= 14
        ? [
            {
              use: 'official' as const,
              type: { ...hl7('v2-0203', 'NI', 'National unique individual identifier'), text: 'DNI' },
              system: 'urn:oid:1.3.6.1.4.1.19126.3',
              value: dni(number),
            },
          ]
        : []),
    ],
    active: deceased === undefined,
    name: [{ use: 'official', text: name, family: family.join(' '), given: given.split(' ') }],
    telecom:
      age >= 16
        ? [phone(number, 'mobile'), ...(random.chance(0.4) ? [email(person)] : [])]
        : [phone(number, 'home')],
    gender: sex,
    birthDate: isoDate(birth),
    ...(deceased ? { deceasedDateTime: deceased } : {}),
    address: [homeAddress(random)],
    maritalStatus: married
      ? hl7('v3-MaritalStatus', 'M', 'Married')
      : hl7('v3-MaritalStatus', 'S', 'Never Married'),
    ...(age < 16 ? { contact: [mother(person, random)] } : {}),
    communication: [
      {
        language: concept('Español', { system: 'language', code: 'es', display: 'Español' }),
        preferred: true,
      },
    ],
    generalPractitioner: [{ reference: `Practitioner/${doctor.id}`, display: titledName(doctor) }],
    managingOrganization: {
      reference: 'Organization/hospital-san-rafael',
      display: 'Hospital General San Rafael',
    },
  }
}

/** The mother gives the second family name. */
function mother(person: Person, random: Random): PatientContact {
  const family = `${person.family[1]} ${random.pick(familyNames)}`
  const given = random.pick(givenNames.female.adult)
  return {
    relationship: [hl7('v3-RoleCode', 'MTH', 'mother')],
    name: { use: 'official', text: `${given} ${family}`, family, given: [given] },
    telecom: [phone(person.number + 500, 'mobile')],
  }
}

function homeAddress(random: Random) {
  const { city, postalCode } = random.pick(towns)
  const flat = random.chance(0.7) ? `, ${random.int(1, 6)}.º ${random.pick(['A', 'B', 'C', 'D'])}` : ''
  return {
    use: 'home' as const,
    line: [`${random.pick(streets)}, ${random.int(1, 120)}${flat}`],
    city,
    state: 'Madrid',
    postalCode,
    country: 'ES',
  }
}

function phone(number: number, use: 'mobile' | 'home') {
  const last = String(number).padStart(3, '0')
  return { system: 'phone' as const, value: `+34 ${use === 'mobile' ? 600 : 910} 000 ${last}`, use }
}

function email({ given, family, number }: Person) {
  const plain = `${given.split(' ')[0]}.${family[0]}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase()
  return { system: 'email' as const, value: `${plain}${number}@correo.example`, use: 'home' as const }
}
