// What the demo says of medicine: values, ranges, courses.
import { stringifyJson } from '@anamnesis/core'
import type { Quantity } from 'fhir/r4.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ageOn } from '../src/demo/calendar.js'
import { glomerularFiltration } from '../src/demo/laboratory.js'
import { all, bundles, byCode, dayOf, groupBy, hasCode, resourcesOf, resultsOf } from './support/demo.js'

const test = suite('medicine in the demo hospital')

test('measured values keep the decimals that an instrument prints', () => {
  const text = bundles.map((bundle) => stringifyJson(bundle)).join('\n')
  const temperatures = [...text.matchAll(/"value":([\d.]+),"unit":"°C"/g)].map((match) => match[1] ?? '')
  assert.ok(temperatures.length > 200)
  assert.equal(
    temperatures.filter((value) => !/^\d\d\.\d\d$/.test(value)),
    [],
  )
  assert.ok(
    temperatures.some((value) => value.endsWith('0')),
    'a trailing zero is what gets lost',
  )
})

test('a value is flagged by its own reference range', () => {
  let flagged = 0
  for (const { valueQuantity, referenceRange, interpretation, id } of all('Observation')) {
    const range = referenceRange?.[0]
    if (!range || valueQuantity?.value === undefined) continue
    const { value } = valueQuantity
    const expected =
      value < (range.low?.value ?? Number.NEGATIVE_INFINITY)
        ? 'L'
        : value > (range.high?.value ?? Number.POSITIVE_INFINITY)
          ? 'H'
          : 'N'
    assert.is(interpretation?.[0]?.coding?.[0]?.code, expected, id)
    assert.is(range.low?.code ?? range.high?.code, valueQuantity.code, id)
    if (expected !== 'N') flagged++
  }
  assert.ok(flagged > 100, `only ${flagged} values are abnormal`)
})

test('calculated values follow from those they are calculated from', () => {
  const observations = new Map(
    all('Observation').map((observation) => [`Observation/${observation.id}`, observation]),
  )
  const patients = new Map(all('Patient').map((patient) => [`Patient/${patient.id}`, patient]))
  const seen = { bmi: 0, egfr: 0, ldl: 0 }
  for (const vitals of groupBy(
    all('Observation'),
    (one) => `${one.encounter?.reference} ${one.effectiveDateTime}`,
  )) {
    const found = byCode(vitals)
    const bmi = found.get('39156-5')
    if (bmi === undefined) continue
    assert.ok(Math.abs(bmi - (found.get('29463-7') ?? 0) / ((found.get('8302-2') ?? 0) / 100) ** 2) < 0.051)
    seen.bmi++
  }
  for (const report of all('DiagnosticReport')) {
    const found = byCode(resultsOf(report, observations))
    const egfr = found.get('98979-8')
    const ldl = found.get('13457-7')
    if (egfr !== undefined) {
      const patient = patients.get(report.subject?.reference ?? '')
      const age = ageOn(dayOf(patient?.birthDate), dayOf(report.effectiveDateTime))
      const expected = glomerularFiltration(
        found.get('2160-0') ?? 0,
        age,
        patient?.gender as 'female' | 'male',
      )
      assert.ok(Math.abs(egfr - expected) <= 0.5 + 1e-9, `${report.id}: ${egfr}, not ${expected}`)
      seen.egfr++
    }
    if (ldl !== undefined) {
      const expected =
        (found.get('2093-3') ?? 0) - (found.get('2085-9') ?? 0) - (found.get('2571-8') ?? 0) / 5
      assert.ok(Math.abs(ldl - expected) < 0.051, `${report.id}: ${ldl}, not ${expected}`)
      seen.ldl++
    }
  }
  for (const [key, count] of Object.entries(seen)) assert.ok(count > 30, `${key}: ${count}`)
})

test('CKD-EPI gives the published values', () => {
  // Computed by hand from the equation: at kappa only age and sex are left.
  assert.is(glomerularFiltration(0.9, 50, 'male').toFixed(1), (142 * 0.9938 ** 50).toFixed(1))
  assert.is(glomerularFiltration(0.7, 50, 'female').toFixed(1), (142 * 0.9938 ** 50 * 1.012).toFixed(1))
  assert.ok(glomerularFiltration(2, 70, 'male') < 40)
})

test('the story of diabetes shows: HbA1c begins high and falls under metformin', () => {
  const diabetics = bundles
    .slice(1)
    .map(resourcesOf)
    .filter((record) => hasCode(record, '44054006'))
  assert.ok(diabetics.length >= 5)
  for (const record of diabetics) {
    const series = all('Observation', record)
      .filter(({ code }) => code.coding?.[0]?.code === '4548-4')
      .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1))
      .map(({ valueQuantity }) => (valueQuantity as Quantity).value as number)
    assert.ok(series.length >= 4)
    assert.ok(
      (series[0] as number) >= 6.5 && (series.at(-1) as number) < (series[0] as number),
      series.join(' '),
    )
    assert.ok(
      all('MedicationRequest', record).some((one) =>
        one.medicationCodeableConcept?.coding?.some(({ code }) => code === 'A10BA02'),
      ),
    )
  }
})

test.run()
