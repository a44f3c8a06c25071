import { today } from '../calendar.js'
import { allergy, appoint, perform, plan, prescribe, smoking, vaccinate } from '../treatment.js'
import { daysOver, easing, type Story } from './story.js'

export const diabetes: Story = {
  name: 'diabetes',
  patients: 7,
  ages: [48, 72],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 4, 7)
    const onset = days[0]
    const condition = chart.condition('diabetes', onset)
    const obesity = chart.condition('obesity', onset - 900)
    const cholesterol = index % 2 === 0 ? chart.condition('hypercholesterolemia', onset - 400) : undefined
    const startWeight = (person.heightCm / 100) ** 2 * random.between(31, 35)
    const startHba1c = random.between(8.2, 10.4)
    const goal = random.between(6.4, 7.1)
    for (const [number, day] of days.entries()) {
      const share = number / (days.length - 1)
      const first = number === 0
      const visit = chart.visit({
        kind: first ? 'consultation' : 'followUp',
        day,
        department: first ? 'medicina-familiar' : 'endocrinologia',
        reasons: [condition],
      })
      const hba1c = easing(startHba1c, goal, share) + random.around(0, 0.12)
      chart.vitals(visit, {
        pressure: [random.around(136, 6), random.around(82, 4)],
        weight: startWeight * easing(1, 0.92, share) + random.around(0, 0.5),
        height: person.heightCm,
      })
      // Mean glucose follows from HbA1c (ADAG).
      const glucose = 28.7 * hba1c - 46.7 - random.between(8, 20)
      chart.laboratory(visit, ['glycation', 'biochemistry'], { hba1c, glucose })
      if (number % 3 === 0) {
        const ldl = cholesterol ? easing(250, 170, share) : 185
        chart.laboratory(visit, ['lipids', 'urineAlbumin'], {
          cholesterol: ldl,
          triglycerides: easing(205, 140, share),
          albuminuria: random.between(8, 24),
        })
      }
      if (first) {
        prescribe(chart, visit, 'metformin', condition)
        if (cholesterol) prescribe(chart, visit, 'atorvastatin', cholesterol)
        smoking(chart, visit, random.pick(['never', 'former', 'current']))
      }
      if (number === 4 && index % 3 === 0) prescribe(chart, visit, 'empagliflozin', condition)
    }
    plan(
      chart,
      'Plan de cuidados de la diabetes',
      onset,
      [condition, obesity],
      ['endocrinologia', 'medicina-familiar'],
      [
        'Dieta mediterránea hipocalórica',
        'Caminar 45 minutos al día',
        'Revisión anual de pies y fondo de ojo',
      ],
    )
    for (const years of [0, 1, 2]) vaccinate(chart, 'influenza', today - 250 - years * 365)
    if (index === 2) allergy(chart, 'penicillin', onset - 4000)
    appoint(chart, 'endocrinologia', today + random.int(20, 90), 'Revisión de diabetes')
    return undefined
  },
}

export const hypertension: Story = {
  name: 'hypertension',
  patients: 6,
  ages: [45, 75],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 3, 6)
    const condition = chart.condition('hypertension', days[0])
    const start = random.between(152, 172)
    const weight = (person.heightCm / 100) ** 2 * random.between(25, 30)
    for (const [number, day] of days.entries()) {
      const share = number / (days.length - 1)
      const visit = chart.visit({
        kind: number === 0 ? 'consultation' : 'followUp',
        day,
        department: number % 4 === 2 ? 'cardiologia' : 'medicina-familiar',
        reasons: [condition],
      })
      const systolic = easing(start, 131, share) + random.around(0, 3)
      chart.vitals(visit, {
        pressure: [systolic, systolic * 0.6 + random.around(0, 2)],
        weight: weight + random.around(0, 0.8),
        height: person.heightCm,
      })
      if (number % 3 === 0) chart.laboratory(visit, ['biochemistry', 'lipids', 'bloodCount'])
      if (number === 0) {
        smoking(chart, visit, random.pick(['never', 'former', 'current']))
        prescribe(chart, visit, 'enalapril', condition)
      }
      if (number === 2) {
        perform(chart, visit, 'ecg', condition)
        if (index % 2 === 0) prescribe(chart, visit, 'amlodipine', condition)
      }
    }
    for (const years of [0, 1]) vaccinate(chart, 'influenza', today - 255 - years * 365)
    if (index === 1) allergy(chart, 'aspirin', days[0] - 2000)
    appoint(chart, 'medicina-familiar', today + random.int(15, 80), 'Control de presión arterial')
    return undefined
  },
}

