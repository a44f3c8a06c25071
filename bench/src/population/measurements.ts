import * as codes from './catalogue.js'
import { codeOf, concept, type Generated, iso, quantity, reference, usual } from './elements.js'
import type { PatientRecord, Visit } from './record.js'

/** Patients who share each code of `oneOff`: each has one Observation and one Condition with it. */
export const oneOffShare = 3
/** One of so many patients has a heart rate from 250 on. */
export const alarmEvery = 40

export function oneOff(index: number): codes.Code {
  const code = String(Math.floor(index / oneOffShare))
  return { system: `${codes.local}/finding`, code, display: `Finding ${code}` }
}

/** Vital signs; the tobacco survey goes with them. */
export function vitals(record: PatientRecord, visit: Visit): void {
  const { random } = record
  for (const sign of [codes.heartRate, codes.weight, codes.respiratoryRate]) measure(record, visit, sign)
  observe(record, visit, 'vital-signs', codes.bloodPressure, {
    component: [codes.systolic, codes.diastolic].map((part) => ({
      code: concept(plain(part)),
      valueQuantity: usual(part, random),
    })),
  })
  for (const [sign, share] of [
    [codes.height, 0.82],
    [codes.pain, 0.82],
    [codes.bodyMass, 0.7],
    [codes.temperature, 0.26],
    [codes.oxygen, 0.22],
  ] as const) {
    if (random.chance(share)) measure(record, visit, sign)
  }
  if (random.chance(0.82)) {
    observe(record, visit, 'survey', codes.smoking, {
      valueCodeableConcept: concept(random.pickSkewed(codes.smokingAnswers)),
    })
  }
}

function measure(record: PatientRecord, visit: Visit, sign: codes.Analyte, value?: number): Generated {
  const valueQuantity = value === undefined ? usual(sign, record.random) : quantity(value, sign)
  return observe(record, visit, 'vital-signs', plain(sign), { valueQuantity })
}

/** A panel's report and its results; every fifth result has the laboratory's own code beside LOINC's. */
export function panel(
  record: PatientRecord,
  visit: Visit,
  code: codes.Code,
  analytes: readonly codes.Analyte[],
): void {
  const result = analytes.map((analyte) => {
    const own = record.random.chance(0.2)
      ? [{ system: `${codes.local}/laboratory`, code: `L${analyte.code}`, display: analyte.display }]
      : []
    const made = observe(
      record,
      visit,
      'laboratory',
      plain(analyte),
      { valueQuantity: usual(analyte, record.random) },
      own,
    )
    return reference(made, analyte.display)
  })
  record.add('DiagnosticReport', {
    status: 'final',
    category: [codeOf('v2-0074', 'LAB')],
    code: concept(code),
    subject: record.subject,
    encounter: reference(visit.encounter),
    effectiveDateTime: iso(visit.start),
    issued: iso(visit.start),
    performer: [reference(visit.organization, String(visit.organization.name))],
    result,
  })
}

/** What is like nobody else's: see `oneOff`, `alarmEvery`. */
export function singularities(record: PatientRecord, visit: Visit): void {
  const code = oneOff(record.person.index)
  observe(record, visit, 'exam', code, { valueString: 'Seen.' })
  record.condition(visit, code, false)
  if (record.person.index % alarmEvery === 0) {
    measure(record, visit, codes.heartRate, 250 + ((record.person.index / alarmEvery) % 50))
  }
}

function observe(
  record: PatientRecord,
  visit: Visit,
  category: string,
  code: codes.Code,
  value: object,
  more: readonly codes.Code[] = [],
): Generated {
  return record.add('Observation', {
    status: 'final',
    category: [
      {
        coding: [{ system: `${codes.hl7}/observation-category`, code: category, display: category }],
      },
    ],
    code: concept(code, ...more),
    subject: record.subject,
    encounter: reference(visit.encounter),
    effectiveDateTime: iso(visit.start),
    issued: iso(visit.start + 941),
    ...value,
  })
}

function plain({ system, code, display }: codes.Code): codes.Code {
  return { system, code, display }
}
