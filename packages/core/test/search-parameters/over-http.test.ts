import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contentOf } from '../../src/fhir/content.js'
import { storageService } from '../../src/plugin/services.js'
import { memoryStorage } from '../../src/storage/memory.js'
import { createTestServer } from '../../testing/test-server.js'
import { ana, testServer } from '../support/server.js'
import { eventually, fast, named, nickname, withChanges } from './support.js'

const test = suite('custom search parameters over HTTP')

test('a posted parameter is indexed, and then finds what was stored before and after', async () => {
  const server = await testServer([], { indexing: fast })
  const nicked = { ...ana, name: [{ use: 'nickname', text: 'Anita' }] }
  await server.request('POST', 'Patient', nicked)
  await server.request('POST', 'Patient', ana)
  const posted = await server.request('POST', 'SearchParameter', nickname)
  assert.is(posted.status, 201, posted.text)

  const early = await server.request('GET', 'Patient?nickname=Anita')
  assert.is(early.status, 400)
  assert.match(early.json.issue[0].details.text, /being indexed/)
  assert.is(early.json.issue[0].details.coding[0].code, 'unsupported-search')

  await eventually(async () => {
    const status = await server.request('GET', `SearchParameter/${posted.json.id}/$status`)
    assert.is(named(status.json.parameter[0].part, 'state'), 'usable')
  })
  await server.request('POST', 'Patient', nicked)
  const found = await server.request('GET', 'Patient?nickname=Anita')
  assert.is(found.status, 200, found.text)
  assert.is(found.json.entry.length, 2)
  const missing = await server.request('GET', 'Patient?nickname:missing=true&_summary=count')
  assert.is(missing.json.total, 1)
  await server.stop()
})

const mentor = {
  ...nickname,
  url: 'https://hospital.example/SearchParameter/patient-mentor',
  code: 'mentor',
  type: 'reference',
  expression: "Patient.extension.where(url = 'https://hospital.example/mentor').value.ofType(Reference)",
  target: ['Patient'],
}

test('while it is indexed no search may name it, wherever that is', async () => {
  const storage = memoryStorage()
  let release = () => {}
  const held = withChanges(storage, {
    index: () =>
      new Promise((resolve) => {
        release = () => resolve(0)
      }),
  })
  const server = await createTestServer({ plugins: [], provide: [[storageService, held]], indexing: fast })
  await server.request('POST', 'Patient', ana)
  await server.request('POST', 'SearchParameter', mentor)
  for (const query of [
    'Patient?mentor=x',
    'Patient?mentor:missing=true',
    'Patient?mentor.name=x',
    'Patient?_sort=mentor',
    'Patient?_include=Patient:mentor',
    'Patient?_revinclude=Patient:mentor',
    'Patient?_has:Patient:mentor:name=x',
    'Observation?subject:Patient.mentor=x',
    'Observation?subject.mentor=x',
  ]) {
    const { status, text } = await server.request('GET', query)
    assert.is(status, 400, query)
    assert.match(text, /is being indexed/, query)
  }
  const conditional = await server.request('POST', 'Patient', ana, { 'if-none-exist': 'mentor=x' })
  assert.is(conditional.status, 400, 'a conditional create that ignored it would find anybody')
  release()
  await server.stop()
})

test('in chains, _has, _sort and includes it works like any other', async () => {
  const server = await testServer([], { indexing: fast })
  const { json } = await server.request('POST', 'SearchParameter', mentor)
  await eventually(async () => {
    const status = await server.request('GET', `SearchParameter/${json.id}/$status`)
    assert.is(named(status.json.parameter[0].part, 'state'), 'usable')
  })
  const of = (reference: string) => [
    { url: 'https://hospital.example/mentor', valueReference: { reference } },
  ]
  await server.request('PUT', 'Patient/old', { ...ana, id: 'old' })
  await server.request('PUT', 'Patient/young', {
    ...ana,
    id: 'young',
    name: [{ family: 'Young' }],
    extension: of('Patient/old'),
  })
  const ids = async (query: string) => {
    const { json, text } = await server.request('GET', query)
    assert.ok(json.entry, `${query}: ${text}`)
    return json.entry.map(({ resource }: { resource: { id: string } }) => resource.id)
  }
  assert.equal(await ids('Patient?mentor=Patient/old'), ['young'])
  assert.equal(await ids('Patient?mentor.family=núñez'), ['young'])
  assert.equal(await ids('Patient?_has:Patient:mentor:family=young'), ['old'])
  assert.equal(await ids('Patient?_sort=mentor'), ['young', 'old'])
  assert.equal(await ids('Patient?family=young&_include=Patient:mentor'), ['young', 'old'])
  assert.equal(await ids('Patient?family=nunez&_revinclude=Patient:mentor'), ['old', 'young'])
  const { json: metadata } = await server.request('GET', 'metadata')
  const patient = metadata.rest[0].resource.find(({ type }: { type: string }) => type === 'Patient')
  assert.ok(patient.searchInclude.includes('Patient:mentor'))
  assert.ok(patient.searchRevInclude.includes('Patient:mentor'))
  await server.stop()
})

