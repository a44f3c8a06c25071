import { today } from '../calendar.js'
import { allergy, appoint, perform, plan, prescribe, smoking, vaccinate } from '../treatment.js'
import { daysOver, easing, type Story } from './story.js'

export const anemia: Story = {
  name: 'iron deficiency',
  patients: 3,
  sex: 'female',
  ages: [32, 48],
  tell(chart) {
    const { random, person } = chart
    const days = daysOver(chart, 1.2, 6)
    const condition = chart.condition('ironDeficiency', days[0], { ended: days.at(-1) ?? today })
    for (const [number, day] of days.entries()) {
      const share = number / (days.length - 1)
      const visit = chart.visit({
        kind: number === 0 ? 'consultation' : 'followUp',
        day,
        department: 'medicina-familiar',
        reasons: [condition],
      })
      chart.vitals(visit, {
        pressure: [random.around(112, 4), random.around(70, 3)],
        weight: 61 + random.around(0, 0.4),
        height: person.heightCm,
        heartRate: easing(96, 72, share),
      })
      chart.laboratory(visit, ['bloodCount', 'iron'], {
        hemoglobin: easing(9.4, 12.9, share) + random.around(0, 0.15),
        mcv: easing(72, 88, share),
        ferritin: easing(5.5, 42, share),
        iron: easing(24, 86, share),
        platelets: easing(420, 290, share),
      })
      if (number === 0) prescribe(chart, visit, 'ironSulfate', condition, { days: 120 })
    }
    return undefined
  },
}

export const hipFracture: Story = {
  name: 'hip fracture',
  patients: 2,
  ages: [76, 88],
  tell(chart, index) {
    const { random } = chart
    const fall = today - random.int(200, 330)
    const osteoporosis = chart.condition('osteoporosis', fall - 2000)
    const condition = chart.condition('femoralNeckFracture', fall, { ended: fall + 120 })
    const weight = random.between(56, 64)
    const emergency = chart.visit({
      kind: 'emergency',
      day: fall,
      department: 'urgencias',
      reasons: [condition],
      reasonText: 'Caída en el domicilio',
    })
    chart.vitals(emergency, { pressure: [158, 84], weight, heartRate: 98 })
    chart.laboratory(emergency, ['bloodCount', 'biochemistry', 'inflammation'], { hemoglobin: 12.1, crp: 18 })
    const admission = chart.visit({
      kind: 'admission',
      day: fall + 1,
      department: 'traumatologia',
      reasons: [condition, osteoporosis],
      nights: 8,
    })
    perform(chart, admission, 'hipReplacement', condition)
    prescribe(chart, admission, 'enoxaparin', condition, { days: 30 })
    prescribe(chart, admission, 'paracetamol', condition, { days: 21 })
    prescribe(chart, admission, 'alendronate', osteoporosis)
    chart.vitals(admission, { pressure: [132, 74], weight, temperature: 37.2 })
    chart.laboratory(admission, ['bloodCount', 'inflammation'], { hemoglobin: 9.8, crp: 92 })
    for (const [number, after] of [25, 60, 110].entries()) {
      const visit = chart.visit({
        kind: 'followUp',
        day: fall + after,
        department: 'traumatologia',
        reasons: [condition],
      })
      chart.vitals(visit, {
        pressure: [random.around(136, 5), random.around(76, 3)],
        weight: weight - 1 + number * 0.6,
      })
      chart.laboratory(visit, ['bloodCount', 'inflammation'], {
        hemoglobin: 10.6 + number * 0.9,
        crp: 14 / (number + 1),
      })
    }
    plan(
      chart,
      'Rehabilitación tras fractura de cadera',
      fall + 9,
      [condition],
      ['traumatologia', 'medicina-familiar'],
      ['Fisioterapia tres veces por semana', 'Prevención de caídas en casa'],
    )
    vaccinate(chart, 'influenza', today - 255)
    vaccinate(chart, 'covid', today - 262, 6)
    if (index === 0) allergy(chart, 'penicillin', fall - 9000)
    appoint(chart, 'traumatologia', today + random.int(10, 50), 'Revisión de cadera')
    return undefined
  },
}

export const appendicitis: Story = {
  name: 'appendicitis',
  patients: 2,
  ages: [16, 34],
  tell(chart) {
    const { random, person } = chart
    const day = today - random.int(60, 500)
    const condition = chart.condition('appendicitis', day, { ended: day + 14 })
    const weight = (person.heightCm / 100) ** 2 * 22.5
    const emergency = chart.visit({
      kind: 'emergency',
      day,
      department: 'urgencias',
      reasons: [condition],
      reasonText: 'Dolor en la fosa iliaca derecha',
    })
    chart.vitals(emergency, {
      pressure: [124, 76],
      weight,
      height: person.heightCm,
      temperature: 38.2,
      heartRate: 104,
    })
    chart.laboratory(emergency, ['bloodCount', 'biochemistry', 'inflammation'], { leukocytes: 15.6, crp: 74 })
    const admission = chart.visit({
      kind: 'admission',
      day: day + 1,
      department: 'cirugia',
      reasons: [condition],
      nights: 2,
    })
    chart.vitals(admission, { pressure: [116, 70], weight, temperature: 36.9 })
    perform(chart, admission, 'appendectomy', condition)
    prescribe(chart, admission, 'ibuprofen', condition, { days: 5 })
    const visit = chart.visit({
      kind: 'followUp',
      day: day + 12,
      department: 'cirugia',
      reasons: [condition],
    })
    chart.vitals(visit, { pressure: [118, 72], weight: weight - 1.1 })
    chart.laboratory(visit, ['bloodCount', 'inflammation'])
    return undefined
  },
}

export const healthy: Story = {
  name: 'a healthy adult',
  patients: 3,
  ages: [22, 55],
  tell(chart, index) {
    const { random, person } = chart
    const days = daysOver(chart, 4, 5)
    const rhinitis = chart.condition('allergicRhinitis', days[0] - 2500)
    const weight = (person.heightCm / 100) ** 2 * random.between(21, 24.5)
    for (const [number, day] of days.entries()) {
      const visit = chart.visit({
        kind: 'checkUp',
        day,
        department: 'medicina-familiar',
        reasonText: 'Reconocimiento anual',
      })
      chart.vitals(visit, {
        pressure: [random.around(117, 5), random.around(73, 4)],
        weight: weight + random.around(0, 0.8),
        height: person.heightCm,
      })
      chart.laboratory(visit, ['bloodCount', 'biochemistry', 'lipids'])
      if (number === 0) {
        smoking(chart, visit, 'never')
        prescribe(chart, visit, 'loratadine', rhinitis)
      }
    }
    allergy(chart, 'grass', days[0] - 2500)
    const ill = days[2] ?? days[0]
    const infection = index === 0 && person.sex === 'female' ? 'urinaryInfection' : 'pharyngitis'
    const condition = chart.condition(infection, ill + 90, { ended: ill + 97 })
    const visit = chart.visit({
      kind: 'consultation',
      day: ill + 90,
      department: 'medicina-familiar',
      reasons: [condition],
    })
    chart.vitals(visit, { pressure: [120, 74], weight, temperature: 37.8 })
    prescribe(chart, visit, infection === 'urinaryInfection' ? 'fosfomycin' : 'ibuprofen', condition, {
      days: infection === 'urinaryInfection' ? 1 : 4,
    })
    vaccinate(chart, 'covid', today - 265 - index * 20, 4)
    appoint(chart, 'medicina-familiar', today + random.int(60, 200), 'Reconocimiento anual')
    return undefined
  },
}
