import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ana, testServer } from '../support/server.js'

type Server = Awaited<ReturnType<typeof testServer>>
const test = suite<{ server: Server }>('page links of a search')
const base = 'http://localhost/fhir/'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test.before.each(async (context) => {
  context.server = await testServer()
  for (let n = 0; n < 7; n += 1) {
    const name = [{ family: n < 6 ? 'Fernández' : 'Other', given: [`G${n}`] }]
    await context.server.request('PUT', `Patient/p${n}`, { ...ana, id: `p${n}`, name })
  }
})
test.after.each(({ server }) => server.stop())

interface Page {
  readonly ids: readonly string[]
  readonly links: Readonly<Record<string, string>>
}

async function get(server: Server, path: string): Promise<Page> {
  const { json, status, text } = await server.request('GET', path)
  assert.is(status, 200, text)
  return pageOf(json)
}

// biome-ignore lint/suspicious/noExplicitAny: a bundle as it came
function pageOf(json: any): Page {
  return {
    ids: (json.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id),
    links: Object.fromEntries(
      json.link.map(({ relation, url }: { relation: string; url: string }) => [
        relation,
        url.slice(base.length),
      ]),
    ),
  }
}

test('first, next and previous show neither parameters nor sort keys; self shows the search', async ({
  server,
}) => {
  const first = await get(server, 'Patient?family=fernandez&_sort=given&_count=2')
  assert.equal(Object.keys(first.links), ['self', 'next'])
  assert.is(first.links.self, 'Patient?family=fernandez&_sort=given&_count=2')
  const second = await get(server, first.links.next as string)
  assert.equal(second.ids, ['p2', 'p3'])
  assert.equal(Object.keys(second.links), ['self', 'first', 'next', 'previous'])
  assert.match(second.links.self as string, /^Patient\?family=fernandez&_sort=given&_count=2&_page=[\w-]+$/)
  for (const relation of ['first', 'next', 'previous']) {
    assert.match(second.links[relation] as string, /^Patient\?_page=[\w-]+$/, relation)
  }
  assert.equal((await get(server, second.links.first as string)).ids, ['p0', 'p1'])
  assert.equal((await get(server, second.links.previous as string)).ids, ['p0', 'p1'])
})

test('self of a page leads to the same page', async ({ server }) => {
  const first = await get(server, 'Patient?family=fernandez&_count=2')
  const second = await get(server, first.links.next as string)
  assert.equal((await get(server, second.links.self as string)).ids, second.ids)
})

test('a parameter added to a page link is refused and named', async ({ server }) => {
  const { links } = await get(server, 'Patient?family=fernandez&_count=2')
  for (const added of ['_count=5', 'family=other', '_include=Patient:organization', 'nonsense=1']) {
    const { status, json } = await server.request('GET', `${links.next}&${added}`)
    assert.is(status, 400, added)
    assert.is(json.issue[0].details.coding[0].code, 'invalid-page-link')
    assert.match(json.issue[0].diagnostics, added.split('=')[0] as string)
  }
})

test('_format and _pretty stay readable in links, and may change from page to page', async ({ server }) => {
  const { links } = await get(server, 'Patient?_count=2&_format=json')
  assert.match(links.next as string, /^Patient\?_format=json&_page=/)
  assert.equal((await get(server, `${links.next}&_pretty=true`)).ids, ['p2', 'p3'])
})

test('a link opens neither another type, nor a compartment, nor on another server', async ({ server }) => {
  const { links } = await get(server, 'Patient?_count=2')
  const query = (links.next as string).split('?')[1]
  const other = await testServer()
  for (const [asked, path] of [
    [server, `Observation?${query}`],
    [server, `Patient/p1/Patient?${query}`],
    [server, `?${query}`],
    [other, `Patient?${query}`],
  ] as const) {
    const { status, json } = await asked.request('GET', path)
    assert.is(status, 400, path)
    assert.is(json.issue[0].details.coding[0].code, 'invalid-page-link')
  }
  await other.stop()
})

test('pages of a POST to _search are followed by GET, and by POST', async ({ server }) => {
  const { json } = await server.request('POST', 'Patient/_search', 'family=fernandez&_count=2', form)
  const { links } = pageOf(json)
  assert.match(links.next as string, /^Patient\?_page=[\w-]+$/)
  assert.equal((await get(server, links.next as string)).ids, ['p2', 'p3'])
  const posted = await server.request('POST', 'Patient/_search', (links.next as string).split('?')[1], form)
  assert.equal(pageOf(posted.json).ids, ['p2', 'p3'])
})

test('a search too long for its links still leads on, and says how', async () => {
  const small = await testServer([], { limits: { urlBytes: 1000 } })
  for (let n = 0; n < 4; n += 1) await small.request('PUT', `Patient/p${n}`, { ...ana, id: `p${n}` })
  const noise = Array.from({ length: 90 }, (_, n) => `x${((n + 1) * 48271 ** 2) % 1e15}`)
  const ids = ['p0', 'p1', 'p2', 'p3', ...noise].join(',')
  const { json } = await small.request('POST', 'Patient/_search', `_id=${ids}&_count=2`, form)
  const outcome = json.entry.at(-1)
  assert.is(outcome.search.mode, 'outcome')
  assert.match(outcome.resource.issue[0].diagnostics, /POST to _search/)
  const query = pageOf(json).links.next?.split('?')[1]
  const { json: next } = await small.request('POST', 'Patient/_search', query, form)
  assert.equal(pageOf(next).ids.slice(0, 2), ['p2', 'p3'])
  await small.stop()
})

test.run()
