import { type Day, today } from './calendar.js'
import type { ConditionKey, MedicineKey } from './catalogue.js'
import type { ClinicalRecord, Visit, Vitals } from './record.js'

/** Tells what happened to one patient, visit by visit. */
export type Story = (record: ClinicalRecord) => void

const year = 365

/** Weight, height and blood pressure of a grown person; each visit varies a little. */
function adultBody(record: ClinicalRecord, bmi: number) {
  const { random, person } = record
  const height = random.around(person.sex === 'female' ? 161 : 174, 5)
  const weight = bmi * (height / 100) ** 2
  return (more: Partial<Vitals> = {}): Vitals => ({ height, weight: weight + random.around(0, 0.8), ...more })
}

/** Visits over the last years, evenly spread with some disorder, oldest first. */
function visits(record: ClinicalRecord, years: number, perYear: number): Day[] {
  const count = Math.round(years * perYear)
  const gap = (years * year) / count
  return Array.from({ length: count }, (_, index) =>
    Math.round(today - years * year + index * gap + record.random.int(0, Math.floor(gap / 3))),
  )
}

function commonAdult(record: ClinicalRecord): void {
  for (const winter of [2, 1]) {
    if (record.age(today) >= 60) record.vaccine(today - winter * year + 130, 'influenza')
  }
  if (record.random.chance(0.6)) record.vaccine(today - 4 * year, 'covid', 1)
  if (record.random.chance(0.15))
    record.allergy(today - 9 * year, record.random.pick(['penicillin', 'aspirin', 'latex', 'grass'] as const))
}

/** Type 2 diabetes that improves under treatment, with the complaints that come with it. */
export const diabetes: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(30, 1.5))
  commonAdult(record)
  let hba1c = random.between(8.2, 9.6)
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const [index, day] of visits(record, 4, 3).entries()) {
    const visit = record.visit(
      day,
      index === 0 ? 'consultation' : 'followUp',
      index === 0 ? 'family' : 'internal',
      'control de diabetes',
    )
    if (!condition) {
      condition = record.condition(visit, 'diabetes')
      record.condition(visit, 'obesity')
      record.medicine(visit, 'metformin', condition)
    }
    if (index === 4) record.medicine(visit, 'empagliflozin', condition)
    if (index === 3) record.medicine(visit, 'atorvastatin', record.condition(visit, 'hypercholesterolemia'))
    record.vitals(visit, body({ systolic: random.around(136, 6), diastolic: random.around(82, 4) }))
    record.report(visit, 'glycation', { hba1c })
    if (index % 3 === 0) {
      record.report(visit, 'biochemistry', { glucose: hba1c * 28.7 - 46.7 + random.around(0, 6) })
      record.report(visit, 'urineAlbumin', { albuminuria: random.around(24, 9) })
    }
    if (index % 6 === 3)
      record.report(visit, 'lipids', { cholesterol: random.around(index === 3 ? 238 : 182, 8) })
    hba1c = Math.max(6.4, hba1c - random.between(0.1, 0.45))
  }
  record.appointment(random.int(5, 60), 'control de diabetes')
}

/** High blood pressure under tablets. */
export const hypertension: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(27, 1.5))
  commonAdult(record)
  let systolic = random.around(158, 5)
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const [index, day] of visits(record, 5, 2).entries()) {
    const visit = record.visit(
      day,
      index === 0 ? 'consultation' : 'followUp',
      'family',
      'control de tensión arterial',
    )
    if (!condition) {
      condition = record.condition(visit, 'hypertension')
      record.medicine(visit, 'enalapril', condition)
    }
    if (index === 3) record.medicine(visit, 'amlodipine', condition)
    record.vitals(visit, body({ systolic, diastolic: systolic * 0.58 + random.around(0, 3) }))
    if (index % 2 === 0) record.report(visit, 'biochemistry')
    if (index % 4 === 0) record.report(visit, 'lipids')
    if (index === 0) record.procedure(visit, 'ecg', condition)
    systolic = Math.max(128, systolic - random.between(1, 7))
  }
  if (random.chance(0.6)) record.appointment(random.int(10, 120), 'control de tensión arterial')
}

