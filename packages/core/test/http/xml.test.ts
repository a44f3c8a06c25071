import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listeningServer } from '../support/listening.js'
import { ana, testServer } from '../support/server.js'

const test = suite('XML over HTTP')
const server = await testServer()

const ns = 'xmlns="http://hl7.org/fhir"'
const fhirXml = 'application/fhir+xml; charset=utf-8'
const xml = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }
const observation = (value: string) =>
  `<Observation ${ns}><id value="o"/><status value="final"/><code><text value="x"/></code><valueQuantity><value value="${value}"/></valueQuantity></Observation>`

test('a resource is created, read, searched, updated and deleted in XML', async () => {
  const created = await server.request(
    'POST',
    'Patient',
    `<Patient ${ns}><name><family value="X&lt;"/></name></Patient>`,
    xml,
  )
  assert.is(created.status, 201)
  assert.is(created.headers['content-type'], fhirXml)
  assert.match(created.text, '<family value="X&lt;"/>')
  const id = /<id value="([^"]+)"/.exec(created.text)?.[1]
  const path = `Patient/${id}`
  assert.is((await server.request('GET', path)).json.name[0].family, 'X<')
  const read = await server.request('GET', path, undefined, { accept: 'application/xml' })
  assert.is(read.headers['content-type'], 'application/xml; charset=utf-8')
  assert.is(read.headers.etag, 'W/"1"')
  assert.is(read.text, created.text)
  const found = await server.request('GET', `Patient?family=X&_format=xml`)
  assert.match(
    found.text,
    new RegExp(`<Bundle ${ns}>.*<type value="searchset"/>.*<resource><Patient><id value="${id}"/>`),
  )
  const posted = await server.request('POST', 'Patient/_search', 'family=X', {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/fhir+xml',
  })
  assert.match(posted.text, '<total value="1"/>')
  const updated = await server.request(
    'PUT',
    path,
    `<Patient ${ns}><id value="${id}"/><active value="true"/></Patient>`,
    {
      ...xml,
      'if-match': 'W/"1"',
    },
  )
  assert.is(updated.status, 200)
  assert.match(updated.text, '<versionId value="2"/>')
  assert.match((await server.request('GET', `${path}/_history?_format=xml`)).text, '<type value="history"/>')
  assert.is((await server.request('DELETE', path, undefined, xml)).status, 204)
  const gone = await server.request('GET', path, undefined, xml)
  assert.is(gone.status, 410)
  assert.match(gone.text, `<OperationOutcome ${ns}><issue><severity value="error"/><code value="deleted"/>`)
})

test('digits of decimals survive from XML to JSON and back', async () => {
  for (const value of ['2.00', '12345678901234567890.10', '1e-7']) {
    await server.request('PUT', 'Observation/o', observation(value), xml)
    assert.match((await server.request('GET', 'Observation/o')).text, `"value":${value}}`)
    assert.match((await server.request('GET', 'Observation/o?_format=xml')).text, `<value value="${value}"/>`)
  }
})

test('every JSON setting of an answer holds for XML', async () => {
  await server.request('PUT', 'Patient/ana', { ...ana, id: 'ana', contact: [{ gender: 'male' }] })
  const get = (query: string, method = 'GET') => server.request(method, `Patient/ana?_format=xml${query}`)
  assert.match((await get('&_pretty=true')).text, '\n  <id value="ana"/>')
  const summary = (await get('&_summary=true')).text
  assert.match(summary, '<code value="SUBSETTED"/>')
  assert.not.match(summary, '<contact>')
  assert.not.match((await get('&_elements=gender')).text, '<birthDate')
  const whole = await get('')
  const head = await get('', 'HEAD')
  assert.is(head.body, undefined)
  assert.is(head.headers['content-length'], String(Buffer.byteLength(whole.text)))
  assert.is(head.headers['content-type'], fhirXml)
  const unchanged = await server.request('GET', 'Patient/ana?_format=xml', undefined, {
    'if-none-match': 'W/"1"',
  })
  assert.is(unchanged.status, 304)
  assert.is(unchanged.body, undefined)
  const metadata = await server.request('GET', 'metadata', undefined, xml)
  assert.match(metadata.text, '<format value="application/fhir+xml"/>')
  const prefer = (wanted: string) =>
    server.request(
      'PUT',
      'Patient/ana',
      { ...ana, id: 'ana' },
      { accept: 'text/xml', prefer: `return=${wanted}` },
    )
  assert.match((await prefer('OperationOutcome')).text, '<severity value="information"/>')
  assert.is((await prefer('minimal')).body, undefined)
})

