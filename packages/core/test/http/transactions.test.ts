import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, memoryStorage, type Storage, storageService } from '../../src/index.js'
import { createTestServer } from '../../testing/test-server.js'
import { ana, testServer } from '../support/server.js'

type Server = Awaited<ReturnType<typeof testServer>>

const test = suite<{ server: Server }>('references and identities in transactions')

test.before.each(async (context) => {
  context.server = await testServer()
})
test.after.each(({ server }) => server.stop())

const observation = (subject: string, extra: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: subject },
  ...extra,
})

const entry = (method: string, url: string, resource?: object, extra: object = {}, fullUrl?: string) => ({
  ...(fullUrl ? { fullUrl } : {}),
  ...(resource ? { resource } : {}),
  request: { method, url, ...extra },
})

/** Sends a transaction whose answers carry the resources. */
function transact(server: Server, ...entries: object[]) {
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: entries }
  return server.request('POST', '', bundle, { prefer: 'return=representation' })
}

const uuid = (n: number) => `urn:uuid:61ebe359-bfdc-4613-8bf2-c5e3009450${String(n).padStart(2, '0')}`
const referenceOf = (json: { entry: { resource: { id: string } }[] }, index: number) =>
  `Patient/${json.entry[index]?.resource.id}`

test('fullUrls of every kind are resolved: urn:uuid, urn:oid, RESTful ones', async ({ server }) => {
  const fullUrls = [
    uuid(1),
    'urn:oid:1.2.3.4',
    'http://elsewhere.example/fhir/Patient/77',
    'http://localhost/fhir/Patient/88',
  ]
  const { status, json, text } = await transact(
    server,
    ...fullUrls.map((fullUrl) => entry('POST', 'Patient', ana, {}, fullUrl)),
    ...fullUrls.map((fullUrl) => entry('POST', 'Observation', observation(fullUrl))),
    entry('POST', 'Observation', observation('Patient/77')),
  )
  assert.is(status, 200, text)
  for (const index of fullUrls.keys()) {
    assert.is(json.entry[fullUrls.length + index].resource.subject.reference, referenceOf(json, index))
  }
  assert.is(json.entry[8].resource.subject.reference, referenceOf(json, 2))
})

test('a relative reference means the entry below the base of its own fullUrl', async ({ server }) => {
  const bases = ['http://a.example/fhir', 'http://b.example/fhir']
  const { status, json, text } = await transact(
    server,
    ...bases.map((base) => entry('POST', 'Patient', ana, {}, `${base}/Patient/1`)),
    ...bases.map((base) =>
      entry('POST', 'Observation', observation('Patient/1'), {}, `${base}/Observation/1`),
    ),
    entry('POST', 'Observation', observation('Patient/1')),
  )
  assert.is(status, 200, text)
  assert.is(json.entry[2].resource.subject.reference, referenceOf(json, 0))
  assert.is(json.entry[3].resource.subject.reference, referenceOf(json, 1))
  assert.is(
    json.entry[4].resource.subject.reference,
    'Patient/1',
    'two entries could be meant, so neither is',
  )
})

test('a relative reference to what the bundle updates stays what it is', async ({ server }) => {
  const { status, json, text } = await transact(
    server,
    entry('PUT', 'Patient/1', { ...ana, id: '1' }, {}, uuid(1)),
    entry('POST', 'Patient', ana, {}, 'http://elsewhere.example/fhir/Patient/1'),
    entry('POST', 'Observation', observation('Patient/1')),
    entry('POST', 'Observation', observation(uuid(1))),
  )
  assert.is(status, 200, text)
  assert.is(json.entry[2].resource.subject.reference, 'Patient/1')
  assert.is(json.entry[3].resource.subject.reference, 'Patient/1')
})

test('fragments and versions of a reference are kept, references within a resource too', async ({
  server,
}) => {
  const { json, status, text } = await transact(
    server,
    entry(
      'POST',
      'Patient',
      { ...ana, link: [{ other: { reference: uuid(1) }, type: 'seealso' }] },
      {},
      uuid(1),
    ),
    entry('POST', 'Observation', {
      ...observation(`${uuid(1)}/_history/1`),
      contained: [{ resourceType: 'Patient', id: 'p' }],
      focus: [{ reference: '#p' }, { reference: `${uuid(1)}#p` }],
    }),
  )
  assert.is(status, 200, text)
  const patient = referenceOf(json, 0)
  assert.is(json.entry[0].resource.link[0].other.reference, patient)
  assert.is(json.entry[1].resource.subject.reference, `${patient}/_history/1`)
  assert.equal(json.entry[1].resource.focus, [{ reference: '#p' }, { reference: `${patient}#p` }])
})

