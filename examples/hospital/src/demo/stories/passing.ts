import { today } from '../calendar.js'
import type { ClinicalRecord } from '../record.js'

import { adultBody, childBody, commonAdult, illness, type Story, visits, year } from './shared.js'

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