/** Kidneys that slowly lose function beside a high blood pressure. */
export const kidney: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(26, 1.5))
  commonAdult(record)
  let creatinine = random.between(1.35, 1.5)
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const [index, day] of visits(record, 4, 3).entries()) {
    const visit = record.visit(day, 'followUp', 'internal', 'control de función renal')
    if (!condition) {
      record.medicine(visit, 'enalapril', record.condition(visit, 'hypertension'))
      condition = record.condition(visit, 'ckd3')
    }
    record.vitals(visit, body({ systolic: random.around(138, 5) }))
    record.report(visit, 'biochemistry', {
      creatinine,
      urea: creatinine * 38,
      potassium: random.around(4.7, 0.2),
    })
    record.report(visit, 'urineAlbumin', { albuminuria: 60 + index * 6 + random.around(0, 10) })
    if (index % 3 === 0) record.report(visit, 'bloodCount', { hemoglobin: random.around(12.1, 0.3) })
    creatinine += random.between(0.01, 0.05)
  }
  record.appointment(random.int(5, 40), 'control de función renal')
}

/** A heart that tires: atrial fibrillation, an admission, then regular visits. */
export const heart: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(27, 1.5))
  commonAdult(record)
  const admission = record.visit(today - 2 * year, 'admission', 'internal', 'disnea y edemas', 6)
  const failure = record.condition(admission, 'heartFailure')
  const fibrillation = record.condition(admission, 'atrialFibrillation')
  record.medicine(admission, 'furosemide', failure)
  record.medicine(admission, 'bisoprolol', failure)
  record.medicine(admission, 'apixaban', fibrillation)
  record.procedure(admission, 'echocardiography', failure)
  record.procedure(admission, 'ecg', fibrillation)
  record.vitals(admission, body({ heartRate: 128, respiratoryRate: 26, oxygen: 89, systolic: 148 }))
  let peptide = 4200
  for (const [index, day] of [today - 2 * year, ...visits(record, 1.9, 4)].entries()) {
    const visit =
      index === 0 ? admission : record.visit(day, 'followUp', 'internal', 'control de insuficiencia cardiaca')
    record.report(visit, 'natriuretic', { ntProBnp: peptide })
    record.report(visit, 'biochemistry', { creatinine: random.around(1.15, 0.05) })
    if (index > 0)
      record.vitals(visit, body({ heartRate: random.around(72, 5), oxygen: random.around(95, 0.8) }))
    peptide = Math.max(600, peptide * random.between(0.7, 0.95))
  }
  record.appointment(random.int(5, 30), 'control de insuficiencia cardiaca')
}

/** Asthma with an attack each spring. */
export const asthma: Story = (record) => {
  const { random } = record
  const child = record.age(today) < 15
  const department = child ? 'pediatrics' : 'family'
  const body = child ? childBody(record) : (_: Day, more: Partial<Vitals> = {}) => adultBody(record, 23)(more)
  record.allergy(today - 4 * year, random.pick(['mites', 'grass'] as const))
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const [index, day] of visits(record, 4, 3).entries()) {
    const attack = index % 3 === 2
    const visit = record.visit(
      day,
      attack ? 'emergency' : 'followUp',
      attack ? 'emergency' : department,
      attack ? 'crisis asmática' : 'control de asma',
    )
    if (!condition) {
      condition = record.condition(visit, 'asthma')
      record.medicine(visit, 'salbutamol', condition)
      record.medicine(visit, 'budesonide', condition)
      record.procedure(visit, 'spirometry', condition)
    }
    record.vitals(
      visit,
      body(visit.day, attack ? { oxygen: random.around(91, 1), respiratoryRate: 28, heartRate: 112 } : {}),
    )
    record.measure(visit, 'peakFlow', attack ? random.around(180, 20) : random.around(310, 20))
  }
  record.appointment(random.int(20, 90), 'control de asma')
}

/** Years of smoking. */
export const copd: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(24, 1.5))
  commonAdult(record)
  record.vaccine(today - 3 * year, 'pneumococcus23')
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const [index, day] of visits(record, 4, 3).entries()) {
    const worse = index % 4 === 3
    const visit = record.visit(
      day,
      worse ? 'emergency' : 'followUp',
      worse ? 'emergency' : 'internal',
      worse ? 'agudización de EPOC' : 'control de EPOC',
    )
    if (!condition) {
      condition = record.condition(visit, 'copd')
      record.medicine(visit, 'tiotropium', condition)
      record.medicine(visit, 'salbutamol', condition)
    }
    record.vitals(
      visit,
      body({ oxygen: random.around(worse ? 87 : 93, 1), respiratoryRate: worse ? 27 : 18 }),
    )
    if (worse) record.report(visit, 'inflammation', { crp: random.around(48, 12) })
    else record.measure(visit, 'fev1Ratio', random.around(58, 2))
  }
}

