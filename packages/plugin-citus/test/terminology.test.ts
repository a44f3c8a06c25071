// Searches by value sets and hierarchies, on the terms that core puts them in.
import { createTestServer, type TestServer } from '@anamnesis/core/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { citus } from '../src/index.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

const test = suite('searches by terminology on PostgreSQL')
let database: TestDatabase
let server: TestServer

const codeOf = (n: number) => ({ coding: [{ system: 'urn:codes', code: `c${n}` }] })

test.before(async () => {
  database = await startPostgres()
  server = await createTestServer({ plugins: [citus({ connectionString: database.url })] })
  const concepts = Array.from({ length: 1000 }, (_, n) => ({ code: `c${n}` }))
  const resources: { resourceType: string; id: string; [element: string]: unknown }[] = [
    {
      resourceType: 'ValueSet',
      id: 'thousand',
      url: 'urn:thousand',
      status: 'active',
      compose: { include: [{ system: 'urn:codes', concept: concepts }] },
    },
    {
      resourceType: 'CodeSystem',
      id: 'codes',
      url: 'urn:codes',
      status: 'active',
      content: 'complete',
      concept: [{ code: 'c5', concept: concepts.slice(6) }],
    },
    ...[5, 999, 1000, 2000].map((n) => ({
      resourceType: 'Observation',
      id: `o${n}`,
      status: 'final',
      code: codeOf(n),
      subject: { reference: 'Patient/ana' },
    })),
    ...[
      { id: 'gram', value: 0.0054, code: 'g' },
      { id: 'micro', value: 5400, code: 'ug' },
      { id: 'other', value: 5.4, code: 'g' },
      { id: 'fever', value: 102.2, code: '[degF]' },
    ].map(({ id, value, code }) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: id },
      valueQuantity: { value, system: 'http://unitsofmeasure.org', code },
    })),
    { resourceType: 'Patient', id: 'ana', gender: 'female' },
    { resourceType: 'Location', id: 'house' },
    { resourceType: 'Location', id: 'room', partOf: { reference: 'Location/house' } },
    {
      resourceType: 'Encounter',
      id: 'stay',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'ACUTE' },
      location: [{ location: { reference: 'Location/room' } }],
    },
  ]
  for (const resource of resources) {
    const { status, text } = await server.request('PUT', `${resource.resourceType}/${resource.id}`, resource)
    assert.is(status, 201, text)
  }
})
test.after(async () => {
  await server?.stop()
  await database?.stop()
})

async function found(query: string): Promise<string> {
  const { json, status, text } = await server.request('GET', query)
  assert.is(status, 200, text)
  const ids = (json.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id)
  return ids.sort().join(' ')
}

test('a value set of a thousand codes, inside and outside', async () => {
  assert.is(await found('Observation?code:in=urn:thousand'), 'o5 o999')
  assert.is(await found('Observation?code:not-in=urn:thousand'), 'fever gram micro o1000 o2000 other')
  assert.is(await found('Observation?code:in=urn:thousand&_sort=-date'), 'o5 o999')
  assert.is(await found('Patient?_has:Observation:patient:code:in=urn:thousand'), 'ana')
  assert.is(
    await found('Observation?patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender'),
    'o1000 o2000 o5 o999',
  )
})

test('codes by their hierarchy, stored and bundled', async () => {
  assert.is(await found('Observation?code:below=urn:codes|c5'), 'o5 o999')
  assert.is(await found('Observation?code:above=urn:codes|c999'), 'o5 o999')
  assert.is(await found('Encounter?class:below=http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP'), 'stay')
})

test('references by the hierarchy of what they refer to', async () => {
  assert.is(await found('Encounter?location:below=house'), 'stay')
  assert.is(await found('Encounter?location:above=house'), '')
})

test('quantities in other units', async () => {
  const ucum = 'http://unitsofmeasure.org'
  assert.is(await found(`Observation?value-quantity=5.4|${ucum}|mg`), 'gram micro')
  assert.is(await found(`Observation?value-quantity=gt5.4|${ucum}|mg`), 'other')
  assert.is(await found(`Observation?value-quantity=ge39.0|${ucum}|Cel`), 'fever')
  assert.is(await found(`Observation?value-quantity=39.0|${ucum}|Cel`), 'fever')
  assert.is(await found(`Observation?value-quantity=5.4||g`), 'other')
})

test('codes with the system of their binding', async () => {
  assert.is(await found('Patient?gender=http://hl7.org/fhir/administrative-gender|female'), 'ana')
})

test.run()
