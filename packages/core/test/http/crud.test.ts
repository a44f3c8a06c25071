import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ana, testServer } from '../support/server.js'

const test = suite('CRUD over HTTP')
const server = await testServer()

test('create answers 201 with Location, ETag, Last-Modified and the resource', async () => {
  const created = await server.request('POST', 'Patient', ana)
  assert.is(created.status, 201)
  const { id, meta } = created.json
  assert.is(created.headers.location, `http://localhost/fhir/Patient/${id}/_history/1`)
  assert.is(created.headers.etag, 'W/"1"')
  assert.is(created.headers['last-modified'], new Date(meta.lastUpdated).toUTCString())
  assert.is(created.headers['content-type'], 'application/fhir+json; charset=utf-8')
  assert.is(meta.versionId, '1')
})

test('create ignores the id in the body', async () => {
  const created = await server.request('POST', 'Patient', { ...ana, id: 'mine' })
  assert.is.not(created.json.id, 'mine')
  assert.is((await server.request('GET', 'Patient/mine')).status, 404)
})

test('read gives back what was sent, digits of decimals included', async () => {
  const text =
    '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":2.00},"referenceRange":[{"low":{"value":0.10000000000000000001}}]}'
  const created = await server.request('POST', 'Observation', text)
  assert.is(created.status, 201, created.text)
  const read = await server.request('GET', `Observation/${created.json.id}`)
  assert.match(read.text, '"valueQuantity":{"value":2.00}')
  assert.match(read.text, '"low":{"value":0.10000000000000000001}')
})

test('update replaces, raises the version, and 412 answers an If-Match that is behind', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const updated = await server.request(
    'PUT',
    `Patient/${id}`,
    { ...ana, id, active: true },
    { 'if-match': 'W/"1"' },
  )
  assert.is(updated.status, 200, updated.text)
  assert.is(updated.headers.etag, 'W/"2"')
  const late = await server.request('PUT', `Patient/${id}`, { ...ana, id }, { 'if-match': 'W/"1"' })
  assert.is(late.status, 412)
  assert.is(late.json.resourceType, 'OperationOutcome')
})

test('update creates under an id of the client, and If-None-Match: * only creates', async () => {
  const put = () =>
    server.request('PUT', 'Patient/own-id', { ...ana, id: 'own-id' }, { 'if-none-match': '*' })
  assert.is((await put()).status, 201)
  assert.is((await put()).status, 412)
})

test('an update whose body has another id, or none, is refused', async () => {
  assert.is((await server.request('PUT', 'Patient/a', { ...ana, id: 'b' })).status, 400)
  const missing = await server.request('PUT', 'Patient/a', ana)
  assert.is(missing.status, 400)
  assert.equal(missing.json.issue[0].expression, ['Patient.id'])
})

test('delete leaves 410 with the version, history stays, a PUT brings the resource back', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const deleted = await server.request('DELETE', `Patient/${id}`)
  assert.is(deleted.status, 204)
  assert.is(deleted.headers.etag, 'W/"2"')
  const read = await server.request('GET', `Patient/${id}`)
  assert.is(read.status, 410)
  assert.is((await server.request('GET', `Patient/${id}/_history/1`)).status, 200)
  assert.is((await server.request('GET', `Patient/${id}/_history/2`)).status, 410)
  const back = await server.request('PUT', `Patient/${id}`, { ...ana, id })
  assert.is(back.status, 201)
  assert.is(back.headers.etag, 'W/"3"')
})

test('deleting twice, or what never was, succeeds', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  assert.is((await server.request('DELETE', `Patient/${id}`)).status, 204)
  assert.is((await server.request('DELETE', `Patient/${id}`)).status, 204)
  assert.is((await server.request('DELETE', 'Patient/never')).status, 204)
})

test('vread gives each version, and 404 for one that never was', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  await server.request('PUT', `Patient/${id}`, { ...ana, id, gender: 'other' })
  assert.is((await server.request('GET', `Patient/${id}/_history/1`)).json.gender, 'female')
  assert.is((await server.request('GET', `Patient/${id}/_history/2`)).json.gender, 'other')
  for (const version of ['3', '0', 'x', '99999999999']) {
    assert.is((await server.request('GET', `Patient/${id}/_history/${version}`)).status, 404)
  }
})

