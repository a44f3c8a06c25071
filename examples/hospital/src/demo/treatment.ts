import type { Reference } from 'fhir/r4.js'
import { type Day, isoDate, isoTime, spanishDate, workingDay } from './calendar.js'
import {
  type AllergyKey,
  allergies,
  type Medicine,
  type MedicineKey,
  medicines,
  type ProcedureKey,
  procedures,
  routes,
  type VaccineKey,
  vaccines,
} from './catalogue.js'
import type { Chart, Visit } from './chart.js'
import { type Code, concept, hl7, resourceOf, spanishNumber, systems } from './elements.js'
import { type DepartmentKey, departments, doctorOf, places, titledName } from './staff.js'

/** Prescribes a medicine at a visit: for some days, or until further notice, or until it was stopped. */
export function prescribe(
  chart: Chart,
  visit: Visit,
  key: MedicineKey,
  reason: Reference,
  { days, stopped = false }: { days?: number; stopped?: boolean } = {},
): void {
  const medicine: Medicine = medicines[key]
  const codes: Code[] = [{ system: 'atc', code: medicine.atc, display: medicine.name }]
  if (medicine.substance) codes.push({ system: 'snomed', code: medicine.substance, display: medicine.name })
  const instruction = directions(medicine)
  chart.enter({
    ...resourceOf('MedicationRequest', chart.nextId('receta'), `${medicine.name}. ${instruction}`),
    status: stopped ? 'stopped' : days === undefined ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept: concept(medicine.name, ...codes),
    subject: chart.subject,
    encounter: visit.reference,
    authoredOn: visit.at(15),
    requester: { reference: `Practitioner/${visit.doctor.id}`, display: titledName(visit.doctor) },
    reasonReference: [reason],
    dosageInstruction: [
      {
        text: instruction,
        timing: {
          repeat: {
            ...(days === undefined
              ? {}
              : { boundsDuration: { value: days, unit: 'días', system: systems.ucum, code: 'd' } }),
            frequency: 1,
            period: medicine.every,
            periodUnit: 'h',
          },
        },
        ...(medicine.asNeeded ? { asNeededBoolean: true } : {}),
        route: concept(routes[medicine.route].display, routes[medicine.route]),
        doseAndRate: [{ doseQuantity: dose(medicine) }],
      },
    ],
  })
}

function dose({ dose: [value, unit, code = unit] }: Medicine) {
  return { value, unit, system: systems.ucum, code }
}

function directions({ dose: [value, unit], every, asNeeded, route }: Medicine): string {
  const often = every === 168 ? 'una vez por semana' : every === 24 ? 'una vez al día' : `cada ${every} horas`
  const amount = `${spanishNumber(value, Number.isInteger(value) ? 0 : 1)} ${unit}`
  return `${amount} por ${routes[route].display} ${often}${asNeeded ? ', si precisa' : ''}`
}

export function allergy(chart: Chart, key: AllergyKey, since: Day): void {
  const { code, category, reaction } = allergies[key]
  const severe = key === 'peanut' || key === 'penicillin'
  chart.enter({
    ...resourceOf('AllergyIntolerance', chart.nextId('alergia'), `${code.display} (${reaction.display})`),
    clinicalStatus: hl7('allergyintolerance-clinical', 'active', 'Active'),
    verificationStatus: hl7('allergyintolerance-verification', 'confirmed', 'Confirmed'),
    type: 'allergy',
    category: [category],
    criticality: severe ? 'high' : 'low',
    code: concept(code.display, code),
    patient: chart.subject,
    onsetDateTime: isoDate(since).slice(0, 4),
    recordedDate: isoDate(since),
    reaction: [
      { manifestation: [concept(reaction.display, reaction)], severity: severe ? 'severe' : 'mild' },
    ],
  })
}

export function vaccinate(chart: Chart, key: VaccineKey, day: Day, doseNumber?: number): void {
  const vaccine = vaccines[key]
  const when = workingDay(day)
  chart.enter({
    ...resourceOf('Immunization', chart.nextId('vacuna'), `${vaccine.display}, ${spanishDate(when)}`),
    status: 'completed',
    vaccineCode: concept(vaccine.display, vaccine),
    patient: chart.subject,
    occurrenceDateTime: isoDate(when),
    primarySource: true,
    lotNumber: `L${chart.random.int(10_000, 99_999)}`,
    performer: [{ actor: { reference: 'Practitioner/lucas-montero' } }],
    ...(doseNumber ? { protocolApplied: [{ doseNumberPositiveInt: doseNumber }] } : {}),
  })
}

