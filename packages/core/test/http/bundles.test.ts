import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, defineResource } from '../../src/index.js'
import { ana, testServer } from '../support/server.js'

type Server = Awaited<ReturnType<typeof testServer>>
const test = suite<{ server: Server }>('batch and transaction')

test.before.each(async (context) => {
  context.server = await testServer()
})
test.after.each(({ server }) => server.stop())

const observation = (subject: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: subject },
})
const entry = (method: string, url: string, resource?: object, extra: object = {}, fullUrl?: string) => ({
  ...(fullUrl ? { fullUrl } : {}),
  ...(resource ? { resource } : {}),
  request: { method, url, ...extra },
})
const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })
const post = (server: Server, body: object, headers = {}) => server.request('POST', '', body, headers)

test('a transaction resolves urn:uuid references everywhere, in narrative links too', async ({ server }) => {
  const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'
  const withNarrative = {
    ...observation(urn),
    text: {
      status: 'generated',
      div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${urn}">x</a></div>`,
    },
  }
  const done = await post(
    server,
    bundle(
      'transaction',
      entry('POST', 'Observation', withNarrative),
      entry('POST', 'Patient', ana, {}, urn),
    ),
  )
  assert.is(done.status, 200, done.text)
  assert.is(done.json.type, 'transaction-response')
  const [first, second] = done.json.entry.map(
    ({ response }: { response: { location: string } }) => response.location,
  )
  const patient = second.split('/_history')[0]
  const stored = await server.request('GET', first.split('/_history')[0])
  assert.is(stored.json.subject.reference, patient)
  assert.match(stored.json.text.div, `href="${patient}"`)
  assert.is(done.json.entry[0].response.status, '201 Created')
  assert.is(done.json.entry[0].response.etag, 'W/"1"')
})

test('a transaction that fails in one entry leaves nothing, and names the entry', async ({ server }) => {
  const done = await post(
    server,
    bundle(
      'transaction',
      entry('POST', 'Patient', ana),
      entry('POST', 'Patient', { ...ana, gender: 'wrong' }),
    ),
  )
  assert.is(done.status, 422)
  assert.match(done.json.issue[0].expression.join(' '), 'Bundle.entry[1].resource.gender')
  assert.is((await server.request('GET', 'Patient')).json.total, 0)
})

test('deletes come before creates, creates before updates, reads last', async ({ server }) => {
  await server.request('PUT', 'Patient/old', { ...ana, id: 'old' })
  const done = await post(
    server,
    bundle(
      'transaction',
      entry('GET', 'Patient?identifier=urn:mrn|A1'),
      entry('PUT', 'Patient/new', { ...ana, id: 'new' }),
      entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=urn:mrn|none' }),
      entry('DELETE', 'Patient/old'),
    ),
  )
  assert.is(done.status, 200, done.text)
  assert.equal(
    done.json.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
    ['200', '201', '201', '204'],
  )
  assert.is(done.json.entry[0].resource.total, 2)
})

test('a conditional create that matches is not written, and references to it go to the match', async ({
  server,
}) => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b'
  const create = entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=urn:mrn|A1' }, urn)
  const done = await post(
    server,
    bundle('transaction', create, entry('POST', 'Observation', observation(urn))),
  )
  assert.is(done.status, 200, done.text)
  assert.is(done.json.entry[0].response.status, '200 OK')
  assert.match(done.json.entry[0].response.location, `Patient/${id}`)
  const found = await server.request('GET', `Observation?subject=Patient/${id}`)
  assert.is(found.json.total, 1)
})

test('the same conditional create twice in a bundle creates once', async ({ server }) => {
  const urns = [
    'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f01',
    'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f02',
  ]
  const creates = urns.map((urn) =>
    entry('POST', 'Patient', ana, { ifNoneExist: 'identifier=urn:mrn|A1' }, urn),
  )
  const observations = urns.map((urn) => entry('POST', 'Observation', observation(urn)))
  const done = await post(server, bundle('transaction', ...creates, ...observations))
  assert.is(done.status, 200, done.text)
  assert.is((await server.request('GET', 'Patient')).json.total, 1)
  const { id } = (await server.request('GET', 'Patient')).json.entry[0].resource
  assert.is((await server.request('GET', `Observation?subject=Patient/${id}`)).json.total, 2)
})

test('conditional references are resolved, and one without a match fails the transaction', async ({
  server,
}) => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const good = await post(
    server,
    bundle('transaction', entry('POST', 'Observation', observation('Patient?identifier=urn:mrn|A1'))),
    { prefer: 'return=representation' },
  )
  assert.is(good.status, 200, good.text)
  assert.is(good.json.entry[0].resource.subject.reference, `Patient/${id}`)
  const bad = await post(
    server,
    bundle('transaction', entry('POST', 'Observation', observation('Patient?identifier=urn:mrn|none'))),
  )
  assert.is(bad.status, 400)
  assert.match(bad.json.issue[0].expression.join(' '), 'Bundle.entry[0]')
})

test('patches and version checks work inside a transaction', async ({ server }) => {
  await server.request('PUT', 'Patient/p', { ...ana, id: 'p' })
  const patch = {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from(JSON.stringify([{ op: 'add', path: '/active', value: true }])).toString('base64'),
  }
  const done = await post(
    server,
    bundle('transaction', entry('PATCH', 'Patient/p', patch, { ifMatch: 'W/"1"' })),
  )
  assert.is(done.status, 200, done.text)
  assert.is((await server.request('GET', 'Patient/p')).json.active, true)
  const late = await post(
    server,
    bundle('transaction', entry('PUT', 'Patient/p', { ...ana, id: 'p' }, { ifMatch: 'W/"1"' })),
  )
  assert.is(late.status, 412, late.text)
})

test('the same resource twice in a transaction is refused', async ({ server }) => {
  const put = entry('PUT', 'Patient/p', { ...ana, id: 'p' })
  assert.is((await post(server, bundle('transaction', put, put))).status, 400)
})

test('a batch answers each entry on its own', async ({ server }) => {
  const done = await post(
    server,
    bundle(
      'batch',
      entry('POST', 'Patient', ana),
      entry('POST', 'Patient', { ...ana, gender: 'wrong' }),
      entry('GET', 'Patient/never'),
      entry('BREW', 'Patient'),
      {},
    ),
  )
  assert.is(done.status, 200)
  assert.equal(
    done.json.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
    ['201', '422', '404', '405', '400'],
  )
  assert.is(done.json.entry[1].response.outcome.resourceType, 'OperationOutcome')
})

test('handlers of a type wrap the entries of a transaction', async () => {
  const seen: string[] = []
  const tagging = definePlugin({
    name: 'tagging',
    setup: () => ({
      resources: [
        defineResource('Patient', {
          create: async (input, _ctx, next) => {
            const result = await next({ ...input, resource: { ...input.resource, language: 'es' } })
            seen.push(`${result.created} ${result.resource.language}`)
            return result
          },
        }),
      ],
    }),
  })
  const server = await testServer([tagging])
  const done = await post(
    server,
    bundle('transaction', entry('POST', 'Patient', ana), entry('POST', 'Patient', ana)),
  )
  assert.is(done.status, 200, done.text)
  assert.equal(seen, ['true es', 'true es'])
  await server.stop()
})

test('a bundle of another type, or nested, is refused', async ({ server }) => {
  assert.is((await post(server, bundle('collection', entry('POST', 'Patient', ana)))).status, 400)
  assert.is((await post(server, ana)).status, 400)
  const nested = await post(server, bundle('transaction', entry('POST', '', bundle('batch'))))
  assert.is(nested.status, 400)
})

test.run()
