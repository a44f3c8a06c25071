import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { references } from '../../../src/validation/rules/references.js'
import { check } from './check.js'

const test = suite('references')

const entry = (fullUrl: string, resource: object) => ({ fullUrl, resource })
const bundle = (type: string, entries: readonly object[]) =>
  check(references, { resourceType: 'Bundle', type, entry: entries })
const observation = (reference: string) => ({
  resourceType: 'Observation',
  id: '1',
  extension: [{ url: 'http://a.example/x', valueReference: { reference } }],
})

test('a reference outside of a Bundle is not looked for', () => {
  assert.equal(check(references, observation('urn:uuid:x')).findings, [])
})

test('a reference that two entries answer to is an error, unless it names a version or the Bundle is a history', () => {
  const version = (versionId: string) =>
    entry('http://a.example/Patient/1', { resourceType: 'Patient', id: '1', meta: { versionId } })
  const entries = (reference: string) => [
    version('1'),
    version('2'),
    entry('http://a.example/Observation/1', observation(reference)),
  ]
  const place = 'Bundle.entry[2].resource.extension[0].value.ofType(Reference)'
  assert.equal(bundle('collection', entries('Patient/1')).places, [`error ${place}`])
  assert.equal(bundle('history', entries('Patient/1')).places, [])
  assert.equal(bundle('collection', entries('Patient/1/_history/2')).places, [])
})

test('a reference to a URN that no entry has is a warning', () => {
  const { places } = bundle('collection', [
    entry('http://a.example/Observation/1', observation('urn:uuid:x')),
  ])
  assert.equal(places, ['warning Bundle.entry[0].resource.extension[0].value.ofType(Reference)'])
})

test('a reference that misses an entry of its type and id only by the base says what to write', () => {
  const { findings } = bundle('collection', [
    entry('http://b.example/Patient/1', { resourceType: 'Patient', id: '1' }),
    entry('urn:uuid:c757873d-ec9a-4326-a141-556f43239520', observation('Patient/1')),
  ])
  assert.equal(findings.length, 1)
  assert.is(findings[0]?.severity, 'warning')
  assert.match(findings[0]?.text ?? '', 'http://b.example/Patient/1')
})

test('references of contained resources count as those of the entry', () => {
  const contained = [observation('urn:uuid:x')]
  const { places } = bundle('collection', [
    entry('http://a.example/Patient/1', { resourceType: 'Patient', contained }),
  ])
  assert.equal(places, ['warning Bundle.entry[0].resource.contained[0].extension[0].value.ofType(Reference)'])
})

test('contained resources have ids, each its own', () => {
  const organization = (id?: string) => ({ resourceType: 'Organization', ...(id ? { id } : {}) })
  const contained = [organization('a'), organization('a'), organization()]
  assert.equal(check(references, { resourceType: 'Patient', contained }).places, [
    'error Patient.contained[1].id',
    'error Patient.contained[2]',
  ])
})

test('an id of an element is there once, but for the elements of a StructureDefinition', () => {
  const name = [{ id: 'a' }, { id: 'b' }, { id: 'a' }]
  assert.equal(check(references, { resourceType: 'Patient', name }).places, ['error Patient.name[2].id'])
  const element = [{ id: 'Patient' }]
  const structure = { resourceType: 'StructureDefinition', snapshot: { element }, differential: { element } }
  assert.equal(check(references, structure).places, [])
})

test('a resource that was changed since the last check is read anew', () => {
  const patient = { resourceType: 'Patient', name: [{ id: 'a' }, { id: 'a' }] }
  assert.is(check(references, patient).findings.length, 1)
  patient.name[1] = { id: 'b' }
  assert.equal(check(references, patient).findings, [])
})

test.run()
