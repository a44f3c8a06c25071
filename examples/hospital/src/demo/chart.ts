import type { DiagnosticReport, Encounter, FhirResource, Observation, Reference } from 'fhir/r4.js'
import { ageOn, type Day, isoTime, spanishDate, workingDay } from './calendar.js'
import { type ConditionKey, conditions, type VisitKind, visitKinds } from './catalogue.js'
import { concept, hl7, quantity, reference, resourceOf, spanishNumber } from './elements.js'
import {
  type AnalyteKey,
  analytes,
  bloodPressure,
  completeValues,
  type Measurement,
  type OtherKey,
  others,
  type Panel,
  type PanelKey,
  panels,
  type Range,
  vitalSigns,
} from './measurements.js'
import { fullName, type Person } from './person.js'
import type { Random } from './random.js'
import { type DepartmentKey, departments, doctorOf, type Professional, places, titledName } from './staff.js'

/** An encounter of the record, and what further entries need of it. */
export interface Visit {
  readonly id: string
  readonly day: Day
  readonly doctor: Professional
  readonly reference: Reference
  /** An instant so many minutes into the visit. */
  at(minutes: number): string
}

export interface VisitOptions {
  readonly kind: VisitKind
  readonly day: Day
  readonly department: DepartmentKey
  /** Conditions that were seen to; entered before. */
  readonly reasons?: readonly Reference[]
  readonly reasonText?: string
  /** Of an admission. */
  readonly nights?: number
}

/** What is measured at a visit. Height in centimetres, weight in kilograms, pressures in mmHg. */
export interface Vitals {
  readonly pressure?: readonly [systolic: number, diastolic: number]
  readonly weight: number
  readonly height?: number
  readonly heartRate?: number
  readonly respiratoryRate?: number
  readonly temperature?: number
  readonly oxygen?: number
}

/** One patient's record while it is written: each method enters what a visit would. */
export class Chart {
  readonly person: Person
  readonly random: Random
  readonly subject: Reference
  readonly resources: FhirResource[] = []
  readonly #counts = new Map<string, number>()

  constructor(person: Person, random: Random) {
    this.person = person
    this.random = random
    this.subject = { reference: `Patient/${person.id}`, display: fullName(person) }
  }

  /** `paciente-07-consulta-3`: tells whose it is and what. */
  nextId(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    return `${this.person.id}-${kind}-${count}`
  }

  enter<T extends FhirResource>(resource: T): Reference {
    this.resources.push(resource)
    return reference(resource)
  }

  age(day: Day): number {
    return ageOn(this.person.birth, day)
  }

