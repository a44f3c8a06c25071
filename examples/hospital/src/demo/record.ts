import type {
  AllergyIntolerance,
  Appointment,
  Condition,
  DiagnosticReport,
  Encounter,
  FhirResource,
  Immunization,
  MedicationRequest,
  Observation,
  Practitioner,
  Procedure,
} from 'fhir/r4.js'
import { ageOn, type Day, isoDate, isoTime, spanishDate, today, workingDay } from './calendar.js'
import {
  type AllergyKey,
  allergies,
  type ConditionKey,
  conditions,
  type ProcedureKey,
  procedures,
  type VaccineKey,
  type VisitKind,
  vaccines,
  visitKinds,
} from './catalogue.js'
import { concept, hl7, quantity, reference, resourceOf, spanishNumber, systems } from './elements.js'
import { judge, printed, rangeElement, rangeFor } from './interpretation.js'
import { type AnalyteKey, analytes, completeValues, type PanelKey, panels } from './laboratory.js'
import { bloodPressure, type Measurement, type OtherKey, others, vitalSigns } from './measurements.js'
import { type Medicine, type MedicineKey, medicines, routes } from './medicines.js'
import type { Person } from './people.js'
import type { Random } from './random.js'
import type { DepartmentKey, Staff } from './staff.js'

/** A visit that what is done in it refers to. */
export interface Visit {
  readonly encounter: Encounter
  readonly day: Day
  /** Minutes after midnight. */
  readonly minutes: number
  readonly doctor: Practitioner
}

/** Vital signs as measured; what is left out is usual for the person. */
export interface Vitals {
  readonly weight: number
  readonly height: number
  readonly systolic?: number
  readonly diastolic?: number
  readonly heartRate?: number
  readonly respiratoryRate?: number
  readonly temperature?: number
  readonly oxygen?: number
}

/**
 * The clinical record of one person while its story is told. One class, though a long one: every kind of entry shares the
 * person, the numbering of ids and the one sequence of random numbers, on which the sameness of the data in every run rests.
 */
export class ClinicalRecord {
  readonly person: Person
  readonly random: Random
  readonly #staff: Staff
  readonly #resources: FhirResource[] = []
  readonly #numbers = new Map<string, number>()

  constructor(person: Person, staff: Staff, random: Random) {
    this.person = person
    this.random = random
    this.#staff = staff
  }

