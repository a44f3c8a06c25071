import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, defineResource, refuse } from '../../src/index.js'
import { ana, testServer } from '../support/server.js'

const test = suite('content negotiation and preferences')
const server = await testServer()
await server.request('PUT', 'Patient/1', { ...ana, id: '1' })

const fhir = 'application/fhir+json; charset=utf-8'
const fhirXml = 'application/fhir+xml; charset=utf-8'
const get = (path: string, accept?: string) =>
  server.request('GET', path, undefined, accept === undefined ? {} : { accept })

test('every name of JSON in _format gives FHIR JSON, and decides over Accept', async () => {
  for (const format of [
    'json',
    'application/json',
    'application/fhir+json',
    'application/fhir%2Bjson',
    'text/json',
    'application/fhir+json;fhirVersion=4.0',
    'JSON',
  ]) {
    const answer = await get(`Patient/1?_format=${format}`, 'application/fhir+xml')
    assert.is(answer.status, 200, format)
    assert.is(answer.headers['content-type'], fhir, format)
  }
  for (const format of [
    'ttl',
    'html',
    'application/fhir+xml;fhirVersion=3.0',
    'application/fhir+json;fhirVersion=3.0',
  ]) {
    const refused = await get(`Patient/1?_format=${format}`, 'application/fhir+json')
    assert.is(refused.status, 406, format)
    assert.is(refused.json.resourceType, 'OperationOutcome')
  }
  assert.is((await get('Patient/1?_format=', '*/*')).status, 200)
})

test('every name of XML in _format gives FHIR XML', async () => {
  for (const format of [
    'xml',
    'text/xml',
    'application/xml',
    'application/fhir+xml',
    'application/fhir%2Bxml',
  ]) {
    const answer = await get(`Patient/1?_format=${format}`, 'application/fhir+json')
    assert.is(answer.status, 200, format)
    assert.is(answer.headers['content-type'], fhirXml, format)
  }
})