/** A pregnancy from the first visit to the birth, or on its way. */
export const pregnancy: Story = (record) => {
  const { random } = record
  const begin = today - random.int(150, 620)
  const due = begin + 280
  const body = adultBody(record, 23.5)
  const sugar = random.chance(0.3)
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const week of [8, 12, 16, 20, 24, 28, 32, 35, 38]) {
    const day = begin + week * 7
    if (day > today) break
    const visit = record.visit(day, 'prenatal', 'obstetrics', `control de embarazo, semana ${week}`)
    if (!condition) {
      condition = record.condition(visit, 'pregnancy', due)
      record.medicine(visit, 'folicAcid', condition, 84)
    }
    const { weight, height } = body()
    record.vitals(visit, {
      weight: weight + week * 0.3,
      height,
      systolic: random.around(112, 5),
      diastolic: random.around(68, 4),
    })
    record.measure(visit, 'gestationalAge', week)
    if (week >= 16) record.measure(visit, 'fetalHeartRate', random.around(142, 6))
    if (week >= 20) record.measure(visit, 'fundalHeight', week + random.around(0, 1))
    if ([12, 20, 35].includes(week)) record.procedure(visit, 'obstetricUltrasound', condition)
    if ([8, 24, 35].includes(week))
      record.report(visit, 'bloodCount', { hemoglobin: random.around(week === 8 ? 12.8 : 11.3, 0.3) })
    if (week === 24)
      record.report(visit, 'glucoseChallenge', {
        glucose1h: sugar ? random.around(168, 8) : random.around(112, 10),
      })
    if (week === 28 && sugar) record.condition(visit, 'gestationalDiabetes', due)
    if (week === 28) record.vaccine(visit.day, 'tdap')
  }
  if (due <= today) {
    const birth = record.visit(due - random.int(0, 12), 'admission', 'obstetrics', 'parto', 2)
    record.procedure(birth, random.chance(0.25) ? 'cesarean' : 'delivery', condition)
    record.report(birth, 'bloodCount', { hemoglobin: random.around(10.6, 0.3) })
    record.medicine(birth, 'ironSulfate', record.condition(birth, 'ironDeficiency', birth.day + 90), 90)
  } else {
    record.appointment(random.int(3, 25), 'control de embarazo')
  }
}

