import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memoryStorage, storageService } from '../../src/index.js'
import { createTestServer } from '../../testing/index.js'
import { ana, testServer } from '../support/server.js'

type Server = Awaited<ReturnType<typeof testServer>>
const test = suite<{ server: Server }>('history and search over HTTP')

test.before.each(async (context) => {
  context.server = await testServer()
})
test.after.each(({ server }) => server.stop())

/** Follows next links to the end. */
async function walk(server: Server, path: string): Promise<{ pages: number; ids: string[] }> {
  const ids: string[] = []
  let pages = 0
  for (let next: string | undefined = path; next !== undefined; pages += 1) {
    const { json, status, text } = await server.request('GET', next)
    assert.is(status, 200, text)
    ids.push(...(json.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id))
    const link: { url: string } | undefined = json.link.find(
      ({ relation }: { relation: string }) => relation === 'next',
    )
    next = link?.url.slice('http://localhost/fhir/'.length)
  }
  return { pages, ids }
}

test('instance history lists versions, newest first, with method and status', async ({ server }) => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  await server.request('PUT', `Patient/${id}`, { ...ana, id, active: true })
  await server.request('DELETE', `Patient/${id}`)
  const { json } = await server.request('GET', `Patient/${id}/_history`)
  assert.is(json.type, 'history')
  assert.is(json.total, 3)
  assert.equal(
    json.entry.map((entry: { request: { method: string }; response: { status: string; etag: string } }) => [
      entry.request.method,
      entry.response.status,
      entry.response.etag,
    ]),
    [
      ['DELETE', '204', 'W/"3"'],
      ['PUT', '200', 'W/"2"'],
      ['POST', '201', 'W/"1"'],
    ],
  )
  assert.is(json.entry[0].resource, undefined)
})

test('history of something that never was is 404', async ({ server }) => {
  assert.is((await server.request('GET', 'Patient/never/_history')).status, 404)
})

test('type and system history page through everything, once', async ({ server }) => {
  for (let n = 0; n < 7; n += 1) await server.request('PUT', `Patient/p${n}`, { ...ana, id: `p${n}` })
  for (const path of ['Patient/_history?_count=3', '_history?_count=3']) {
    const { pages, ids } = await walk(server, path)
    assert.is(pages, 3)
    assert.equal(ids, ['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0'])
  }
})

test('_since leaves out what is older, and a bad one is refused', async ({ server }) => {
  await server.request('POST', 'Patient', ana)
  const later = new Date(Date.now() + 60_000).toISOString()
  assert.is((await server.request('GET', `Patient/_history?_since=${later}`)).json.entry, undefined)
  assert.is((await server.request('GET', 'Patient/_history?_since=yesterday')).status, 400)
})

test('search pages through every match once, and each way of asking agrees', async ({ server }) => {
  for (let n = 0; n < 7; n += 1) await server.request('PUT', `Patient/p${n}`, { ...ana, id: `p${n}` })
  const { pages, ids } = await walk(server, 'Patient?family=nunez&_count=3')
  assert.is(pages, 3)
  assert.equal([...ids].sort(), ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'])
  const posted = await server.request('POST', 'Patient/_search', 'family=N%C3%BA%C3%B1ez&gender=female', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  assert.is(posted.json.total, 7)
})

test('a page link that was altered or moved to another search is refused', async ({ server }) => {
  for (let n = 0; n < 3; n += 1) await server.request('POST', 'Patient', ana)
  const { json } = await server.request('GET', 'Patient?_count=1')
  const next: string = json.link.find(({ relation }: { relation: string }) => relation === 'next').url
  const path = next.slice('http://localhost/fhir/'.length)
  assert.is((await server.request('GET', path.replace('Patient?', 'Patient?gender=female&'))).status, 400)
  assert.is((await server.request('GET', `${path}x`)).status, 400)
})

test('unknown parameters are reported when lenient and refused when strict', async ({ server }) => {
  await server.request('POST', 'Patient', ana)
  const lenient = await server.request('GET', 'Patient?shoesize=42')
  assert.is(lenient.json.total, 1)
  const outcome = lenient.json.entry.at(-1)
  assert.is(outcome.search.mode, 'outcome')
  assert.match(outcome.resource.issue[0].diagnostics, 'shoesize')
  const self = lenient.json.link[0].url
  assert.not.match(self, 'shoesize')
  const strict = await server.request('GET', 'Patient?shoesize=42', undefined, { prefer: 'handling=strict' })
  assert.is(strict.status, 400)
})

test('_include brings the referenced resources, marked so', async ({ server }) => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  await server.request('POST', 'Observation', {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${id}` },
  })
  const { json } = await server.request('GET', 'Observation?_include=Observation:subject')
  assert.equal(
    json.entry.map(
      ({ search, resource }: { search: { mode: string }; resource: { resourceType: string } }) => [
        search.mode,
        resource.resourceType,
      ],
    ),
    [
      ['match', 'Observation'],
      ['include', 'Patient'],
    ],
  )
  assert.is(json.total, 1)
})

test('compartment searches find members only', async ({ server }) => {
  await server.request('PUT', 'Patient/a', { ...ana, id: 'a' })
  await server.request('PUT', 'Patient/b', { ...ana, id: 'b' })
  for (const patient of ['a', 'a', 'b']) {
    await server.request('POST', 'Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${patient}` },
    })
  }
  assert.is((await server.request('GET', 'Patient/a/Observation')).json.total, 2)
  const everything = await server.request('GET', 'Patient/b/*')
  assert.is(everything.status, 200, everything.text)
})

test('a total that storage only counted in part, or estimated unasked, is left out', async () => {
  for (const [asked, exact, expected] of [
    ['', false, undefined],
    ['', true, 1001],
    ['_total=accurate', true, 1001],
    ['_total=estimate', false, 1001],
    ['_total=none', false, undefined],
  ] as const) {
    const storage = memoryStorage()
    storage.search = async (query) => ({
      matches: [],
      includes: [],
      ...(query.total === 'none' ? {} : { total: 1001, totalExact: exact }),
    })
    const server = await createTestServer({ plugins: [], provide: [[storageService, storage]] })
    assert.is((await server.request('GET', `Patient?${asked}`)).json.total, expected, asked)
    await server.stop()
  }
})

test.run()
