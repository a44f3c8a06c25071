import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseJson } from '../../../src/fhir/json.js'
import type { AnyResource } from '../../../src/fhir/types.js'
import { dataFolder } from '../data.js'
import { check, core, profile, ruleOf, sourceOf } from './support.js'

const test = suite('shapesRule')
const checked = ruleOf(sourceOf())

const found = (resource: AnyResource, rule = checked) =>
  check(rule, resource).findings.map(({ severity, expression }) => `${severity} ${expression}`)

test('knows which types a reference may lead to', () => {
  const observation = (subject: object, more: object = {}): AnyResource => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'a' },
    subject,
    ...more,
  })
  assert.equal(found(observation({ reference: 'Patient/1' })), [])
  assert.equal(found(observation({ reference: 'http://example.org/fhir/Group/1' })), [])
  assert.equal(found(observation({ reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' })), [])
  assert.equal(found(observation({ reference: 'Practitioner/1' })), ['error Observation.subject'])
  assert.equal(found(observation({ type: 'Practitioner', display: 'A' })), ['error Observation.subject'])
  assert.equal(found(observation({ reference: 'Patient/1', type: 'Group' })), [
    'error Observation.subject.type',
  ])
  const contained = [{ resourceType: 'Practitioner', id: 'a' }]
  assert.equal(found(observation({ reference: '#a' }, { contained })), ['error Observation.subject'])
})

test('judges codes by the strength of their binding', () => {
  const system = 'http://example.org/codes'
  const concept = { coding: [{ system, code: 'x' }] }
  assert.equal(found({ resourceType: 'Patient', language: 'no such' }), ['error Patient.language'])
  assert.equal(
    found({
      resourceType: 'Condition',
      subject: { reference: 'Patient/1' },
      category: [concept],
      clinicalStatus: concept,
    }),
    ['information Condition.category[0]', 'error Condition.clinicalStatus'],
  )
})

test('finds codes that their system lacks, what was meant, and names that are not theirs', () => {
  const system = 'http://terminology.hl7.org/CodeSystem/observation-category'
  const category = (coding: object): AnyResource => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'a' },
    category: [{ coding: [{ system, ...coding }] }],
  })
  assert.equal(found(category({ code: 'vital-signs', display: 'vital  SIGNS' })), [])
  const { findings } = check(checked, category({ code: 'vital-sings' }))
  const error = findings.find(({ severity }) => severity === 'error')
  assert.is(error?.expression, 'Observation.category[0].coding[0]')
  assert.match(error?.text ?? '', /Did you mean 'vital-signs'\?/)
  assert.equal(found(category({ code: 'vital-signs', display: 'Laboratory' })), [
    'warning Observation.category[0].coding[0].display',
  ])
})

test('asks about codes that it cannot tell', () => {
  const { questions, findings } = check(checked, {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '632-0' }] },
  })
  assert.equal(findings, [])
  assert.equal(questions, [
    {
      strength: 'preferred',
      valueSet: 'http://hl7.org/fhir/ValueSet/report-codes',
      codes: [{ code: '632-0', system: 'http://loinc.org' }],
      expression: 'DiagnosticReport.code',
    },
  ])
})

test('checks extensions that it knows: values, parts, places', () => {
  const patient = (extension: object, more: object = {}): AnyResource => ({
    resourceType: 'Patient',
    extension: [extension],
    ...more,
  })
  const birthPlace = `${core}patient-birthPlace`
  assert.equal(found(patient({ url: birthPlace, valueAddress: { city: 'Bern' } })), [])
  assert.equal(found(patient({ url: birthPlace, valueString: 'Bern' })), [
    'error Patient.extension[0].value.ofType(string)',
  ])
  assert.equal(
    found({ resourceType: 'Practitioner', extension: [{ url: birthPlace, valueAddress: { city: 'B' } }] }),
    ['error Practitioner.extension[0]'],
  )
  const nationality = `${core}patient-nationality`
  const parts = [{ url: 'code', valueCodeableConcept: { text: 'a' } }]
  assert.equal(found(patient({ url: nationality, extension: parts })), [])
  assert.equal(found(patient({ url: nationality, extension: [...parts, ...parts] })), [
    'error Patient.extension[0].extension',
  ])
  const birthTime = { url: `${core}patient-birthTime`, valueDateTime: '2000-01-01T10:00:00Z' }
  assert.equal(
    found({ resourceType: 'Patient', birthDate: '2000-01-01', _birthDate: { extension: [birthTime] } }),
    [],
  )
  assert.equal(
    found({ resourceType: 'Patient', modifierExtension: [{ url: birthPlace, valueAddress: { city: 'B' } }] }),
    ['error Patient.modifierExtension[0]'],
  )
})

test('tells of extensions that it does not know, or refuses them', () => {
  const extension = [{ url: 'http://example.org/unknown', valueString: 'a' }]
  const patient = { resourceType: 'Patient', extension, modifierExtension: extension }
  assert.equal(found(patient), ['information Patient.extension[0]', 'warning Patient.modifierExtension[0]'])
  assert.is(check(checked, patient).missing.length, 2)
  const strict = ruleOf(sourceOf(), { unknownExtensions: 'refuse' })
  assert.equal(found(patient, strict), ['error Patient.extension[0]', 'error Patient.modifierExtension[0]'])
})

test('forgets what it compiled', () => {
  const definitions = [profile('Patient', [{ path: 'Patient.name', min: 1 }])]
  const source = {
    find: (...[type, url]: Parameters<ReturnType<typeof sourceOf>['find']>) =>
      type === 'StructureDefinition' && url === 'http://example.org/profile'
        ? definitions[0]
        : sourceOf().find(type, url),
  }
  const rule = ruleOf(source)
  const profiles = ['http://example.org/profile']
  assert.is(check(rule, { resourceType: 'Patient' }, profiles).findings.length, 1)
  definitions[0] = profile('Patient', [])
  rule.rule.forget()
  assert.equal(check(rule, { resourceType: 'Patient' }, profiles).findings, [])
})

/** Errors in HL7's own examples. */
const slips: Readonly<Record<string, string>> = {
  'Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f.json':
    'media types with a slash in a parameter that is not quoted',
  'DeviceMetric-example.json': 'the parent is a DeviceDefinition',
  'DeviceUseStatement-example.json': 'a Procedure as a reason',
  'Observation-clinical-gender.json': 'an Encounter as a performer',
  'Observation-f202.json': 'a body temperature at no time',
}

const examples = dataFolder('r4-examples')

test(`finds no error in the official examples but these${examples ? '' : ' (skipped: no data)'}`, () => {
  if (!examples) return
  const wrong = new Set<string>()
  for (const file of readdirSync(examples)) {
    if (!file.endsWith('.json')) continue
    const resource = parseJson(readFileSync(path.join(examples, file), 'utf8')).value as AnyResource
    if (typeof resource.resourceType !== 'string') continue
    if (check(checked, resource).findings.some(({ severity }) => severity === 'error')) wrong.add(file)
  }
  assert.equal([...wrong].sort(), Object.keys(slips))
})

test.run()