export const kidneyDisease: Story = {
  name: 'kidney disease',
  patients: 4,
  ages: [62, 82],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 5, 7)
    const hypertension = chart.condition('hypertension', days[0] - 3000)
    const condition = chart.condition('ckd3', days[0])
    // Creatinine at which CKD-EPI gives about 57, in stage 3a, for that sex and age.
    const start = (person.sex === 'female' ? 0.99 : 1.26) - (chart.age(today) - 70) * 0.006
    const rise = random.between(0.22, 0.34)
    for (const [number, day] of days.entries()) {
      const share = number / (days.length - 1)
      const visit = chart.visit({
        kind: 'followUp',
        day,
        department: 'nefrologia',
        reasons: [condition, hypertension],
      })
      chart.vitals(visit, {
        pressure: [random.around(138, 5), random.around(78, 4)],
        weight: 74 + random.around(0, 1),
        ...(number % 3 === 0 ? { height: person.heightCm } : {}),
      })
      const creatinine = start + rise * share
      chart.laboratory(visit, ['biochemistry', 'urineAlbumin', 'bloodCount'], {
        creatinine,
        urea: 45 + 70 * (creatinine - 0.9),
        potassium: 4.5 + 0.5 * share + random.around(0, 0.1),
        albuminuria: 45 + 90 * share + random.around(0, 8),
        hemoglobin: (person.sex === 'female' ? 12.4 : 13.6) - 0.9 * share,
      })
      if (number === 0) prescribe(chart, visit, 'enalapril', hypertension)
      if (number === 5) prescribe(chart, visit, 'furosemide', condition)
    }
    plan(
      chart,
      'Plan de cuidados renales',
      days[0],
      [condition],
      ['nefrologia', 'medicina-familiar'],
      ['Dieta baja en sal y proteínas', 'Evitar antiinflamatorios'],
    )
    vaccinate(chart, 'pneumococcus23', days[0] + 60)
    for (const years of [0, 1, 2]) vaccinate(chart, 'influenza', today - 245 - years * 365)
    if (index === 0) allergy(chart, 'latex', days[0] - 5000)
    appoint(chart, 'nefrologia', today + random.int(10, 60), 'Revisión de función renal')
    return undefined
  },
}

export const copd: Story = {
  name: 'COPD',
  patients: 3,
  ages: [60, 78],
  tell(chart) {
    const { random, person } = chart
    const days = daysOver(chart, 3, 6)
    const condition = chart.condition('copd', days[0] - 1500, { severity: 'moderate' })
    for (const [number, day] of days.entries()) {
      const flare = number === 3
      const bronchitis = flare ? chart.condition('acuteBronchitis', day, { ended: day + 10 }) : undefined
      const visit = chart.visit({
        kind: flare ? 'emergency' : 'followUp',
        day,
        department: flare ? 'urgencias' : 'neumologia',
        reasons: bronchitis ? [condition, bronchitis] : [condition],
      })
      chart.vitals(visit, {
        pressure: [random.around(132, 5), random.around(78, 4)],
        weight: 71 - number * 0.4,
        height: person.heightCm,
        oxygen: flare ? 88 : random.around(93.5, 0.8),
        respiratoryRate: flare ? 26 : random.around(18, 1),
        ...(flare ? { temperature: 38.1, heartRate: 104 } : {}),
      })
      if (flare && bronchitis) {
        chart.laboratory(visit, ['bloodCount', 'inflammation', 'biochemistry'], { leukocytes: 13.4, crp: 64 })
        prescribe(chart, visit, 'amoxicillin', bronchitis, { days: 7 })
      } else {
        chart.exam(visit, 'fev1Ratio', 62 - number + random.around(0, 0.5))
        perform(chart, visit, 'spirometry', condition)
      }
      if (number === 0) {
        smoking(chart, visit, 'former')
        prescribe(chart, visit, 'tiotropium', condition)
        prescribe(chart, visit, 'salbutamol', condition)
      }
    }
    vaccinate(chart, 'pneumococcus23', days[1] ?? days[0])
    for (const years of [0, 1, 2]) vaccinate(chart, 'influenza', today - 248 - years * 365)
    appoint(chart, 'neumologia', today + random.int(20, 70), 'Espirometría de control')
    return undefined
  },
}