test('entries may refer to each other in a circle', async ({ server }) => {
  const link = (n: number) => ({ ...ana, link: [{ other: { reference: uuid(n) }, type: 'refer' }] })
  const { json } = await transact(
    server,
    entry('POST', 'Patient', link(2), {}, uuid(1)),
    entry('POST', 'Patient', link(1), {}, uuid(2)),
  )
  assert.is(json.entry[0].resource.link[0].other.reference, referenceOf(json, 1))
  assert.is(json.entry[1].resource.link[0].other.reference, referenceOf(json, 0))
})

test('a conditional update that creates, or finds its match, is what its fullUrl means', async ({
  server,
}) => {
  const send = () =>
    transact(
      server,
      entry('PUT', 'Patient?identifier=urn:mrn|A1', ana, {}, uuid(1)),
      entry('POST', 'Observation', observation(uuid(1))),
    )
  const first = await send()
  assert.match(first.json.entry[0].response.status, '201')
  assert.is(first.json.entry[1].resource.subject.reference, referenceOf(first.json, 0))
  const second = await send()
  assert.match(second.json.entry[0].response.status, '200')
  assert.is(second.json.entry[0].resource.id, first.json.entry[0].resource.id)
  assert.is(second.json.entry[1].resource.subject.reference, referenceOf(first.json, 0))
})

test('an update-as-create is what its urn means', async ({ server }) => {
  const { json } = await transact(
    server,
    entry('PUT', 'Patient/mine', { ...ana, id: 'mine' }, {}, uuid(1)),
    entry('PUT', 'Patient?identifier=urn:mrn|B', { ...ana, id: 'other' }, {}, uuid(2)),
    entry('POST', 'Observation', observation(uuid(1))),
    entry('POST', 'Observation', observation(uuid(2))),
  )
  assert.is(json.entry[2].resource.subject.reference, 'Patient/mine')
  assert.is(json.entry[3].resource.subject.reference, 'Patient/other')
})

test('a conditional reference finds what the same bundle creates under these criteria', async ({
  server,
}) => {
  const send = () =>
    transact(
      server,
      entry('POST', 'Observation', observation('Patient?identifier=urn:mrn|A1')),
      entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=urn:mrn|A1' }),
    )
  const first = await send()
  assert.is(first.status, 200, first.text)
  assert.is(first.json.entry[0].resource.subject.reference, referenceOf(first.json, 1))
  assert.is((await send()).json.entry[0].resource.subject.reference, referenceOf(first.json, 1))
})