  visit({ kind, day: wanted, department, reasons = [], reasonText, nights = 0 }: VisitOptions): Visit {
    const { class: code, type } = visitKinds[kind]
    const day = code === 'AMB' ? workingDay(wanted) : wanted
    const id = this.nextId('consulta')
    const start =
      code === 'AMB'
        ? 8 * 60 + 30 + 15 * this.random.int(0, 22)
        : this.random.int(0, 23) * 60 + 5 * this.random.int(0, 11)
    const length = code === 'AMB' ? 20 : 240
    const end = nights > 0 ? isoTime(day + nights, 12 * 60) : isoTime(day, start + length)
    const doctor = doctorOf(department)
    const place = places[departments[department].place]
    const classes = { AMB: 'ambulatory', EMER: 'emergency', IMP: 'inpatient encounter' }
    const encounter: Encounter = {
      ...resourceOf(
        'Encounter',
        id,
        `${capital(type.display)}, ${departments[department].name}, ${spanishDate(day)}`,
      ),
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code, display: classes[code] },
      type: [concept(capital(type.display), type)],
      subject: this.subject,
      participant: [
        {
          type: [hl7('v3-ParticipationType', 'PPRF', 'primary performer')],
          individual: { reference: `Practitioner/${doctor.id}`, display: titledName(doctor) },
        },
      ],
      period: { start: isoTime(day, start), end },
      ...(reasonText ? { reasonCode: [{ text: reasonText }] } : {}),
      ...(reasons.length > 0
        ? { reasonReference: [...reasons], diagnosis: reasons.map((condition) => ({ condition })) }
        : {}),
      ...(nights > 0
        ? { hospitalization: { dischargeDisposition: hl7('discharge-disposition', 'home', 'Home') } }
        : {}),
      location: [{ location: { reference: `Location/${place.id}`, display: place.name } }],
      serviceProvider: { reference: `Organization/${department}` },
    }
    return {
      id,
      day,
      doctor,
      reference: this.enter(encounter),
      at: (minutes) => isoTime(day, start + minutes),
    }
  }

  /** A condition that began on a day, and ended on another or goes on. */
  condition(
    key: ConditionKey,
    onset: Day,
    { ended, severity }: { ended?: Day; severity?: 'mild' | 'moderate' } = {},
  ): Reference {
    const [snomed, icd10] = conditions[key]
    const text = capital(snomed.display)
    const severities = { mild: ['255604002', 'leve'], moderate: ['6736007', 'moderado'] } as const
    const [code, display] = severity ? severities[severity] : []
    const from = spanishDate(onset)
    return {
      ...this.enter({
        ...resourceOf(
          'Condition',
          this.nextId('problema'),
          ended ? `${text}, del ${from} al ${spanishDate(ended)}` : `${text}, desde ${from}`,
        ),
        clinicalStatus: hl7(
          'condition-clinical',
          ended ? 'resolved' : 'active',
          ended ? 'Resolved' : 'Active',
        ),
        verificationStatus: hl7('condition-ver-status', 'confirmed', 'Confirmed'),
        category: [
          ended
            ? hl7('condition-category', 'encounter-diagnosis', 'Encounter Diagnosis')
            : hl7('condition-category', 'problem-list-item', 'Problem List Item'),
        ],
        ...(code && display ? { severity: concept(display, { system: 'snomed', code, display }) } : {}),
        code: concept(text, snomed, icd10),
        subject: this.subject,
        onsetDateTime: isoDay(onset),
        ...(ended ? { abatementDateTime: isoDay(ended) } : {}),
        recordedDate: isoDay(onset),
      }),
      display: text,
    }
  }

  vitals(visit: Visit, given: Vitals): void {
    const usual = (key: keyof typeof vitalSigns) => this.#usual(vitalSigns[key])
    if (given.pressure) this.#bloodPressure(visit, given.pressure)
    const measured = {
      heartRate: given.heartRate ?? usual('heartRate'),
      respiratoryRate: given.respiratoryRate ?? usual('respiratoryRate'),
      temperature: given.temperature ?? usual('temperature'),
      oxygen: Math.min(100, given.oxygen ?? usual('oxygen')),
      weight: given.weight,
    }
    for (const [key, value] of Object.entries(measured)) {
      this.#vitalSign(visit, vitalSigns[key as keyof typeof measured], value)
    }
    if (given.height === undefined) return
    this.#vitalSign(visit, vitalSigns.height, given.height)
    const printed = (value: number) => Number(value.toFixed(1))
    const bmi = printed(given.weight) / (printed(given.height) / 100) ** 2
    // Adult limits say nothing about a child.
    this.#vitalSign(
      visit,
      this.age(visit.day) < 18 ? { ...vitalSigns.bmi, range: undefined } : vitalSigns.bmi,
      bmi,
    )
  }

  /** Something that is neither a vital sign nor from the laboratory. */
  exam(visit: Visit, key: OtherKey, value = this.#usual(others[key])): Reference {
    return this.#observe(
      visit,
      'exploracion',
      hl7('observation-category', 'exam', 'Exam'),
      others[key],
      value,
      10,
    )
  }

  #usual({ usual: [mean, deviation] }: Measurement): number {
    return this.random.around(mean, deviation)
  }

  /** Laboratory reports of blood or urine taken at the visit; values not given are calculated or usual. */
  laboratory(visit: Visit, keys: readonly PanelKey[], given: Partial<Record<AnalyteKey, number>> = {}): void {
    for (const key of keys) this.#report(visit, panels[key], given)
  }

  #report(visit: Visit, panel: Panel, given: Partial<Record<AnalyteKey, number>>): void {
    const person = { age: this.age(visit.day), sex: this.person.sex }
    const values = completeValues(panel.analytes, given, person, (mean, deviation) =>
      this.random.around(mean, deviation),
    )
    const title = panel.title ?? panel.code.display
    const results = panel.analytes.map((key) =>
      this.#observe(
        visit,
        'analitica',
        hl7('observation-category', 'laboratory', 'Laboratory'),
        analytes[key],
        values[key],
        25,
      ),
    )
    const abnormal = panel.analytes.filter(
      (key) => interpretation(rangeOf(analytes[key], person.sex), values[key]) !== 'N',
    )
    const conclusion =
      abnormal.length === 0
        ? 'Valores dentro de los límites de referencia.'
        : `Fuera de los límites de referencia: ${abnormal.map((key) => analytes[key].code.display).join(', ')}.`
    const biochemist = doctorOf('laboratorio')
    const report: DiagnosticReport = {
      ...resourceOf(
        'DiagnosticReport',
        this.nextId('informe'),
        `${title}, ${spanishDate(visit.day)}. ${conclusion}`,
      ),
      status: 'final',
      category: [hl7('v2-0074', 'LAB', 'Laboratory')],
      code: concept(title, panel.code),
      subject: this.subject,
      encounter: visit.reference,
      effectiveDateTime: visit.at(25),
      issued: visit.at(25 + 180),
      performer: [{ reference: 'Organization/laboratorio', display: 'Servicio de Análisis Clínicos' }],
      resultsInterpreter: [{ reference: `Practitioner/${biochemist.id}`, display: titledName(biochemist) }],
      result: results,
      conclusion,
    }
    this.enter(report)
  }

  #bloodPressure(visit: Visit, [systolic, diastolic]: readonly [number, number]): void {
    const { panel } = bloodPressure
    const part = (key: 'systolic' | 'diastolic', value: number) => ({
      code: concept(bloodPressure[key].code.display, bloodPressure[key].code),
      valueQuantity: quantity(Math.round(value), 0, 'mmHg', 'mm[Hg]'),
      interpretation: [flag(interpretation(bloodPressure[key].range, Math.round(value)))],
    })
    const text = `${panel.display}: ${Math.round(systolic)}/${Math.round(diastolic)} mmHg`
    this.enter({
      ...this.#observation(visit, 'constante', vitalCategory, text, 5),
      code: concept(panel.display, panel),
      component: [part('systolic', systolic), part('diastolic', diastolic)],
    })
  }

  #vitalSign(visit: Visit, measurement: Measurement, value: number): void {
    this.#observe(visit, 'constante', vitalCategory, measurement, value, 5)
  }

  #observe(
    visit: Visit,
    kind: string,
    category: ReturnType<typeof hl7>,
    measurement: Measurement,
    value: number,
    minutes: number,
  ): Reference {
    const { code, also = [], unit, ucum = unit, decimals } = measurement
    const printed = Number(value.toFixed(decimals))
    const range = rangeOf(measurement, this.person.sex)
    const limits = range && {
      ...(range.low === undefined ? {} : { low: quantity(range.low, decimals, unit, ucum) }),
      ...(range.high === undefined ? {} : { high: quantity(range.high, decimals, unit, ucum) }),
    }
    const reference = this.enter({
      ...this.#observation(
        visit,
        kind,
        category,
        `${code.display}: ${spanishNumber(printed, decimals)} ${unit}`,
        minutes,
      ),
      code: concept(code.display, code, ...also),
      valueQuantity: quantity(printed, decimals, unit, ucum),
      ...(limits ? { interpretation: [flag(interpretation(range, printed))], referenceRange: [limits] } : {}),
    })
    return { ...reference, display: code.display }
  }

  /** All of an Observation but what was found. */
  #observation(
    visit: Visit,
    kind: string,
    category: ReturnType<typeof hl7>,
    text: string,
    minutes: number,
  ): Observation {
    return {
      ...resourceOf('Observation', this.nextId(kind), text),
      status: 'final',
      category: [category],
      code: {},
      subject: this.subject,
      encounter: visit.reference,
      effectiveDateTime: visit.at(minutes),
      issued: visit.at(minutes + 1),
      performer: [{ reference: `Practitioner/${visit.doctor.id}` }],
    }
  }
}

const vitalCategory = hl7('observation-category', 'vital-signs', 'Vital Signs')

function rangeOf({ range }: Measurement, sex: Person['sex']): Range | undefined {
  return range && 'female' in range ? range[sex] : (range as Range | undefined)
}

function interpretation(range: Range | undefined, value: number): 'L' | 'N' | 'H' {
  if (range?.low !== undefined && value < range.low) return 'L'
  return range?.high !== undefined && value > range.high ? 'H' : 'N'
}

function flag(code: 'L' | 'N' | 'H') {
  const names = { L: 'Low', N: 'Normal', H: 'High' }
  return hl7('v3-ObservationInterpretation', code, names[code])
}

function isoDay(day: Day): string {
  return isoTime(day, 0).slice(0, 10)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
