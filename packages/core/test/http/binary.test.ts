import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, FhirError, type Hooks } from '../../src/index.js'
import { ana, testServer } from '../support/server.js'

const test = suite('Binary')

const bytes = Buffer.from([0, 1, 2, 250, 255])
type Server = Awaited<ReturnType<typeof testServer>>

const upload = (server: Server, body: Uint8Array, headers: Record<string, string>, path = 'Binary') =>
  server.handle({ method: path === 'Binary' ? 'POST' : 'PUT', url: `/fhir/${path}`, headers, body })

test('bytes go in and out as they are, under their own type', async () => {
  const server = await testServer()
  assert.is((await upload(server, bytes, { 'content-type': 'image/png' }, 'Binary/1')).status, 201)
  for (const accept of ['image/png', '*/*', 'text/html,*/*;q=0.8', undefined]) {
    const raw = await server.request('GET', 'Binary/1', undefined, accept === undefined ? {} : { accept })
    assert.is(raw.headers['content-type'], 'image/png', accept)
    assert.is(raw.headers['x-content-type-options'], 'nosniff')
    assert.match(raw.headers['content-security-policy'] ?? '', 'sandbox')
    assert.is(raw.headers.etag, 'W/"1"')
    assert.equal(Buffer.from(raw.body as Uint8Array), bytes)
  }
  const head = await server.request('HEAD', 'Binary/1')
  assert.is(head.headers['content-length'], '5')
  const unchanged = await server.request('GET', 'Binary/1', undefined, { 'if-none-match': 'W/"1"' })
  assert.is(unchanged.status, 304)
  const fhir = await server.request('GET', 'Binary/1?_format=json')
  assert.is(fhir.json.data, bytes.toString('base64'))
  const xml = await server.request('GET', 'Binary/1?_format=xml')
  assert.match(xml.text, `<data value="${bytes.toString('base64')}"/>`)
  assert.equal(Buffer.from((await server.request('GET', 'Binary/1/_history/1')).body as Uint8Array), bytes)
  await server.stop()
})

test('JSON may be the Binary resource or its content, as it says itself', async () => {
  const server = await testServer()
  const resource = Buffer.from(
    JSON.stringify({ resourceType: 'Binary', contentType: 'text/plain', data: 'eA==' }),
  )
  for (const type of ['application/fhir+json', 'application/json']) {
    const created = await upload(server, resource, { 'content-type': type })
    assert.is(JSON.parse(String(created.body)).contentType, 'text/plain', type)
  }
  for (const content of ['{"a": 1.0}', 'no json', JSON.stringify(ana)]) {
    const created = await upload(server, Buffer.from(content), { 'content-type': 'application/json' })
    assert.is(created.status, 201)
    const { id, data } = JSON.parse(String(created.body))
    assert.is(Buffer.from(data, 'base64').toString(), content)
    assert.is((await server.request('GET', `Binary/${id}`)).text, content)
  }
  assert.is(
    (await upload(server, Buffer.from('{}'), { 'content-type': 'application/fhir+json' })).status,
    400,
  )
  await server.stop()
})

test('a content type with parameters is kept, in the form that a code has', async () => {
  const server = await testServer()
  await upload(server, bytes, { 'content-type': 'text/plain;   charset=utf-8' }, 'Binary/1')
  assert.is((await server.request('GET', 'Binary/1')).headers['content-type'], 'text/plain; charset=utf-8')
  await server.stop()
})

/** A server with a Binary of each kind of context, and hooks that judge afterwards. */
async function guarded(hooks: Hooks, contexts: readonly string[]) {
  let judging = false
  const server = await testServer([
    definePlugin({
      name: 'policy',
      setup: () => ({
        hooks: {
          ...(hooks.narrow && {
            narrow: (query, ctx) => (judging && hooks.narrow ? hooks.narrow(query, ctx) : query),
          }),
          ...(hooks.authorize && {
            authorize: (asked, ctx) => (judging ? hooks.authorize?.(asked, ctx) : undefined),
          }),
        },
      }),
    }),
  ])
  await server.request('PUT', 'Patient/mine', { ...ana, id: 'mine' })
  await server.request('PUT', 'Patient/theirs', { ...ana, id: 'theirs' })
  for (const [index, context] of contexts.entries()) {
    const sent = await upload(
      server,
      bytes,
      { 'content-type': 'image/png', 'x-security-context': context },
      `Binary/${index}`,
    )
    assert.is(sent.status, 201)
  }
  judging = true
  return server
}

/** Lets Patient/mine be seen, and everything that is no Patient. */
const onlyMine: NonNullable<Hooks['narrow']> = (query) =>
  query.types.includes('Patient')
    ? { ...query, where: [...query.where, { kind: 'id', ids: ['mine'] }] }
    : query

test('whoever may not read what securityContext names does not find the Binary, by any way', async () => {
  const server = await guarded({ narrow: onlyMine }, [
    'Patient/mine',
    'Patient/theirs',
    'Patient/theirs/_history/1',
    'http://localhost/fhir/Patient/theirs',
    'Patient/absent',
  ])
  const shown = await server.request('GET', 'Binary/0')
  assert.is(shown.status, 200)
  assert.is(shown.headers['x-security-context'], 'Patient/mine')
  for (const id of ['1', '2', '3', '4']) {
    for (const path of [`Binary/${id}`, `Binary/${id}?_format=json`, `Binary/${id}/_history/1`]) {
      assert.is((await server.request('GET', path)).status, 404, path)
    }
    const entry = [{ request: { method: 'GET', url: `Binary/${id}` } }]
    const batch = await server.request('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    assert.match(batch.json.entry[0].response.status, '404')
  }
  await server.stop()
})

test('a refusal to read the context hides the Binary too', async () => {
  const server = await guarded(
    {
      authorize: (asked) => {
        if (asked.interaction === 'read' && asked.id === 'theirs')
          throw new FhirError('forbidden', 'Not for you, sorry.')
      },
    },
    ['Patient/mine', 'Patient/theirs', 'Patient/absent'],
  )
  assert.is((await server.request('GET', 'Binary/0')).status, 200)
  assert.is((await server.request('GET', 'Binary/1')).status, 404)
  assert.is((await server.request('GET', 'Binary/2')).status, 200)
  await server.stop()
})

test('Binaries that guard each other in a circle are found', async () => {
  const server = await guarded({ narrow: onlyMine }, ['Binary/1', 'Binary/0'])
  assert.is((await server.request('GET', 'Binary/0')).status, 200)
  await server.stop()
})

test('without a policy a context hides nothing', async () => {
  const server = await guarded({}, ['Patient/absent'])
  assert.is((await server.request('GET', 'Binary/0')).status, 200)
  await server.stop()
})

test.run()
