import { type Day, today } from '../calendar.js'
import type { ClinicalRecord, Vitals } from '../record.js'

import { adultBody, childBody, commonAdult, type Story, visits, year } from './shared.js'

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