test('a changed expression is used when it is indexed, and finds nothing by the old one', async () => {
  const server = await testServer([], { indexing: fast })
  const name = [
    { use: 'nickname', text: 'Anita' },
    { use: 'official', text: 'Ana' },
  ]
  await server.request('POST', 'Patient', { ...ana, name })
  await server.request('PUT', 'SearchParameter/n', { ...nickname, id: 'n' })
  await server.request('GET', '$reindex-status?wait=10')
  assert.is((await server.request('GET', 'Patient?nickname=Anita')).json.total, 1)
  const expression = "Patient.name.where(use = 'official').text"
  await server.request('PUT', 'SearchParameter/n', { ...nickname, id: 'n', expression })
  assert.is((await server.request('GET', 'Patient?nickname=Ana')).status, 400)
  await server.request('GET', '$reindex-status?wait=10')
  assert.is((await server.request('GET', 'Patient?nickname=Anita')).json.total, 0)
  assert.is((await server.request('GET', 'Patient?nickname=Ana')).json.total, 1)
  await server.stop()
})

test('$reindex answers 202 with the place of its status, where progress ends at 100%', async () => {
  const server = await testServer([], { indexing: fast })
  for (let n = 0; n < 25; n++) await server.request('POST', 'Patient', ana)
  const asked = await server.request('POST', '$reindex', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'type', valueCode: 'Patient' },
      { name: 'type', valueCode: 'Observation' },
      { name: 'force', valueBoolean: true },
    ],
  })
  assert.is(asked.status, 202)
  const place = asked.headers['content-location'] ?? ''
  assert.match(place, /^http:\/\/localhost\/fhir\/\$reindex-status\?job=/)
  const { json, status } = await server.request('GET', `${place.replace(/^.*\/fhir\//, '')}&wait=10`)
  assert.is(status, 200)
  assert.is(named(json.parameter, 'state'), 'done')
  assert.is(named(json.parameter, 'done'), 25)
  assert.is(named(json.parameter, 'total'), 25)
  assert.is(named(json.parameter, 'percent'), 100)
  const types = json.parameter.filter(({ name }: { name: string }) => name === 'type')
  assert.equal(
    types.map(({ part }: { part: [] }) => [
      named(part, 'code'),
      named(part, 'done'),
      named(part, 'complete'),
    ]),
    [
      ['Observation', 0, true],
      ['Patient', 25, true],
    ],
  )
  await server.stop()
})

test('reindexing makes no versions and leaves _lastUpdated alone', async () => {
  const server = await testServer([], { indexing: fast })
  const { json: before } = await server.request('POST', 'Patient', ana)
  await server.request('POST', '$reindex?type=Patient&force=true')
  await server.request('GET', '$reindex-status?wait=10')
  assert.equal((await server.request('GET', `Patient/${before.id}`)).json, before)
  await server.stop()
})

test('an upgrade: what was indexed by less is reindexed from the first start on, once', async () => {
  const storage = memoryStorage()
  // An older release knew nothing of generations and, say, not of Patient.gender.
  const change = {
    kind: 'create',
    type: 'Patient',
    id: 'p',
    ...contentOf(ana, 'p'),
    values: [],
    patients: ['p'],
  } as const
  await storage.write([change])
  const server = await createTestServer({ plugins: [], provide: [[storageService, storage]], indexing: fast })
  const { json } = await server.request('GET', '$reindex-status?wait=10')
  assert.is(named(json.parameter, 'done'), 1)
  assert.is((await server.request('GET', 'Patient?gender=female')).json.total, 1)
  await server.stop()
  const again = await createTestServer({ plugins: [], provide: [[storageService, storage]], indexing: fast })
  assert.is((await storage.jobs.list({ kind: 'reindex' })).length, 1)
  await again.stop()
})