test('bundles, conditional writes and Parameters are taken in XML', async () => {
  const bundle = (type: string) => `<Bundle ${ns}><type value="${type}"/>
    <entry><fullUrl value="urn:uuid:11111111-1111-4111-8111-111111111111"/><resource><Patient><active value="true"/></Patient></resource><request><method value="POST"/><url value="Patient"/></request></entry>
    <entry><resource>${observation('1.50').replace(` ${ns}`, '').replace('<valueQ', '<subject><reference value="urn:uuid:11111111-1111-4111-8111-111111111111"/></subject><valueQ')}</resource><request><method value="PUT"/><url value="Observation/o"/></request></entry>
  </Bundle>`
  const transaction = await server.request('POST', '', bundle('transaction'), {
    ...xml,
    prefer: 'return=representation',
  })
  assert.is(transaction.status, 200, transaction.text)
  assert.match(transaction.text, '<type value="transaction-response"/>')
  assert.match(transaction.text, '<reference value="Patient/')
  assert.match(transaction.text, '<value value="1.50"/>')
  const batch = await server.request(
    'POST',
    '',
    bundle('batch').replace('<active value="true"/>', '<gender value="x"/>'),
    xml,
  )
  assert.match(batch.text, /<response><status value="422[^>]*><outcome><OperationOutcome>/)
  const patched = await server.request(
    'PATCH',
    'Observation/o',
    `<Parameters ${ns}><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="Observation.status"/></part><part><name value="value"/><valueCode value="amended"/></part></parameter></Parameters>`,
    xml,
  )
  assert.is(patched.status, 200, patched.text)
  assert.match(patched.text, '<status value="amended"/>')
  const criteria = { ...xml, 'if-none-exist': 'identifier=urn:x|1' }
  const person = `<Patient ${ns}><identifier><system value="urn:x"/><value value="1"/></identifier></Patient>`
  assert.is((await server.request('POST', 'Patient', person, criteria)).status, 201)
  assert.is((await server.request('POST', 'Patient', person, criteria)).status, 200)
})

test('XML Patch is refused, and the refusal says what to send', async () => {
  const refused = await server.request('PATCH', 'Observation/o', '<diff/>', {
    'content-type': 'application/xml-patch+xml',
  })
  assert.is(refused.status, 415)
  assert.match(refused.json.issue[0].diagnostics, 'application/fhir+xml for FHIRPath Patch')
  const noParameters = await server.request(
    'PATCH',
    'Observation/o',
    `<Patient ${ns}><id value="a"/></Patient>`,
    xml,
  )
  assert.is(noParameters.status, 400)
  assert.match(noParameters.text, 'invalid-patch')
})

test('a faulty document is refused with its place, in the format asked for', async () => {
  const send = (body: string, headers = {}) => server.request('POST', 'Patient', body, { ...xml, ...headers })
  const refused = await send(`<Patient ${ns}>\n<name><nick value="x"/></name></Patient>`)
  assert.is(refused.status, 400)
  assert.match(refused.text, '<code value="malformed-xml"/>')
  assert.match(refused.text, 'line 2, column 7')
  assert.match(refused.text, '<expression value="Patient.name[0]"/>')
  assert.is((await send(`<Patient ${ns}><gender value="x"/></Patient>`)).status, 422)
  assert.is(
    (await send('<Patient/>', { accept: 'application/fhir+json' })).json.resourceType,
    'OperationOutcome',
  )
  assert.is((await send('{"resourceType":"Patient"}')).status, 400)
  assert.is((await send('<a/>', { 'content-type': 'application/fhir+xml; fhirVersion=3.0' })).status, 415)
  assert.is((await send('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).status, 400)
  const bytes = (body: Buffer, type: string) =>
    server.handle({ method: 'POST', url: '/fhir/Patient', headers: { 'content-type': type }, body })
  const text = `<Patient ${ns}><name><family value="Ñ"/></name></Patient>`
  assert.is((await bytes(Buffer.from(text, 'latin1'), 'text/xml')).status, 400)
  assert.is((await bytes(Buffer.from(text, 'latin1'), 'text/xml; charset=iso-8859-1')).status, 415)
  assert.is((await bytes(Buffer.from(`\ufeff${text}`), 'application/xml; charset="UTF-8"')).status, 201)
})

test('Binary is the resource as application/fhir+xml and raw content under any other XML type', async () => {
  const resource = `<Binary ${ns}><contentType value="text/plain"/><data value="eA=="/></Binary>`
  const send = (id: string, body: string, type: string) =>
    server.request('PUT', `Binary/${id}`, body.replace('<content', `<id value="${id}"/><content`), {
      'content-type': type,
    })
  assert.is((await send('a', resource, 'application/fhir+xml')).status, 201)
  assert.is((await server.request('GET', 'Binary/a')).text, 'x')
  assert.match(
    (await server.request('GET', 'Binary/a', undefined, { accept: 'application/fhir+xml' })).text,
    '<data value="eA=="/>',
  )
  assert.is((await send('b', '<cda/>', 'application/xml')).status, 201)
  const raw = await server.request('GET', 'Binary/b', undefined, { accept: 'application/xml' })
  assert.is(raw.text, '<cda/>')
  assert.is(raw.headers['content-type'], 'application/xml')
})

test('over sockets, XML is compressed, cached apart from JSON and as long as it says', async () => {
  const listening = await listeningServer()
  const created = await listening.fetch('Patient/a', {
    method: 'PUT',
    headers: { ...xml, 'content-type': 'application/fhir+xml;charset=utf-8' },
    body: `<Patient ${ns}><id value="a"/><name><family value="Núñez"/></name></Patient>`,
  })
  assert.is(created.status, 201)
  assert.is(created.headers.get('content-type'), fhirXml)
  assert.match(created.headers.get('vary') ?? '', /accept(,|$)/i)
  const text = await created.text()
  assert.match(text, 'value="Núñez"')
  const head = await listening.fetch('Patient/a', {
    method: 'HEAD',
    headers: { accept: 'application/fhir+xml', 'accept-encoding': 'identity' },
  })
  assert.is(head.headers.get('content-length'), String(Buffer.byteLength(text)))
  const metadata = await listening.fetch('metadata', {
    headers: { accept: 'text/xml', 'accept-encoding': 'gzip' },
  })
  assert.is(metadata.headers.get('content-encoding'), 'gzip')
  assert.match(await metadata.text(), `<CapabilityStatement ${ns}>`)
  await listening.stop()
})

test.after(() => server.stop())
test.run()
