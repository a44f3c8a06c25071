import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { validateStructure } from '../../src/validation/structure.js'
import { ana, testServer } from '../support/server.js'

const test = suite('HTTP protocol')
const server = await testServer()

/** Sends a request and asserts that the answer is an OperationOutcome with the status. */
async function refused(
  status: number,
  method: string,
  path: string,
  body?: string | object,
  headers?: Record<string, string>,
) {
  const response = await server.request(method, path, body, headers)
  assert.is(response.status, status, `${method} ${path}: ${response.text.slice(0, 300)}`)
  assert.is(response.json.resourceType, 'OperationOutcome')
  assert.equal(validateStructure(response.json), [])
  assert.ok(response.json.issue[0].diagnostics.length > 10)
  return response
}

test('each kind of wrong request has its status', async () => {
  await refused(404, 'GET', 'Pateint/1')
  await refused(404, 'GET', 'Patient/1/nothing/here/at/all')
  await refused(404, 'GET', 'Patient/not_an_id')
  await refused(404, 'GET', 'Patient/absent')
  await refused(404, 'POST', '$unheard-of', { resourceType: 'Parameters' })
  await refused(405, 'DELETE', 'metadata')
  await refused(405, 'PUT', '_history', {})
  await refused(406, 'GET', 'metadata', undefined, { accept: 'text/turtle' })
  await refused(406, 'GET', 'metadata?_format=ttl')
  await refused(415, 'POST', 'Patient', '<Patient/>', { 'content-type': 'text/turtle' })
  await refused(400, 'POST', 'Patient', '{"resourceType":"Patient",')
  await refused(400, 'POST', 'Patient', '[1]')
  await refused(400, 'POST', 'Patient', '{}')
  await refused(400, 'POST', 'Patient')
  await refused(400, 'GET', 'Patient?name=%E0%A4%A')
  await refused(400, 'GET', 'Patient/%ff')
  await refused(400, 'GET', 'Patient?name=a%00b')
  await refused(
    400,
    'POST',
    'Patient',
    `{"resourceType":"Patient","a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  )
  await refused(414, 'GET', `Patient?name=${'x'.repeat(70_000)}`)
  await refused(400, 'PUT', 'Patient/1', { ...ana, id: '1' }, { 'if-match': '*' })
})

test('405 says what is allowed', async () => {
  const response = await refused(405, 'PATCH', 'metadata', '[]')
  assert.is(response.headers.allow, 'HEAD, GET')
})

test('invalid UTF-8 is refused', async () => {
  const response = await server.handle({
    method: 'POST',
    url: '/fhir/Patient',
    headers: { 'content-type': 'application/fhir+json' },
    body: Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]),
  })
  assert.is(response.status, 400)
})

test('a body over the limit is refused with 413', async () => {
  const small = await testServer([], { limits: { bodyBytes: 100 } })
  const response = await small.request('POST', 'Patient', { ...ana, extra: 'x'.repeat(200) })
  assert.is(response.status, 413)
  await small.stop()
})

test('a path outside the FHIR base is an OperationOutcome too', async () => {
  const response = await server.handle({ method: 'GET', url: '/nowhere', headers: {} })
  assert.is(response.status, 404)
  assert.is(JSON.parse(String(response.body)).resourceType, 'OperationOutcome')
})

test('liveness and readiness answer', async () => {
  assert.is((await server.handle({ method: 'GET', url: '/health', headers: {} })).status, 200)
  const ready = await server.handle({ method: 'GET', url: '/health/ready', headers: {} })
  assert.is(ready.status, 200)
  assert.equal(JSON.parse(String(ready.body)), { status: 'up', plugins: { core: 'up' } })
})

test('a request id is taken over when it is one, and made when not', async () => {
  const given = await server.request('GET', 'metadata', undefined, { 'x-request-id': 'abc-1' })
  assert.is(given.headers['x-request-id'], 'abc-1')
  const made = await server.request('GET', 'metadata', undefined, { 'x-request-id': 'a b\nc' })
  assert.match(made.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/)
})

test('HEAD has the headers of GET and no body', async () => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const get = await server.request('GET', `Patient/${id}`)
  const head = await server.request('HEAD', `Patient/${id}`)
  assert.is(head.status, 200)
  assert.is(head.body, undefined)
  assert.is(head.headers.etag, get.headers.etag)
  assert.is(head.headers['content-length'], String(Buffer.byteLength(get.text)))
})

test('_pretty indents and keeps digits', async () => {
  const text =
    '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":2.50}}'
  const { id } = (await server.request('POST', 'Observation', text)).json
  const pretty = await server.request('GET', `Observation/${id}?_pretty=true`)
  assert.match(pretty.text, '\n  "valueQuantity": {\n    "value": 2.50\n  }')
})

test('the CapabilityStatement is valid R4 and claims every resource type', async () => {
  const { json } = await server.request('GET', 'metadata')
  assert.equal(validateStructure(json), [])
  assert.ok(json.rest[0].resource.length > 140)
  const patient = json.rest[0].resource.find(({ type }: { type: string }) => type === 'Patient')
  assert.equal(patient.interaction.map(({ code }: { code: string }) => code).sort(), [
    'create',
    'delete',
    'history-instance',
    'history-type',
    'patch',
    'read',
    'search-type',
    'update',
    'vread',
  ])
  const names = (of: { searchParam: { name: string }[] }) => of.searchParam.map(({ name }) => name)
  assert.ok(names(patient).includes('birthdate') && names(patient).includes('_text'))
  assert.not.ok(names(patient).includes('_content'), 'what is not indexed is not claimed')
  assert.ok(patient.searchRevInclude.includes('*') && patient.searchRevInclude.includes('Provenance:target'))
  const [rest] = json.rest
  for (const name of ['_id', '_lastUpdated', '_list', '_filter', '_has', '_type']) {
    assert.ok(names(rest).includes(name), name)
  }
  const location = rest.resource.find(({ type }: { type: string }) => type === 'Location')
  assert.ok(names(location).includes('near'))
})

test('a Binary goes in and out as its bytes, and as FHIR when asked', async () => {
  const bytes = Buffer.from([0, 1, 2, 250, 255])
  const created = await server.handle({
    method: 'POST',
    url: '/fhir/Binary',
    headers: { 'content-type': 'image/png', host: 'localhost' },
    body: bytes,
  })
  assert.is(created.status, 201)
  const { id } = JSON.parse(String(created.body))
  const raw = await server.request('GET', `Binary/${id}`, undefined, { accept: 'image/png' })
  assert.is(raw.headers['content-type'], 'image/png')
  assert.equal(Buffer.from(raw.body as Uint8Array), bytes)
  const fhir = await server.request('GET', `Binary/${id}`, undefined, { accept: 'application/fhir+json' })
  assert.is(fhir.json.data, bytes.toString('base64'))
})

test.after(() => server.stop())
test.run()
