import { type Day, today } from '../calendar.js'
import type { Chart } from '../chart.js'
import { allergy, appoint, perform, prescribe, vaccinate } from '../treatment.js'
import { daysOver, type Story } from './story.js'

/** Spain's calendar of childhood vaccines, by age in months. */
const calendar = [
  ['hexavalent', 2, 1],
  ['pneumococcus13', 2, 1],
  ['meningitisB', 2, 1],
  ['hexavalent', 4, 2],
  ['pneumococcus13', 4, 2],
  ['meningitisB', 4, 2],
  ['hexavalent', 11, 3],
  ['pneumococcus13', 11, 3],
  ['measles', 12, 1],
  ['meningitisB', 12, 3],
  ['varicella', 15, 1],
  ['measles', 38, 2],
  ['varicella', 38, 2],
  ['dtpPolio', 73, 4],
  ['hpv', 145, 1],
] as const

function childhoodVaccines(chart: Chart): void {
  for (const [vaccine, months, dose] of calendar) {
    const day = chart.person.birth + Math.round(months * 30.44) + chart.random.int(0, 10)
    if (day < today - 20) vaccinate(chart, vaccine, day, dose)
  }
}

/** Height and weight by age in years, near the middle of WHO's growth curves. */
function growth(years: number, taller: number): { height: number; weight: number } {
  const height =
    years < 1 ? 50 + 25 * years ** 0.7 : years < 2 ? 75 + 12 * (years - 1) : 87 + 6.6 * (years - 2)
  const weight =
    years < 1
      ? 3.4 + 6.2 * years ** 0.6
      : years < 2
        ? 9.6 + 2.6 * (years - 1)
        : 12.2 + 1.9 * (years - 2) + 0.13 * (years - 2) ** 2
  return { height: Math.min(height, 168) * taller, weight: Math.min(weight, 60) * taller }
}

/** Slower hearts and breath, and higher pressures, as children grow. */
function childVitals(chart: Chart, day: Day, taller: number) {
  const years = (day - chart.person.birth) / 365.25
  const pressures = [
    88 + 2 * years + chart.random.around(0, 3),
    52 + 1.3 * years + chart.random.around(0, 2),
  ] as const
  return {
    ...growth(years, taller),
    heartRate: 132 - 5 * Math.min(years, 11) + chart.random.around(0, 5),
    respiratoryRate: 34 - 1.4 * Math.min(years, 12) + chart.random.around(0, 1),
    ...(years >= 3 ? { pressure: pressures } : {}),
  }
}

export const asthma: Story = {
  name: 'asthma in a child',
  patients: 4,
  ages: [6, 13],
  tell(chart, index) {
    const { random } = chart
    const days = daysOver(chart, 3, 7)
    const condition = chart.condition('asthma', days[0] - 60, { severity: index === 0 ? 'moderate' : 'mild' })
    const eczema = index % 2 === 0 ? chart.condition('atopicDermatitis', chart.person.birth + 300) : undefined
    const taller = random.between(0.96, 1.04)
    for (const [number, day] of days.entries()) {
      const attack = number === 2 || number === 5
      const visit = chart.visit({
        kind: attack ? 'emergency' : 'followUp',
        day,
        department: attack ? 'urgencias' : 'pediatria',
        reasons: eczema && number === 0 ? [condition, eczema] : [condition],
        ...(attack ? { reasonText: 'Crisis de asma' } : {}),
      })
      const vitals = childVitals(chart, day, taller)
      const distress = {
        oxygen: random.between(90, 92.5),
        heartRate: vitals.heartRate + 30,
        respiratoryRate: vitals.respiratoryRate + 14,
      }
      chart.vitals(visit, attack ? { ...vitals, ...distress } : vitals)
      const best = 5.2 * vitals.height - 400
      chart.exam(visit, 'peakFlow', best * (attack ? 0.55 : random.between(0.88, 1)))
      if (number === 0) {
        prescribe(chart, visit, 'budesonide', condition)
        prescribe(chart, visit, 'salbutamol', condition)
      }
      if (number === 4) perform(chart, visit, 'spirometry', condition)
    }
    childhoodVaccines(chart)
    vaccinate(chart, 'influenza', today - 250)
    allergy(chart, index % 2 === 0 ? 'mites' : 'grass', days[0] - 30)
    if (index === 1) allergy(chart, 'peanut', days[0] - 900)
    appoint(chart, 'pediatria', today + random.int(20, 100), 'Control de asma')
    return undefined
  },
}