export function perform(chart: Chart, visit: Visit, key: ProcedureKey, reason: Reference): void {
  const procedure = procedures[key]
  chart.enter({
    ...resourceOf(
      'Procedure',
      chart.nextId('procedimiento'),
      `${procedure.display}, ${spanishDate(visit.day)}`,
    ),
    status: 'completed',
    code: concept(procedure.display, procedure),
    subject: chart.subject,
    encounter: visit.reference,
    performedPeriod: { start: visit.at(30), end: visit.at(90) },
    performer: [
      { actor: { reference: `Practitioner/${visit.doctor.id}`, display: titledName(visit.doctor) } },
    ],
    reasonReference: [reason],
  })
}

/** The next appointment, after the last visit. */
export function appoint(chart: Chart, department: DepartmentKey, day: Day, description: string): void {
  const when = workingDay(day)
  const start = 8 * 60 + 30 + 15 * chart.random.int(0, 22)
  const doctor = doctorOf(department)
  const place = places[departments[department].place]
  chart.enter({
    ...resourceOf(
      'Appointment',
      chart.nextId('cita'),
      `${description}, ${departments[department].name}, ${spanishDate(when)}`,
    ),
    status: 'booked',
    serviceType: [{ text: departments[department].name }],
    description,
    start: isoTime(when, start),
    end: isoTime(when, start + 20),
    minutesDuration: 20,
    participant: [
      { actor: chart.subject, status: 'accepted' },
      { actor: { reference: `Practitioner/${doctor.id}`, display: titledName(doctor) }, status: 'accepted' },
      { actor: { reference: `Location/${place.id}`, display: place.name }, status: 'accepted' },
    ],
  })
}

/** A plan for something chronic, and the team that follows it. */
export function plan(
  chart: Chart,
  title: string,
  since: Day,
  addresses: readonly Reference[],
  departmentKeys: readonly DepartmentKey[],
  activities: readonly string[],
): void {
  const team = chart.enter({
    ...resourceOf('CareTeam', chart.nextId('equipo'), `Equipo: ${title}`),
    status: 'active',
    name: title,
    subject: chart.subject,
    period: { start: isoDate(since) },
    participant: departmentKeys.map((key) => ({
      member: { reference: `Practitioner/${doctorOf(key).id}`, display: titledName(doctorOf(key)) },
      onBehalfOf: { reference: `Organization/${key}` },
    })),
  })
  chart.enter({
    ...resourceOf('CarePlan', chart.nextId('plan'), `${title}: ${activities.join('; ')}`),
    status: 'active',
    intent: 'plan',
    title,
    subject: chart.subject,
    period: { start: isoDate(since) },
    author: { reference: `Practitioner/${doctorOf(departmentKeys[0] ?? 'medicina-familiar').id}` },
    careTeam: [team],
    addresses: [...addresses],
    activity: activities.map((description) => ({ detail: { status: 'in-progress' as const, description } })),
  })
}

/** Whether an adult smokes, by SNOMED CT. */
export function smoking(chart: Chart, visit: Visit, status: 'never' | 'former' | 'current'): void {
  const answers = {
    never: ['266919005', 'nunca ha fumado'],
    former: ['8517006', 'exfumador'],
    current: ['77176002', 'fumador'],
  } as const
  const [code, display] = answers[status]
  const question: Code = { system: 'loinc', code: '72166-2', display: 'Consumo de tabaco' }
  chart.enter({
    ...resourceOf('Observation', chart.nextId('habito'), `Consumo de tabaco: ${display}`),
    status: 'final',
    category: [hl7('observation-category', 'social-history', 'Social History')],
    code: concept(question.display, question),
    subject: chart.subject,
    encounter: visit.reference,
    effectiveDateTime: visit.at(8),
    valueCodeableConcept: concept(display, { system: 'snomed', code, display }),
  })
}