  /** The patient first, then everything in the order of the story. */
  get resources(): readonly FhirResource[] {
    return [this.person.patient, ...this.#resources]
  }

  age(day: Day): number {
    return ageOn(this.person.birth, day)
  }

  /** A visit on that day, or on the Monday after it. */
  visit(day: Day, kind: VisitKind, department: DepartmentKey, reason: string, nights = 0): Visit {
    const urgent = kind === 'emergency' || kind === 'admission'
    const on = urgent ? day : workingDay(day)
    const minutes = urgent ? this.random.int(0, 1439) : 510 + 15 * this.random.int(0, 22)
    const mine = this.#staff.doctors(department).find(({ id }) => id === this.person.doctor.id)
    const doctor = mine ?? this.random.pick(this.#staff.doctors(department))
    const place = this.#staff.place(department)
    const { class: code, type } = visitKinds[kind]
    const encounter = this.#add<Encounter>({
      ...resourceOf('Encounter', this.#id('visita'), `${type.display} el ${spanishDate(on)}: ${reason}.`),
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code },
      type: [concept(type.display, type)],
      subject: this.#subject,
      participant: [{ individual: reference(doctor, doctor.name?.[0]?.text) }],
      period: {
        start: isoTime(on, minutes),
        end: isoTime(on + nights, nights > 0 ? 660 : minutes + (urgent ? 180 : 20)),
      },
      reasonCode: [{ text: reason }],
      location: [{ location: reference(place, place.name) }],
      serviceProvider: reference(this.#staff.department(department), this.#staff.department(department).name),
    })
    return { encounter, day: on, minutes, doctor }
  }

  condition(visit: Visit, key: ConditionKey, until?: Day): Condition {
    const codes = conditions[key]
    const resolved = until !== undefined && until <= today
    return this.#add<Condition>({
      ...resourceOf(
        'Condition',
        this.#id('problema'),
        `${codes[1].display}, desde el ${spanishDate(visit.day)}.`,
      ),
      clinicalStatus: resolved
        ? hl7('condition-clinical', 'resolved', 'Resolved')
        : hl7('condition-clinical', 'active', 'Active'),
      verificationStatus: hl7('condition-ver-status', 'confirmed', 'Confirmed'),
      category: [hl7('condition-category', 'problem-list-item', 'Problem List Item')],
      code: concept(codes[1].display, ...codes),
      subject: this.#subject,
      encounter: reference(visit.encounter),
      onsetDateTime: isoDate(visit.day),
      ...(resolved ? { abatementDateTime: isoDate(until) } : {}),
      recordedDate: isoDate(visit.day),
      recorder: reference(visit.doctor, visit.doctor.name?.[0]?.text),
    })
  }

  medicine(visit: Visit, key: MedicineKey, reason?: Condition, days?: number): MedicationRequest {
    const medicine: Medicine = medicines[key]
    const [value, unit, code = unit] = medicine.dose
    const needed = medicine.asNeeded ? ' si precisa' : ''
    const dosage = `${spanishNumber(value, Number.isInteger(value) ? 0 : 1)} ${unit} cada ${medicine.every} horas${needed}`
    const ended = days !== undefined && visit.day + days <= today
    const codes = {
      coding: [
        { system: systems.atc, code: medicine.atc, display: medicine.name },
        ...(medicine.substance ? [{ system: systems.snomed, code: medicine.substance }] : []),
      ],
      text: medicine.name,
    }
    return this.#add<MedicationRequest>({
      ...resourceOf('MedicationRequest', this.#id('receta'), `${medicine.name}: ${dosage}.`),
      status: ended ? 'completed' : 'active',
      intent: 'order',
      medicationCodeableConcept: codes,
      subject: this.#subject,
      encounter: reference(visit.encounter),
      authoredOn: isoTime(visit.day, visit.minutes + 15),
      requester: reference(visit.doctor, visit.doctor.name?.[0]?.text),
      ...(reason ? { reasonReference: [reference(reason, reason.code?.text)] } : {}),
      dosageInstruction: [
        {
          text: dosage,
          timing: { repeat: { frequency: 1, period: medicine.every, periodUnit: 'h' } },
          ...(medicine.asNeeded ? { asNeededBoolean: true } : {}),
          route: concept(routes[medicine.route].display, routes[medicine.route]),
          doseAndRate: [{ doseQuantity: quantity(value, Number.isInteger(value) ? 0 : 1, unit, code) }],
        },
      ],
      ...(days === undefined
        ? {}
        : {
            dispenseRequest: {
              validityPeriod: { start: isoDate(visit.day), end: isoDate(visit.day + days) },
            },
          }),
    })
  }

  /** Vital signs of a visit, each an Observation of its own; blood pressure is one with two components. */
  vitals(visit: Visit, vitals: Vitals): void {
    const { random } = this
    const usual = (key: keyof typeof vitalSigns) =>
      random.around(vitalSigns[key].usual[0], vitalSigns[key].usual[1])
    if (this.age(visit.day) >= 6)
      this.#bloodPressure(
        visit,
        vitals.systolic ?? random.around(118, 7),
        vitals.diastolic ?? random.around(74, 5),
      )
    for (const key of ['heartRate', 'respiratoryRate', 'temperature', 'oxygen'] as const)
      this.#vital(visit, vitalSigns[key], Math.min(vitals[key] ?? usual(key), key === 'oxygen' ? 100 : 1000))
    this.#vital(visit, vitalSigns.weight, vitals.weight)
    this.#vital(visit, vitalSigns.height, vitals.height)
    // From the values as printed, so that who calculates it again finds the same.
    const [weight, height] = [printed(vitals.weight, 1), printed(vitals.height, 1)]
    this.#vital(visit, vitalSigns.bmi, weight / (height / 100) ** 2)
  }

  /** One further measurement of a visit. */
  measure(visit: Visit, key: OtherKey, value: number): void {
    // R4 counts the circumference of the head among the vital signs.
    this.#observation(visit, others[key], value, key === 'headCircumference' ? 'vital-signs' : 'exam')
  }

  /** A report of the laboratory with its results. */
  report(visit: Visit, key: PanelKey, given: Partial<Record<AnalyteKey, number>> = {}): DiagnosticReport {
    const panel: {
      readonly code: (typeof panels)[PanelKey]['code']
      readonly analytes: readonly AnalyteKey[]
    } = panels[key]
    const person = { age: this.age(visit.day), sex: this.person.sex }
    const values = completeValues(panel.analytes, given, person, (mean, deviation) =>
      this.random.around(mean, deviation),
    )
    const results = panel.analytes.map((analyte) =>
      this.#observation(visit, analytes[analyte], values[analyte], 'laboratory'),
    )
    const issued = isoTime(visit.day + 1, 720)
    return this.#add<DiagnosticReport>({
      ...resourceOf(
        'DiagnosticReport',
        this.#id('informe'),
        `${panel.code.display} del ${spanishDate(visit.day)}.`,
      ),
      status: 'final',
      category: [hl7('v2-0074', 'LAB', 'Laboratory')],
      code: concept(panel.code.display, panel.code),
      subject: this.#subject,
      encounter: reference(visit.encounter),
      effectiveDateTime: isoTime(visit.day, visit.minutes),
      issued,
      performer: [reference(this.#staff.organization, this.#staff.organization.name)],
      result: results.map((result) => reference(result, result.code.text)),
    })
  }

  allergy(day: Day, key: AllergyKey): AllergyIntolerance {
    const { code, category, reaction } = allergies[key]
    return this.#add<AllergyIntolerance>({
      ...resourceOf('AllergyIntolerance', this.#id('alergia'), `${code.display}: ${reaction.display}.`),
      clinicalStatus: hl7('allergyintolerance-clinical', 'active', 'Active'),
      verificationStatus: hl7('allergyintolerance-verification', 'confirmed', 'Confirmed'),
      type: 'allergy',
      category: [category],
      criticality: key === 'peanut' || key === 'penicillin' ? 'high' : 'low',
      code: concept(code.display, code),
      patient: this.#subject,
      recordedDate: isoDate(day),
      reaction: [{ manifestation: [concept(reaction.display, reaction)] }],
    })
  }

  vaccine(day: Day, key: VaccineKey, dose?: number): Immunization {
    const code = vaccines[key]
    return this.#add<Immunization>({
      ...resourceOf('Immunization', this.#id('vacuna'), `${code.display} el ${spanishDate(day)}.`),
      status: 'completed',
      vaccineCode: concept(code.display, code),
      patient: this.#subject,
      occurrenceDateTime: isoDate(workingDay(day)),
      primarySource: true,
      ...(dose === undefined ? {} : { protocolApplied: [{ doseNumberPositiveInt: dose }] }),
    })
  }

  procedure(visit: Visit, key: ProcedureKey, reason?: Condition): Procedure {
    const code = procedures[key]
    return this.#add<Procedure>({
      ...resourceOf('Procedure', this.#id('procedimiento'), `${code.display} el ${spanishDate(visit.day)}.`),
      status: 'completed',
      code: concept(code.display, code),
      subject: this.#subject,
      encounter: reference(visit.encounter),
      performedDateTime: isoTime(visit.day, visit.minutes + 10),
      performer: [{ actor: reference(visit.doctor, visit.doctor.name?.[0]?.text) }],
      ...(reason ? { reasonReference: [reference(reason, reason.code?.text)] } : {}),
    })
  }

  /** An appointment in the days to come. */
  appointment(inDays: number, reason: string, doctor = this.person.doctor): Appointment {
    const day = workingDay(today + inDays)
    const minutes = 510 + 15 * this.random.int(0, 22)
    return this.#add<Appointment>({
      ...resourceOf('Appointment', this.#id('cita'), `Cita el ${spanishDate(day)}: ${reason}.`),
      status: 'booked',
      description: reason,
      start: isoTime(day, minutes),
      end: isoTime(day, minutes + 15),
      participant: [
        { actor: this.#subject, status: 'accepted' },
        { actor: reference(doctor, doctor.name?.[0]?.text), status: 'accepted' },
      ],
    })
  }

  get #subject() {
    return reference(this.person.patient, this.person.name)
  }

  #id(kind: string): string {
    const number = (this.#numbers.get(kind) ?? 0) + 1
    this.#numbers.set(kind, number)
    return `${this.person.patient.id}-${kind}-${String(number).padStart(2, '0')}`
  }

  #add<T extends FhirResource>(resource: T): T {
    this.#resources.push(resource)
    return resource
  }

  #bloodPressure(visit: Visit, systolic: number, diastolic: number): void {
    const text = `Presión arterial ${systolic.toFixed(0)}/${diastolic.toFixed(0)} mmHg.`
    this.#add<Observation>({
      ...this.#observed(visit, 'vital-signs', 'Vital Signs', text),
      code: concept(bloodPressure.panel.display, bloodPressure.panel),
      component: (
        [
          ['systolic', systolic],
          ['diastolic', diastolic],
        ] as const
      ).map(([key, value]) => ({
        code: concept(bloodPressure[key].code.display, bloodPressure[key].code),
        valueQuantity: quantity(value, 0, 'mmHg', 'mm[Hg]'),
        ...judge(printed(value, 0), bloodPressure[key].range),
      })),
    })
  }

  #vital(visit: Visit, measurement: Measurement, value: number): void {
    this.#observation(visit, measurement, value, 'vital-signs')
  }

  #observation(
    visit: Visit,
    measurement: Measurement,
    value: number,
    category: keyof typeof categories,
  ): Observation {
    const { code, also = [], unit, ucum = unit, decimals } = measurement
    const text = `${code.display}: ${spanishNumber(value, decimals)} ${unit}.`
    const adult = this.age(visit.day) >= 15 || category === 'laboratory'
    const range = adult ? rangeFor(measurement, this.person.sex) : undefined
    return this.#add<Observation>({
      ...this.#observed(visit, category, categories[category], text),
      code: concept(code.display, code, ...also),
      valueQuantity: quantity(value, decimals, unit, ucum),
      ...(range
        ? {
            ...judge(printed(value, decimals), range),
            referenceRange: [rangeElement(range, decimals, unit, ucum)],
          }
        : {}),
    })
  }

  #observed(visit: Visit, category: string, display: string, text: string) {
    return {
      ...resourceOf('Observation', this.#id('medida'), text),
      status: 'final' as const,
      category: [hl7('observation-category', category, display)],
      subject: this.#subject,
      encounter: reference(visit.encounter),
      effectiveDateTime: isoTime(visit.day, visit.minutes + 5),
      performer: [reference(visit.doctor, visit.doctor.name?.[0]?.text)],
    }
  }
}

const categories = { 'vital-signs': 'Vital Signs', laboratory: 'Laboratory', exam: 'Exam' } as const