test('one resource under two names is refused', async ({ server }) => {
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  const byCriteria = 'Patient?identifier=urn:mrn|A1'
  const put = entry('PUT', 'Patient/1', { ...ana, id: '1' })
  for (const pair of [
    [put, entry('PUT', byCriteria, ana)],
    [put, entry('DELETE', byCriteria)],
    [put, entry('DELETE', 'Patient/1')],
    [entry('PUT', byCriteria, ana), entry('PUT', 'Patient?identifier=A1', ana)],
    [entry('DELETE', 'Patient/1'), entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=urn:mrn|A1' })],
    [entry('PUT', 'Patient?identifier=new', ana), entry('PUT', 'Patient?identifier=new', ana)],
    [
      entry('PUT', 'Patient?identifier=new', ana),
      entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=new' }),
    ],
  ]) {
    const { status, json } = await transact(server, ...pair)
    assert.is(status, 400, JSON.stringify(pair))
    assert.match(json.issue[0].diagnostics, 'a transaction may name a resource once')
  }
  const { json } = await server.request('GET', 'Patient/1/_history')
  assert.is(json.total, 1)
})

test('methods are words of HTTP, whatever JavaScript has by that name', async ({ server }) => {
  for (const method of ['constructor', 'toString', '__proto__', 'get']) {
    assert.is((await transact(server, entry(method, 'Patient'))).status, 405, method)
  }
})

test('an id that is none is refused in a conditional update', async ({ server }) => {
  const bad = entry('PUT', 'Patient?identifier=x', { ...ana, id: 'no id' })
  assert.is((await transact(server, bad)).status, 400)
  assert.is((await server.request('PUT', 'Patient?identifier=x', { ...ana, id: { a: 1 } })).status, 400)
})

test('an ifMatch that does not hold is a failed precondition', async ({ server }) => {
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  const put = (ifMatch: string) =>
    transact(server, entry('PUT', 'Patient/1', { ...ana, id: '1' }, { ifMatch }))
  assert.is((await put('W/"7"')).status, 412)
  assert.is((await put('W/"1"')).status, 200)
})

test('a bundle of more entries than the limit is refused with 413', async () => {
  const small = await testServer([], { limits: { bundleEntries: 3 } })
  for (const type of ['batch', 'transaction']) {
    const entries = Array.from({ length: 4 }, () => entry('GET', 'Patient'))
    const refused = await small.request('POST', '', { resourceType: 'Bundle', type, entry: entries })
    assert.is(refused.status, 413, type)
    assert.match(refused.json.issue[0].diagnostics, '4 entries')
  }
  await small.stop()
})

test('what belongs to a patient gets an id that places it beside its patient', async () => {
  const asked: [string, string | undefined][] = []
  const inner = memoryStorage()
  const storage: Storage = Object.assign(Object.create(inner), {
    newId(type: string, patient?: string) {
      asked.push([type, patient])
      return inner.newId(type, patient)
    },
  })
  for (const name of [
    'transaction',
    'write',
    'read',
    'search',
    'match',
    'history',
    'stream',
    'vread',
    'health',
  ] as const) {
    Object.assign(storage, { [name]: (inner[name] as (...args: unknown[]) => unknown).bind(inner) })
  }
  const server = await createTestServer({ plugins: [], provide: [[storageService, storage]] })
  await server.request('PUT', 'Patient/known', { ...ana, id: 'known', identifier: [{ value: 'K' }] })
  const { json, status, text } = await transact(
    server,
    entry('POST', 'Observation', observation(uuid(1))),
    entry('POST', 'Observation', observation('Patient/9')),
    entry('POST', 'Observation', observation('Patient?identifier=K')),
    entry('POST', 'Observation', observation('Patient/elsewhere')),
    entry('POST', 'Patient', ana, {}, uuid(1)),
    entry('POST', 'Patient', ana, {}, 'http://elsewhere.example/Patient/9'),
    entry('POST', 'Organization', { resourceType: 'Organization', name: 'x' }),
  )
  assert.is(status, 200, text)
  const [first, second] = [json.entry[4].resource.id, json.entry[5].resource.id]
  assert.equal(asked, [
    ['Patient', undefined],
    ['Patient', undefined],
    ['Observation', first],
    ['Observation', second],
    ['Observation', 'known'],
    ['Observation', 'elsewhere'],
    ['Organization', undefined],
  ])
  asked.length = 0
  await server.request('POST', 'Observation', observation('Patient/known'))
  assert.equal(asked, [['Observation', 'known']])
  await server.stop()
})

test('what a policy hides is not there to be deleted, in a transaction as elsewhere', async () => {
  let narrowing = false
  const policy = definePlugin({
    name: 'policy',
    setup: () => ({
      hooks: {
        narrow: (query) =>
          narrowing ? { ...query, where: [...query.where, { kind: 'id', ids: ['mine'] }] } : query,
      },
    }),
  })
  const server = await testServer([policy])
  for (const id of ['mine', 'theirs']) await server.request('PUT', `Patient/${id}`, { ...ana, id })
  narrowing = true
  const { json, status, text } = await transact(
    server,
    entry('DELETE', 'Patient/theirs'),
    entry('DELETE', 'Patient/mine'),
  )
  assert.is(status, 200, text)
  assert.equal(
    json.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
    ['204', '204'],
  )
  assert.is((await server.request('DELETE', 'Patient/theirs')).status, 204)
  narrowing = false
  assert.is((await server.request('GET', 'Patient/theirs')).status, 200)
  assert.is((await server.request('GET', 'Patient/mine')).status, 410)
  await server.stop()
})

test.run()
