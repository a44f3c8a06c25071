// Full validation over PostgreSQL: profiles, value sets and questionnaires that are stored, seen by two instances.
import { createTestServer, type TestServer } from '@anamnesis/core/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { citus } from '../src/index.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

const test = suite('full validation on PostgreSQL')
let database: TestDatabase
let here: TestServer
let there: TestServer
/** The clock of the second instance, ahead of the real one by as much. */
let ahead = 0

test.before(async () => {
  database = await startPostgres()
  const start = (clock?: () => number) =>
    createTestServer({
      plugins: [citus({ connectionString: database.url })],
      validation: 'full',
      ...(clock ? { clock } : {}),
    })
  here = await start()
  there = await start(() => Date.now() + ahead)
})

test.after(async () => {
  await here.stop()
  await there.stop()
  await database.stop()
})

const url = 'http://example.org/StructureDefinition/ours'
const profile = (element: object) => ({
  resourceType: 'StructureDefinition',
  id: 'ours',
  url,
  name: 'Ours',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: { element: [element] },
})
const needs = (name: string) => profile({ id: `Patient.${name}`, path: `Patient.${name}`, min: 1 })
const born = { resourceType: 'Patient', meta: { profile: [url] }, birthDate: '2001-01-01' }
const gendered = { resourceType: 'Patient', meta: { profile: [url] }, gender: 'female' }

async function statuses(server: TestServer): Promise<number[]> {
  const answers = [born, gendered].map((patient) => server.request('POST', 'Patient', patient))
  return (await Promise.all(answers)).map(({ status }) => status)
}

test('a stored profile counts at once here, in each of its forms, and within five seconds there', async () => {
  assert.equal(await statuses(there), [201, 201], 'nobody knows it')
  await here.request('PUT', 'StructureDefinition/ours', needs('birthDate'))
  assert.equal(await statuses(here), [201, 422])
  ahead += 5001
  assert.equal(await statuses(there), [201, 422])
  await here.request('PUT', 'StructureDefinition/ours', needs('gender'))
  assert.equal(await statuses(here), [422, 201])
  ahead += 5001
  assert.equal(await statuses(there), [422, 201])
  await here.request('DELETE', 'StructureDefinition/ours')
  assert.equal(await statuses(here), [201, 201])
})

test('of a transaction with one invalid entry nothing is stored, and the entry is named', async () => {
  const count = async () => (await here.request('GET', 'Patient?_summary=count')).json.total
  const before = await count()
  const { status, json } = await here.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resourceType: 'Patient' }, { resourceType: 'Patient', contact: [{ gender: 'male' }] }].map(
      (resource) => ({ resource, request: { method: 'POST', url: 'Patient' } }),
    ),
  })
  assert.is(status, 422)
  assert.equal(json.issue[0].expression, ['Bundle.entry[1].resource.contact[0]'])
  assert.is(await count(), before)
})

test('codes of stored value sets decide, and $validate says so of what is stored', async () => {
  await here.request('PUT', 'ValueSet/wards', {
    resourceType: 'ValueSet',
    id: 'wards',
    url: 'http://example.org/ValueSet/wards',
    status: 'active',
    compose: { include: [{ system: 'http://example.org/wards', concept: [{ code: 'icu' }] }] },
  })
  const element = {
    id: 'Patient.maritalStatus',
    path: 'Patient.maritalStatus',
    binding: { strength: 'required', valueSet: 'http://example.org/ValueSet/wards' },
  }
  const patient = (code: string) => ({
    resourceType: 'Patient',
    meta: { profile: [url] },
    maritalStatus: { coding: [{ system: 'http://example.org/wards', code }] },
  })
  const { status: early } = await here.request('PUT', 'Patient/early', { ...patient('bar'), id: 'early' })
  assert.is(early, 201)
  await here.request('PUT', 'StructureDefinition/ours', profile(element))
  assert.is((await here.request('POST', 'Patient', patient('icu'))).status, 201)
  assert.is((await here.request('POST', 'Patient', patient('bar'))).status, 422)
  const { status, json } = await here.request('GET', 'Patient/early/$validate')
  assert.is(status, 200)
  const [error] = json.issue.filter(({ severity }: { severity: string }) => severity === 'error')
  assert.is(error.code, 'code-invalid')
  assert.equal(error.expression, ['Patient.maritalStatus'])
})

test.run()