test('a job that found nothing to do says so; a second one is not "done" by the first one', async () => {
  const server = await testServer([], { indexing: fast })
  await server.request('POST', '$reindex')
  const first = await server.request('GET', '$reindex-status?wait=10')
  assert.match(String(named(first.json.parameter, 'message')), /nothing was to do/)
  await server.request('POST', '$reindex')
  const second = await server.request('GET', '$reindex-status?wait=10')
  assert.is.not(named(second.json.parameter, 'job'), named(first.json.parameter, 'job'))
  await server.stop()
})

test('a cancelled job leaves the parameter out of use and says so; another job makes it usable', async () => {
  const storage = memoryStorage()
  const slow = withChanges(storage, {
    async index(entries) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return storage.index(entries)
    },
  })
  const server = await createTestServer({ plugins: [], provide: [[storageService, slow]], indexing: fast })
  for (let n = 0; n < 50; n++) await server.request('POST', 'Patient', ana)
  const { json } = await server.request('POST', 'SearchParameter', nickname)
  const cancelled = await server.request('POST', '$reindex-cancel')
  assert.is(named(cancelled.json.parameter, 'state'), 'cancelled')
  const status = await server.request('GET', `SearchParameter/${json.id}/$status`)
  assert.is(named(status.json.parameter[0].part, 'state'), 'failed')
  assert.match(String(named(status.json.parameter[0].part, 'reason')), /cancelled/)
  await server.request('POST', '$reindex?type=Patient')
  await server.request('GET', '$reindex-status?wait=10')
  assert.is((await server.request('GET', 'Patient?nickname=x')).status, 200)
  await server.stop()
})

test('draft, retired and active are told apart by $status, of one and of all', async () => {
  const server = await testServer([], { indexing: fast })
  for (const status of ['draft', 'retired', 'active']) {
    const resource = { ...nickname, id: status, status, url: `${nickname.url}-${status}` }
    assert.is((await server.request('PUT', `SearchParameter/${status}`, resource)).status, 201)
  }
  await server.request('GET', '$reindex-status?wait=10')
  const { json } = await server.request('GET', 'SearchParameter/$status?code=nickname')
  assert.equal(
    json.parameter.map(({ part }: { part: [] }) => named(part, 'state')),
    ['draft', 'retired', 'usable'],
  )
  const one = await server.request('GET', `SearchParameter/$status?url=${nickname.url}-draft`)
  assert.is(one.json.parameter.length, 1)
  assert.is((await server.request('GET', 'SearchParameter/none/$status')).status, 404)
  await server.stop()
})

test('what $reindex cannot do is refused', async () => {
  const server = await testServer([], { indexing: fast })
  assert.is((await server.request('GET', '$reindex-status')).status, 404, 'nothing was reindexed')
  assert.is((await server.request('GET', '$reindex-status?job=x')).status, 404)
  assert.is((await server.request('GET', '$reindex')).status, 405)
  assert.is((await server.request('POST', '$reindex?type=Human')).status, 400)
  assert.is((await server.request('POST', '$reindex?force=perhaps')).status, 400)
  assert.is((await server.request('POST', '$reindex', ana)).status, 400)
  await server.stop()
})

test('a parameter of a transaction indexes what comes with it', async () => {
  const server = await testServer([], { indexing: fast })
  const nicked = { ...ana, name: [{ use: 'nickname', text: 'Anita' }] }
  const answer = await server.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { request: { method: 'POST', url: 'SearchParameter' }, resource: nickname },
      { request: { method: 'POST', url: 'Patient' }, resource: nicked },
    ],
  })
  assert.is(answer.status, 200, answer.text)
  await server.request('GET', '$reindex-status?wait=10')
  assert.is((await server.request('GET', 'Patient?nickname=Anita')).json.total, 1)
  await server.stop()
})

test.run()
