import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ana, testServer } from '../support/server.js'

const test = suite('_summary and _elements over HTTP')
const server = await testServer()
const contact = [{ name: { text: 'x' } }]
await server.request('PUT', 'Patient/1', { ...ana, id: '1', contact })
await server.request('PUT', 'Observation/1', {
  resourceType: 'Observation',
  id: '1',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/1' },
  note: [{ text: 'y' }],
})

const tagOf = (resource: { meta: { tag?: { code: string }[] } }) => resource.meta.tag?.[0]?.code

test('read and vread show the part that was asked for, under the same ETag', async () => {
  for (const path of ['Patient/1', 'Patient/1/_history/1']) {
    const whole = await server.request('GET', path)
    assert.equal(whole.json.contact, contact)
    const summary = await server.request('GET', `${path}?_summary=true`)
    assert.is(summary.json.contact, undefined)
    assert.is(tagOf(summary.json), 'SUBSETTED')
    assert.is(summary.headers.etag, whole.headers.etag)
    const elements = await server.request('GET', `${path}?_elements=contact,gender`)
    assert.equal(Object.keys(elements.json), ['resourceType', 'id', 'meta', 'gender', 'contact'])
    assert.is((await server.request('GET', `${path}?_summary=false`)).text, whole.text)
  }
})

test('a view that a read cannot have is refused', async () => {
  for (const bad of ['_summary=count', '_summary=everything']) {
    assert.is((await server.request('GET', `Patient/1?${bad}`)).status, 400, bad)
  }
})

test('a search shows summaries of all it returns, and elements of its matches', async () => {
  const { json } = await server.request('GET', 'Observation?_include=Observation:subject&_summary=true')
  assert.is(json.entry[0].resource.note, undefined)
  assert.is(json.entry[1].resource.contact, undefined)
  assert.is(tagOf(json.entry[1].resource), 'SUBSETTED')
  const elements = await server.request('GET', 'Observation?_include=Observation:subject&_elements=note')
  assert.equal(Object.keys(elements.json.entry[0].resource), [
    'resourceType',
    'id',
    'meta',
    'status',
    'code',
    'note',
  ])
  assert.equal(elements.json.entry[1].resource.contact, contact)
})

test('_summary=count gives the number alone', async () => {
  const { json } = await server.request('GET', 'Patient?_summary=count')
  assert.is(json.total, 1)
  assert.is(json.entry, undefined)
})

test.after(() => server.stop())
test.run()