test('Accept is weighed as it says', async () => {
  for (const [accept, expected] of [
    ['application/fhir+json', fhir],
    ['application/fhir+json; fhirVersion=4.0', fhir],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['text/json', 'text/json; charset=utf-8'],
    ['application/json, */*', 'application/json; charset=utf-8'],
    ['application/json;q=0.5, application/fhir+json', fhir],
    ['application/fhir+xml;q=0.1, application/fhir+json', fhir],
    ['application/fhir+xml, application/fhir+json;q=0.1', fhirXml],
    ['*/*, application/fhir+xml;q=0.5', fhir],
    ['application/fhir+json;q=0, */*', fhirXml],
    ['application/xml;q=0.9, */*;q=0.8', 'application/xml; charset=utf-8'],
    ['text/xml', 'text/xml; charset=utf-8'],
    ['application/fhir+xml; fhirVersion=4.0; charset=utf-8', fhirXml],
    ['application/fhir+xml; fhirVersion=3.0, application/json;q=0.5', 'application/json; charset=utf-8'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', fhir],
    ['text/html', fhir],
    ['*/*;q=0.1', fhir],
    ['application/*', fhir],
    ['', fhir],
    [';;;', fhir],
    ['json', fhir],
  ] as const) {
    const answer = await get('Patient/1', accept)
    assert.is(answer.status, 200, accept)
    assert.is(answer.headers['content-type'], expected, accept)
  }
  for (const accept of [
    'application/fhir+xml; fhirVersion=5.0',
    'text/turtle',
    'image/png, application/pdf',
    'application/fhir+json;q=0',
    '*/*;q=0',
    'application/fhir+json; fhirVersion=3.0',
  ]) {
    assert.is((await get('Patient/1', accept)).status, 406, accept)
  }
})

test('a refusal leaves in the type that was asked for, or in FHIR JSON', async () => {
  assert.is(
    (await get('Patient/none', 'application/json')).headers['content-type'],
    'application/json; charset=utf-8',
  )
  assert.is((await get('Patient/none', 'application/fhir+xml')).headers['content-type'], fhirXml)
  assert.is((await get('Patient/none', 'text/turtle')).headers['content-type'], fhir)
  assert.match((await get('Patient/none?_pretty=true')).text, '\n  "resourceType"')
})

test('nothing is written for a client that does not take the answer', async () => {
  const refused = await server.request(
    'PUT',
    'Patient/unacceptable',
    { ...ana, id: 'unacceptable' },
    { accept: 'text/turtle' },
  )
  assert.is(refused.status, 406)
  assert.is((await get('Patient/unacceptable')).status, 404)
})

test('the parameters of a form count as those of the URL', async () => {
  const form = (body: string) =>
    server.request('POST', 'Patient/_search', body, { 'content-type': 'application/x-www-form-urlencoded' })
  assert.is((await form('_format=ttl')).status, 406)
  assert.is((await form('_format=xml')).headers['content-type'], fhirXml)
  assert.match((await form('_format=json&_pretty=true')).text, '\n  "resourceType"')
})

test('bodies are taken in every JSON type, in UTF-8, and as R4', async () => {
  const create = (type: string) => server.request('POST', 'Patient', ana, { 'content-type': type })
  for (const type of [
    'application/fhir+json',
    'application/json;charset=UTF-8',
    'text/json',
    'application/fhir+json; fhirVersion=4.0',
  ]) {
    assert.is((await create(type)).status, 201, type)
  }
  for (const type of ['text/turtle', 'text/plain', 'application/fhir+json; fhirVersion=3.0', 'x']) {
    assert.is((await create(type)).status, 415, type)
  }
  const latin1 = await server.handle({
    method: 'POST',
    url: '/fhir/Patient',
    headers: { 'content-type': 'application/fhir+json; charset=iso-8859-1' },
    body: Buffer.from(JSON.stringify(ana), 'latin1'),
  })
  assert.is(latin1.status, 415)
})

test('preferences combine, and the first of two counts', async () => {
  const create = (prefer: string, path = 'Patient') => server.request('POST', path, ana, { prefer })
  assert.is((await create('return=minimal; handling=strict')).body, undefined)
  assert.is((await create('handling=lenient, return=minimal')).body, undefined)
  assert.is((await create('return=minimal, return=representation')).body, undefined)
  assert.is((await create('Return="OperationOutcome"')).json.resourceType, 'OperationOutcome')
  assert.is((await create('return=everything, respond-async')).json.resourceType, 'Patient')
})

test('Prefer shapes the answers to update, patch and delete too', async () => {
  const headers = { 'content-type': 'application/json-patch+json', prefer: 'return=minimal' }
  const patched = await server.request(
    'PATCH',
    'Patient/1',
    '[{"op":"add","path":"/active","value":true}]',
    headers,
  )
  assert.is(patched.status, 200)
  assert.is(patched.body, undefined)
  assert.ok(patched.headers.etag)
  const updated = await server.request(
    'PUT',
    'Patient/1',
    { ...ana, id: '1' },
    { prefer: 'return=OperationOutcome' },
  )
  assert.is(updated.json.issue[0].severity, 'information')
  await server.request('PUT', 'Patient/2', { ...ana, id: '2' })
  const deleted = await server.request('DELETE', 'Patient/2', undefined, {
    prefer: 'return=OperationOutcome',
  })
  assert.is(deleted.status, 200)
  assert.is(deleted.json.resourceType, 'OperationOutcome')
  const represented = await server.request('DELETE', 'Patient/2', undefined, {
    prefer: 'return=representation',
  })
  assert.is(represented.status, 204)
})

test('a caller of If-None-Exist may encode its criteria or send them as UTF-8', async () => {
  const person = { ...ana, identifier: [{ system: 'urn:mrn', value: 'Ñ 1' }] }
  const first = await server.request('POST', 'Patient', person)
  for (const criteria of [
    'identifier=urn:mrn|%C3%91%201',
    'identifier=urn%3Amrn%7C%C3%91+1',
    '?identifier=urn:mrn|%C3%91%201&_format=json',
    'http://localhost/fhir/Patient?identifier=urn:mrn|%C3%91%201',
    Buffer.from('identifier=urn:mrn|Ñ 1').toString('latin1'),
  ]) {
    const again = await server.request('POST', 'Patient', person, { 'if-none-exist': criteria })
    assert.is(again.status, 200, `${criteria}: ${again.text}`)
    assert.is(again.json.id, first.json.id)
    assert.is(again.headers.etag, 'W/"1"')
    assert.match(again.headers.location ?? '', `Patient/${first.json.id}/_history/1`)
  }
  const none = await server.request('POST', 'Patient', person, { 'if-none-exist': '' })
  assert.is(none.status, 400)
})

test('405 says which methods remain, where a handler refused one too', async () => {
  const keeping = await testServer([
    definePlugin({
      name: 'keep',
      setup: () => ({ resources: [defineResource('AuditEvent', { delete: refuse, update: refuse })] }),
    }),
  ])
  const refused = await keeping.request('DELETE', 'AuditEvent/1')
  assert.is(refused.status, 405)
  assert.is(refused.headers.allow, 'HEAD, GET, PATCH')
  assert.is((await keeping.request('POST', 'Patient/1', {})).headers.allow, 'HEAD, GET, PUT, PATCH, DELETE')
  assert.is((await keeping.request('GET', 'Patient/_search')).headers.allow, 'POST')
  await keeping.stop()
})

test('answers tell caches to ask again, and carry the id of their request', async () => {
  for (const path of ['Patient/1', 'Patient', 'Patient/none']) {
    const answer = await get(path)
    assert.is(answer.headers['cache-control'], 'private, no-cache', path)
    assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/)
  }
  const outside = await server.handle({ method: 'GET', url: '/nowhere', headers: { 'x-request-id': 'abc' } })
  assert.is(outside.headers['x-request-id'], 'abc')
})

test('versions beyond any counter match nothing', async () => {
  assert.is((await get('Patient/1/_history/2147483648')).status, 404)
  assert.is((await get('Patient/1/_history/9999999999')).status, 404)
  const late = await server.request('PUT', 'Patient/1', { ...ana, id: '1' }, { 'if-match': 'W/"9999999999"' })
  assert.is(late.status, 412)
})

test('U+0000 is refused in every string, since no FHIR value has it', async () => {
  for (const text of [
    '{"resourceType":"Patient","language":"a\\u0000"}',
    '{"resourceType":"Patient","\\u0000":1}',
  ]) {
    const refused = await server.request('POST', 'Patient', text)
    assert.is(refused.status, 400)
    assert.match(refused.json.issue[0].diagnostics, 'U+0000')
  }
})

test.after(() => server.stop())
test.run()