/** Height and weight of a child as it grows: near the middle of the WHO's curves. */
function childBody(record: ClinicalRecord) {
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

/** A healthy child: check-ups, vaccines, and what children catch. */
export const child: Story = (record) => {
  const { random, person } = record
  const body = childBody(record)
  const ages = [2, 4, 11, 12, 15, 18, 24, 36, 48, 72, 96, 120, 144]
    .map((months) => person.birth + Math.round(months * 30.44))
    .filter((day) => day <= today && day > today - 6 * year)
  for (const day of ages) {
    const visit = record.visit(day, 'wellChild', 'pediatrics', 'revisión del niño sano')
    record.vitals(visit, body(visit.day))
    if (visit.day - person.birth < 2 * year)
      record.measure(visit, 'headCircumference', 36 + Math.sqrt((visit.day - person.birth) / 365.25) * 9)
  }
  const doses: readonly (readonly [
    months: number,
    key: Parameters<ClinicalRecord['vaccine']>[1],
    dose: number,
  ])[] = [
    [2, 'hexavalent', 1],
    [2, 'pneumococcus13', 1],
    [2, 'meningitisB', 1],
    [4, 'hexavalent', 2],
    [4, 'pneumococcus13', 2],
    [4, 'meningitisB', 2],
    [11, 'hexavalent', 3],
    [12, 'measles', 1],
    [12, 'meningitisB', 3],
    [15, 'varicella', 1],
    [36, 'measles', 2],
    [72, 'dtpPolio', 1],
    [144, 'hpv', 1],
  ]
  for (const [months, key, dose] of doses) {
    const day = person.birth + Math.round(months * 30.44)
    if (day <= today) record.vaccine(day, key, dose)
  }
  illness(record, 'otitis', 'amoxicillin', 'pediatrics', 'dolor de oído y fiebre', (day) =>
    body(day, { temperature: random.around(38.7, 0.3) }),
  )
  if (random.chance(0.5))
    record.condition(record.visit(today - 500, 'consultation', 'pediatrics', 'eccema'), 'atopicDermatitis')
  if (random.chance(0.2)) record.allergy(today - 400, 'peanut')
}

/** One passing illness with its medicine. */
function illness(
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

/** Somebody who is mostly well: yearly check-ups and small things. */
export const healthy: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(24, 1.5))
  commonAdult(record)
  for (const [index, day] of visits(record, 4, 1).entries()) {
    const visit = record.visit(day, 'checkUp', 'family', 'revisión anual')
    record.vitals(visit, body())
    record.report(visit, 'bloodCount')
    record.report(visit, 'biochemistry')
    if (index % 2 === 0) record.report(visit, 'lipids')
  }
  const fever = () => body({ temperature: random.around(38.1, 0.3) })
  illness(
    record,
    random.pick(['pharyngitis', 'acuteBronchitis'] as const),
    'paracetamol',
    'family',
    'fiebre y tos',
    fever,
  )
  if (random.chance(0.4)) {
    const visit = record.visit(today - random.int(100, 900), 'consultation', 'family', 'cefalea')
    record.medicine(visit, 'sumatriptan', record.condition(visit, 'migraine'))
  }
}

/** A thyroid that works too little, found and treated. */
export const thyroid: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(25, 1.5))
  commonAdult(record)
  let tsh = random.between(9, 14)
  let condition: ReturnType<ClinicalRecord['condition']> | undefined
  for (const day of visits(record, 4, 2)) {
    const visit = record.visit(day, 'followUp', 'family', 'control de tiroides')
    if (!condition) {
      condition = record.condition(visit, 'hypothyroidism')
      record.medicine(visit, 'levothyroxine', condition)
    }
    record.vitals(visit, body())
    record.report(visit, 'thyroid', {
      tsh,
      freeT4: tsh > 5 ? random.around(0.75, 0.04) : random.around(1.2, 0.08),
    })
    tsh = Math.max(1.4, tsh * random.between(0.4, 0.8))
  }
}

/** An appendix, taken out. */
export const appendix: Story = (record) => {
  healthy(record)
  const { random } = record
  const body = adultBody(record, 24)
  const visit = record.visit(today - random.int(60, 800), 'admission', 'surgery', 'dolor abdominal agudo', 3)
  record.vitals(visit, body({ temperature: random.around(38.2, 0.2), heartRate: random.around(102, 5) }))
  record.report(visit, 'bloodCount', { leukocytes: random.around(15.2, 1) })
  record.report(visit, 'inflammation', { crp: random.around(72, 15) })
  const condition = record.condition(visit, 'appendicitis', visit.day + 14)
  record.procedure(visit, 'appendectomy', condition)
  record.medicine(visit, 'paracetamol', condition, 7)
}

/** A fall at an old age, a new hip, and the bones behind it. */
export const hip: Story = (record) => {
  const { random } = record
  const body = adultBody(record, random.around(23, 1))
  commonAdult(record)
  const visit = record.visit(
    today - random.int(300, 700),
    'admission',
    'surgery',
    'caída con dolor en la cadera',
    8,
  )
  record.vitals(visit, body({ systolic: random.around(146, 6) }))
  const fracture = record.condition(visit, 'femoralNeckFracture', visit.day + 120)
  record.procedure(visit, 'hipReplacement', fracture)
  record.medicine(visit, 'enoxaparin', fracture, 28)
  for (const day of [0, 1, 3, 5])
    record.report({ ...visit, day: visit.day + day }, 'bloodCount', { hemoglobin: 11.8 - day * 0.3 })
  const later = record.visit(visit.day + 60, 'followUp', 'family', 'control tras fractura')
  record.vitals(later, body())
  record.medicine(later, 'alendronate', record.condition(later, 'osteoporosis'))
  record.appointment(random.int(10, 60), 'control tras fractura')
}