test('conditional read answers 304 by If-None-Match and If-Modified-Since', async () => {
  const created = await server.request('POST', 'Patient', ana)
  const path = `Patient/${created.json.id}`
  assert.is((await server.request('GET', path, undefined, { 'if-none-match': 'W/"1"' })).status, 304)
  assert.is((await server.request('GET', path, undefined, { 'if-none-match': 'W/"2"' })).status, 200)
  const modified = created.headers['last-modified'] ?? ''
  const unchanged = await server.request('GET', path, undefined, { 'if-modified-since': modified })
  assert.is(unchanged.status, 304)
  assert.is(unchanged.body, undefined)
  const before = new Date(Date.parse(modified) - 5000).toUTCString()
  assert.is((await server.request('GET', path, undefined, { 'if-modified-since': before })).status, 200)
})

test('Prefer: return shapes what a write answers', async () => {
  const prefer = (value: string) => server.request('POST', 'Patient', ana, { prefer: `return=${value}` })
  const minimal = await prefer('minimal')
  assert.is(minimal.status, 201)
  assert.is(minimal.body, undefined)
  assert.ok(minimal.headers.location)
  assert.is((await prefer('OperationOutcome')).json.resourceType, 'OperationOutcome')
  assert.is((await prefer('representation')).json.resourceType, 'Patient')
})

test('JSON Patch changes a resource, and a failed test changes nothing', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const patch = (operations: unknown) =>
    server.request('PATCH', `Patient/${id}`, JSON.stringify(operations), {
      'content-type': 'application/json-patch+json',
    })
  const patched = await patch([{ op: 'replace', path: '/gender', value: 'other' }])
  assert.is(patched.status, 200, patched.text)
  assert.is(patched.json.gender, 'other')
  assert.is(patched.headers.etag, 'W/"2"')
  const failed = await patch([
    { op: 'test', path: '/gender', value: 'male' },
    { op: 'remove', path: '/name' },
  ])
  assert.is(failed.status, 422)
  assert.is((await server.request('GET', `Patient/${id}`)).headers.etag, 'W/"2"')
  assert.is((await patch([{ op: 'replace', path: '/gender', value: 'unheard-of' }])).status, 422)
  assert.is((await patch({ not: 'an array' })).status, 400)
})

test('FHIRPath Patch changes a resource', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const patched = await server.request('PATCH', `Patient/${id}`, {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Patient.birthDate' },
          { name: 'value', valueDate: '1981-01-01' },
        ],
      },
    ],
  })
  assert.is(patched.status, 200, patched.text)
  assert.is(patched.json.birthDate, '1981-01-01')
})

test('patching what is deleted or never was answers 410 and 404', async () => {
  const headers = { 'content-type': 'application/json-patch+json' }
  assert.is((await server.request('PATCH', 'Patient/never', '[]', headers)).status, 404)
  const { id } = (await server.request('POST', 'Patient', ana)).json
  await server.request('DELETE', `Patient/${id}`)
  assert.is((await server.request('PATCH', `Patient/${id}`, '[]', headers)).status, 410)
})

test('an invalid resource is refused with the FHIRPath of each fault', async () => {
  const refused = await server.request('POST', 'Patient', {
    ...ana,
    birthDate: '17/05/1980',
    gendre: 'female',
  })
  assert.is(refused.status, 422)
  const expressions = refused.json.issue.flatMap((issue: { expression: string[] }) => issue.expression)
  assert.ok(expressions.includes('Patient.birthDate'), refused.text)
  assert.ok(
    expressions.some((expression: string) => expression.startsWith('Patient')),
    refused.text,
  )
})

test('a resource of another type than the URL is refused', async () => {
  const refused = await server.request('POST', 'Observation', ana)
  assert.is(refused.status, 400, refused.text)
})

test.after(() => server.stop())
test.run()
