import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createValidator } from '../../src/validation/validator.js'

const test = suite('validator')

const url = 'https://example.org/fhir/StructureDefinition/born'

const profile = {
  resourceType: 'StructureDefinition',
  id: 'born',
  url,
  version: '1.0.0',
  name: 'Born',
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: { element: [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }] },
}

const narrative = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ada</div>' }
const patient = { resourceType: 'Patient', text: narrative, name: [{ family: 'Lovelace' }] }
/** pat-1: a contact has details or an organization. */
const lonely = { ...patient, contact: [{ gender: 'female' }] }

const errors = (issues: readonly { severity: string }[]) =>
  issues.filter(({ severity }) => severity === 'error')

test('finds nothing wrong with a resource that is right', async () => {
  const validator = await createValidator()
  assert.equal(validator.validate(patient), [])
  validator.close()
})

test('checks invariants, unless only the structure is asked for', async () => {
  const validator = await createValidator()
  assert.equal(validator.validate(lonely, { level: 'structure' }), [])
  const found = errors(validator.validate(lonely))
  assert.is(found.length, 1)
  assert.match(JSON.stringify(found[0]), 'Patient.contact[0]')
  validator.close()
})

test('says of a resource whose structure is wrong no more than that', async () => {
  const validator = await createValidator()
  const issues = validator.validate({ ...lonely, colour: 'red' })
  assert.is(issues.length, 1)
  assert.match(issues[0]?.diagnostics ?? '', "no element 'colour'")
  validator.close()
})

test('takes whatever it is given', async () => {
  const validator = await createValidator()
  for (const value of [undefined, null, 1, 'x', [], {}, { resourceType: 'Colour' }]) {
    assert.ok(errors(validator.validate(value)).length > 0, JSON.stringify(value))
  }
  validator.close()
})

test('checks the profiles of packages that are asked for', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-validator-'))
  try {
    const inside = path.join(folder, 'package')
    await mkdir(inside)
    const manifest = { name: 'example.born', version: '1.0.0', fhirVersions: ['4.0.1'] }
    await writeFile(path.join(inside, 'package.json'), JSON.stringify(manifest))
    await writeFile(path.join(inside, 'StructureDefinition-born.json'), JSON.stringify(profile))
    const validator = await createValidator({ packages: [folder], packageCache: false })
    assert.equal(validator.validate(patient), [])
    const [issue] = errors(validator.validate(patient, { profiles: [url] })) as { diagnostics?: string }[]
    assert.match(issue?.diagnostics ?? '', 'birthDate')
    assert.equal(validator.validate({ ...patient, birthDate: '1815-12-10' }, { profiles: [url] }), [])
    validator.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('reports a profile that is not at hand', async () => {
  const validator = await createValidator()
  assert.match(JSON.stringify(validator.validate(patient, { profiles: [url] })), url)
  validator.close()
})

test('warns of codes whose value set is not at hand, and does not take them for errors', async () => {
  const validator = await createValidator()
  const coding = [{ system: 'https://example.org/status', code: 'blue' }]
  const valueSet = 'https://example.org/ValueSet/unknown'
  const answered = { linkId: '1', type: 'choice', answerValueSet: valueSet }
  const questionnaire = {
    resourceType: 'Questionnaire',
    id: 'q',
    url: 'https://example.org/q',
    status: 'active',
  }
  const issues = validator.validate({
    resourceType: 'QuestionnaireResponse',
    contained: [{ ...questionnaire, item: [answered] }],
    questionnaire: '#q',
    status: 'completed',
    item: [{ linkId: '1', answer: [{ valueCoding: coding[0] }] }],
  })
  assert.equal(errors(issues), [])
  assert.match(JSON.stringify(issues), valueSet)
  validator.close()
})

test.run()