export const hypothyroidism: Story = {
  name: 'hypothyroidism',
  patients: 4,
  sex: 'female',
  ages: [28, 58],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 3, 6)
    const condition = chart.condition('hypothyroidism', days[0])
    const start = random.between(9, 16)
    for (const [number, day] of days.entries()) {
      const share = number / (days.length - 1)
      const visit = chart.visit({
        kind: number === 0 ? 'consultation' : 'followUp',
        day,
        department: 'endocrinologia',
        reasons: [condition],
      })
      chart.vitals(visit, {
        pressure: [random.around(116, 5), random.around(72, 4)],
        weight: easing(69, 64, share) + random.around(0, 0.4),
        height: person.heightCm,
        heartRate: easing(58, 72, share),
      })
      chart.laboratory(visit, ['thyroid'], {
        tsh: easing(start, 2.1, share) + random.between(0, 0.3),
        freeT4: easing(0.62, 1.2, share),
      })
      if (number % 3 === 0)
        chart.laboratory(visit, ['lipids', 'bloodCount'], { cholesterol: easing(238, 186, share) })
      if (number === 0) prescribe(chart, visit, 'levothyroxine', condition)
    }
    if (index === 3) {
      const migraine = chart.condition('migraine', days[0] - 1200)
      const visit = chart.visit({
        kind: 'consultation',
        day: (days[2] ?? days[0]) + 40,
        department: 'medicina-familiar',
        reasons: [migraine],
      })
      prescribe(chart, visit, 'sumatriptan', migraine)
    }
    appoint(chart, 'endocrinologia', today + random.int(30, 120), 'Control de función tiroidea')
    return undefined
  },
}

export const heartFailure: Story = {
  name: 'heart failure',
  patients: 3,
  ages: [70, 86],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 2, 6)
    const fibrillation = chart.condition('atrialFibrillation', days[0] - 800)
    const condition = chart.condition('heartFailure', days[0])
    let last = ''
    for (const [number, day] of days.entries()) {
      const admitted = number === 0 || (index === 2 && number === days.length - 1)
      const visit = chart.visit({
        kind: admitted ? 'admission' : 'followUp',
        day,
        department: 'cardiologia',
        reasons: [condition, fibrillation],
        ...(admitted ? { nights: 6 } : {}),
      })
      const burden = admitted ? 1 : easing(0.7, 0.25, number / (days.length - 1))
      chart.vitals(visit, {
        pressure: [118 - 14 * burden + random.around(0, 3), 70 - 6 * burden],
        weight: 76 + 5 * burden + random.around(0, 0.4),
        height: person.heightCm,
        heartRate: 72 + 34 * burden,
        respiratoryRate: 16 + 9 * burden,
        oxygen: 97 - 6 * burden,
      })
      chart.laboratory(visit, ['natriuretic', 'biochemistry'], {
        ntProBnp: 600 + 5200 * burden,
        creatinine: 1.1 + 0.4 * burden,
      })
      if (admitted) perform(chart, visit, 'echocardiography', condition)
      if (number === 0) {
        smoking(chart, visit, 'former')
        prescribe(chart, visit, 'furosemide', condition)
        prescribe(chart, visit, 'bisoprolol', condition)
        prescribe(chart, visit, 'apixaban', fibrillation)
      }
      last = visit.at(5 * 24 * 60)
    }
    for (const years of [0, 1]) vaccinate(chart, 'influenza', today - 252 - years * 365)
    if (index === 2) return last
    appoint(chart, 'cardiologia', today + random.int(10, 45), 'Revisión de insuficiencia cardiaca')
    return undefined
  },
}