export const growingUp: Story = {
  name: 'a healthy child',
  patients: 4,
  ages: [1, 8],
  tell(chart) {
    const { random, person } = chart
    const taller = random.between(0.96, 1.04)
    for (const months of [1, 2, 4, 6, 9, 12, 15, 18, 24, 36, 48, 72, 96]) {
      const day = person.birth + Math.round(months * 30.44)
      if (day > today - 20) break
      const visit = chart.visit({
        kind: 'wellChild',
        day,
        department: 'pediatria',
        reasonText: `Revisión de los ${months} meses`,
      })
      chart.vitals(visit, childVitals(chart, visit.day, taller))
      if (months <= 24) chart.exam(visit, 'headCircumference', 34.5 + 12.5 * (1 - Math.exp(-months / 8)))
    }
    const ill = person.birth + random.int(200, 330)
    if (ill < today - 30) {
      const otitis = chart.condition('otitis', ill, { ended: ill + 9 })
      const visit = chart.visit({ kind: 'emergency', day: ill, department: 'urgencias', reasons: [otitis] })
      chart.vitals(visit, { ...childVitals(chart, ill, taller), temperature: random.between(38.6, 39.7) })
      prescribe(chart, visit, 'paracetamolChild', otitis, { days: 3 })
    }
    childhoodVaccines(chart)
    appoint(chart, 'pediatria', today + random.int(30, 150), 'Revisión del niño sano')
    return undefined
  },
}

export const pregnancy: Story = {
  name: 'pregnancy',
  patients: 5,
  sex: 'female',
  ages: [24, 39],
  tell(chart, index) {
    const { random, person } = chart
    // Two are pregnant today, the others have had their child.
    const weeksToday = index < 2 ? 30 + index * 4 : 40 + 12 * index
    const begin = today - weeksToday * 7
    const end = begin + 39 * 7 + random.int(0, 7)
    const born = end < today - 10
    const condition = chart.condition('pregnancy', begin + 35, born ? { ended: end } : {})
    const sweet = index === 1 || index === 3
    const before = (person.heightCm / 100) ** 2 * random.between(21, 26)
    let diabetes: ReturnType<typeof chart.condition> | undefined
    for (const week of [8, 12, 20, 24, 28, 32, 35, 38]) {
      const day = begin + week * 7
      if (day > today - 3) break
      if (week === 28 && sweet)
        diabetes = chart.condition('gestationalDiabetes', day, born ? { ended: end } : {})
      const visit = chart.visit({
        kind: 'prenatal',
        day,
        department: 'ginecologia',
        reasons: diabetes ? [condition, diabetes] : [condition],
      })
      chart.vitals(visit, {
        pressure: [108 + week * 0.25 + random.around(0, 4), 66 + week * 0.15 + random.around(0, 3)],
        weight: before + 12.5 * (week / 40) ** 1.4 + random.around(0, 0.3),
        heartRate: 74 + week * 0.3,
        ...(week === 8 ? { height: person.heightCm } : {}),
      })
      chart.exam(visit, 'gestationalAge', week)
      if (week >= 12) chart.exam(visit, 'fetalHeartRate')
      if (week >= 20) chart.exam(visit, 'fundalHeight', week + random.around(0, 0.7))
      if (week === 8) prescribe(chart, visit, 'folicAcid', condition, born ? { days: 84 } : {})
      if ([12, 24, 35].includes(week)) {
        const hemoglobin = 13.1 - week * 0.05 + random.around(0, 0.3)
        chart.laboratory(visit, ['bloodCount', 'biochemistry'], {
          hemoglobin,
          creatinine: random.around(0.55, 0.05),
        })
        if (week === 35) prescribe(chart, visit, 'ironSulfate', condition, born ? { days: 90 } : {})
      }
      if (week === 24)
        chart.laboratory(visit, ['glucoseChallenge'], {
          glucose1h: sweet ? random.between(152, 178) : random.between(92, 128),
        })
      if ([12, 20, 32].includes(week)) perform(chart, visit, 'obstetricUltrasound', condition)
    }
    const whooping = begin + 29 * 7
    if (whooping < today) vaccinate(chart, 'tdap', whooping)
    if (born) {
      const birth = chart.visit({
        kind: 'admission',
        day: end,
        department: 'ginecologia',
        reasons: [condition],
        nights: 2,
      })
      chart.vitals(birth, { pressure: [118, 74], weight: before + 12, heartRate: 92 })
      perform(chart, birth, index === 3 ? 'cesarean' : 'delivery', condition)
      chart.laboratory(birth, ['bloodCount'], { hemoglobin: random.between(10.2, 11.4) })
    } else {
      appoint(chart, 'ginecologia', today + random.int(5, 12), 'Control prenatal')
    }
    return undefined
  },
}
