import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { load } from '../../src/commands/load.js'
import { type Ran, runCaptured } from './capture.js'
import { FakeServer } from './fake-server.js'

interface Context {
  dir: string
  server: FakeServer
  put(name: string, content: string | Buffer): Promise<string>
  load(...args: string[]): Promise<Ran>
}

const test = suite<Context>('anamnesis load')

test.before.each(async (context) => {
  const base = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-load-'))
  context.dir = path.join(base, 'data')
  context.server = await new FakeServer().start()
  context.put = async (name, content) => {
    const file = path.join(context.dir, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
    return file
  }
  context.load = (...args) =>
    runCaptured(
      ['load', context.dir, '--url', context.server.url, '--state', path.join(base, 'state'), ...args],
      [load],
    )
})

test.after.each(async ({ dir, server }) => {
  await server.stop()
  await rm(path.dirname(dir), { recursive: true })
})

interface Entry {
  readonly fullUrl?: string
  readonly resource: { readonly resourceType: string; readonly id?: string; readonly [key: string]: unknown }
  readonly ifNoneExist?: string
}

function bundle(type: string, entries: readonly Entry[], method = 'POST'): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    type,
    entry: entries.map(({ fullUrl, resource, ifNoneExist }) => {
      const url = method === 'PUT' ? `${resource.resourceType}/${resource.id}` : resource.resourceType
      return { fullUrl, resource, request: { method, url, ...(ifNoneExist ? { ifNoneExist } : {}) } }
    }),
  })
}

const patient = (id: string, more = {}) => ({ resourceType: 'Patient', id, ...more })
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => JSON.stringify(patient(`p${from + index}`))).join('\n')

test('a transaction arrives byte for byte, gzip inflated, with the given headers', async ({
  put,
  load,
  server,
}) => {
  const text = `{ "resourceType":"Bundle",\t"type":"transaction", "entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Observation",
    "valueQuantity":{"value":2.00}, "note":[{"text":"\\u00f1 ñ \\/"}]},"request":{"method":"POST","url":"Observation"}}] }\n`
  await put('a.json', text)
  await put('b.json.gz', gzipSync(text.replace('2.00', '3.10')))
  const ran = await load('--header', 'Authorization: Bearer abc', '--concurrency', '1')
  assert.is(ran.code, 0, ran.stderr)
  assert.equal(server.bodies, [text, text.replace('2.00', '3.10')])
  assert.is(server.received[0]?.headers.authorization, 'Bearer abc')
  assert.match(server.received[0]?.headers['content-type'] ?? '', /^application\/fhir\+json/)
  assert.match(ran.stdout, /Observation +2 +0 +0/)
  assert.match(ran.stdout, /2 files loaded; 2 resources in/)
})

test('NDJSON goes in batches of PUTs whose resources keep their text, POST without an id', async ({
  put,
  load,
  server,
}) => {
  const exact = '{"resourceType":"Observation","id":"o1","valueQuantity":{"value":36.50}}'
  await put('mixed.ndjson', `\uFEFF${exact}\r\n\n{"resourceType":"Observation"}\n`)
  await put('many.ndjson.gz', gzipSync(lines(1, 250)))
  const ran = await load()
  assert.is(ran.code, 0, ran.stderr)
  const mixed = server.bodies.find((body) => body.includes('o1'))
  assert.ok(mixed?.includes(`{"request":{"method":"PUT","url":"Observation/o1"},"resource":${exact}}`), mixed)
  assert.ok(mixed?.includes('{"method":"POST","url":"Observation"}'))
  assert.is(server.bodies.length, 4)
  assert.is([...server.stored.keys()].filter((key) => /^Patient\/p\d+$/.test(key)).length, 250)
})

test('a collection and a bare resource become batches of PUTs with their digits', async ({
  put,
  load,
  server,
}) => {
  await put(
    'c.json',
    '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic","id":"b","n":1.50}}]}',
  )
  await put('r.json', '{"resourceType":"Basic","id":"r","n":1e-7}')
  await put(
    's.json',
    '{"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}}]}',
  )
  assert.is((await load('--concurrency', '1')).code, 0)
  assert.is(server.bodies.length, 2)
  assert.ok(server.bodies[0]?.includes('"url":"Basic/b"') && server.bodies[0].includes('"n":1.50'))
  assert.ok(server.bodies[1]?.includes('"url":"Basic/r"') && server.bodies[1].includes('"n":1e-7'))
})

test('XML is sent as its JSON, digits included, and what is no FHIR XML is named without quoting it', async ({
  put,
  load,
  server,
}) => {
  const ns = 'xmlns="http://hl7.org/fhir"'
  await put(
    'a.xml',
    `<Observation ${ns}><id value="o"/><valueQuantity><value value="2.00"/></valueQuantity></Observation>`,
  )
  await put(
    'b.xml.gz',
    gzipSync(
      `<Bundle ${ns}><type value="transaction"/><entry><resource><Patient/></resource><request><method value="POST"/><url value="Patient"/></request></entry></Bundle>`,
    ),
  )
  await put('c.xml', `<Patient ${ns}><active value="Smith"/></Patient>`)
  const ran = await load('--concurrency', '1')
  assert.is(ran.code, 1)
  assert.equal(server.bodies, [
    '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"PUT","url":"Observation/o"},"resource":{"resourceType":"Observation","id":"o","valueQuantity":{"value":2.00}}}]}',
    '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}',
  ])
  assert.match(ran.stderr, /c\.xml.*true or false, at line 1/)
  assert.not.match(ran.stdout + ran.stderr, 'Smith')
})

test('organisations and practitioners are through, one by one, before anything else is sent', async ({
  put,
  load,
  server,
}) => {
  for (const name of ['zz-patient', 'aa-patient'])
    await put(`${name}.json`, bundle('transaction', [{ resource: patient(name) }]))
  await put(
    'practitionerInformation1.json',
    bundle('transaction', [{ resource: { resourceType: 'Practitioner' } }]),
  )
  await put(
    'hospitalInformation1.json',
    bundle('transaction', [{ resource: { resourceType: 'Organization' } }]),
  )
  await put('0-ward.json', bundle('transaction', [{ resource: { resourceType: 'Location' } }]))
  await put('Patient.000.ndjson', lines(1, 1))
  assert.is((await load('--concurrency', '8')).code, 0)
  const order = server.bodies.map((body) => /"resourceType":"(?!Bundle)(\w+)/.exec(body)?.[1])
  assert.equal(order.slice(0, 3), ['Location', 'Organization', 'Practitioner'])
  assert.ok(server.bodies[3]?.includes('"Patient/p1"'))
})

test('no more requests than allowed are under way at once', async ({ put, load, server }) => {
  for (let n = 0; n < 20; n++) await put(`${n}.json`, bundle('transaction', [{ resource: patient(`x${n}`) }]))
  // However slow the machine: as many as allowed come together.
  server.holdUntil = 3
  await load('--concurrency', '3')
  assert.is(server.busiest, 3)
})

test('a second run sends nothing, and --force everything', async ({ put, load, server }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }], 'PUT'))
  await put('n.ndjson', lines(1, 120))
  await load()
  const sent = server.bodies.length
  const second = await load()
  assert.is(second.code, 0)
  assert.is(server.bodies.length, sent)
  assert.match(second.stdout, /2 skipped \(loaded before/)
  const forced = await load('--force')
  assert.is(server.bodies.length, 2 * sent)
  assert.match(forced.stdout, /Patient +0 +0 +121/)
})

test('a server that was emptied since is sent everything again', async ({ put, load, server }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }], 'PUT'))
  await load()
  server.stored.clear()
  assert.match((await load()).stdout, /Patient +1 +0 +0/)
})

test('a changed file is sent, an equal one under another name is not', async ({ put, load, server }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }], 'PUT'))
  await load()
  await put('copy.json', bundle('transaction', [{ resource: patient('a') }], 'PUT'))
  await put('a.json', bundle('transaction', [{ resource: patient('a', { active: true }) }], 'PUT'))
  assert.match((await load()).stdout, /Patient +0 +1 +0/)
  assert.is(server.bodies.length, 2)
})

test('a refused transaction is named by file, entry and message, and the rest is loaded', async ({
  put,
  load,
  server,
}) => {
  await put(
    'bad.json',
    bundle('transaction', [
      { resource: patient('good') },
      { fullUrl: 'urn:uuid:77', resource: patient('evil') },
    ]),
  )
  await put('ok.json', bundle('transaction', [{ resource: patient('fine') }]))
  server.refuse = 'evil'
  const ran = await load()
  assert.is(ran.code, 1)
  assert.is(ran.stderr, 'bad.json: entry[1] (urn:uuid:77): Expected a date, found "gestern".\n')
  assert.match(ran.stdout, /1 file loaded, 1 FAILED with 1 error;/)
  server.refuse = undefined
  const again = await load()
  assert.is(again.code, 0)
  assert.match(again.stdout, /Patient +2 +0 +0/)
})

test('of a batch that failed in part, only what failed is sent again', async ({ put, load, server }) => {
  await put('n.ndjson', lines(1, 3))
  await put(
    'batch.json',
    bundle('batch', [{ resource: patient('b1') }, { resource: patient('p2') }]).replace(
      '"b1"',
      '"b1","n":1.50',
    ),
  )
  server.refuse = '"p2"'
  const ran = await load('--concurrency', '1')
  assert.is(ran.code, 1)
  assert.match(ran.stderr, /batch\.json: entry\[1\] \(Patient\): Expected/)
  assert.match(ran.stderr, /n\.ndjson: line 2 \(Patient\/p2\): Expected/)
  server.refuse = undefined
  const again = await load()
  assert.is(again.code, 0, again.stderr)
  for (const body of server.bodies.slice(2)) assert.is(JSON.parse(body).entry.length, 1, body)
  assert.match(again.stdout, /Patient +2 +0 +0/)
  assert.is((await load()).stdout.includes('2 skipped'), true)
})

test('when a leading file fails, those that refer to it are not sent', async ({ put, load, server }) => {
  await put(
    '0-hospital.json',
    bundle('transaction', [{ resource: { resourceType: 'Organization', id: 'evil' } }]),
  )
  await put('p.json', bundle('transaction', [{ resource: patient('a') }]))
  server.refuse = 'evil'
  const ran = await load()
  assert.is(ran.code, 1)
  assert.is(server.bodies.length, 1)
  assert.match(ran.stderr, /Stopped because a file that the others refer to failed/)
})

test('--fail-fast stops at the first error', async ({ put, load, server }) => {
  for (const name of ['a', 'b', 'c'])
    await put(`${name}.json`, bundle('transaction', [{ resource: patient(name) }]))
  server.refuse = '"a"'
  assert.is((await load('--fail-fast', '--concurrency', '1')).code, 1)
  assert.is(server.bodies.length, 1)
})

test('unreadable files and lines are named without quoting them, and the rest is loaded', async ({
  put,
  load,
  server,
}) => {
  await put('broken.json', '{"resourceType":"Patient","name":"Secreta",,}')
  await put('cut.json.gz', gzipSync(bundle('transaction', [{ resource: patient('x') }])).subarray(0, 40))
  await put('latin1.json', Buffer.from('{"resourceType":"Patient","id":"\xf1"}', 'latin1'))
  await put('other.json', '{"hello":"world"}')
  await put('lines.ndjson', `${lines(1, 1)}\n{"resourceType":"Patient" Secreta}\n${lines(2, 2)}`)
  const ran = await load()
  assert.is(ran.code, 1)
  for (const name of [
    'broken.json: ',
    'cut.json.gz: ',
    'latin1.json: ',
    'other.json: ',
    'lines.ndjson: line 2 ',
  ]) {
    assert.is(
      ran.stderr.split('\n').filter((line) => line.startsWith(name)).length,
      1,
      `${name} in ${ran.stderr}`,
    )
  }
  assert.not.match(ran.stderr, /Secreta/)
  assert.equal([...server.stored.keys()], ['Patient/p1', 'Patient/p2'])
})

test('a busy server is asked again when it says so', async ({ put, load, server }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }]))
  const busy = [503, 429, 503]
  server.intercept = (_, response) => {
    const status = busy.shift()
    if (status !== undefined) response.writeHead(status, { 'retry-after': '0' }).end()
    return status !== undefined
  }
  assert.is((await load()).code, 0)
  assert.is(server.bodies.length, 4)
  assert.is(server.stored.size, 1)
})

test('after a broken connection only what may be repeated is sent again', async ({ put, load, server }) => {
  await put('post.json', bundle('transaction', [{ resource: patient('a') }]))
  await put('put.json', bundle('transaction', [{ resource: patient('b') }], 'PUT'))
  await put('once.json', bundle('transaction', [{ resource: patient('c'), ifNoneExist: 'identifier=c' }]))
  const broken = new Set<string>()
  server.intercept = ({ body }, response) => {
    if (broken.has(body)) return false
    broken.add(body)
    response.destroy()
    return true
  }
  const ran = await load()
  assert.is(ran.code, 1)
  assert.match(ran.stderr, /^post\.json: the connection broke .* may have stored this/)
  assert.is(server.bodies.filter((body) => body.includes('"id":"a"')).length, 1)
  assert.match(ran.stdout, /Patient +2 +0 +0/)
})

test('a refused login ends the run with the remedy', async ({ put, load, server }) => {
  for (const name of ['a', 'b', 'c'])
    await put(`${name}.json`, bundle('transaction', [{ resource: patient(name) }]))
  server.intercept = (_, response) => {
    response.writeHead(401).end()
    return true
  }
  const ran = await load('--concurrency', '1')
  assert.is(ran.code, 1)
  assert.is(server.bodies.length, 1)
  assert.match(ran.stderr, /--header 'Authorization: Bearer/)
})

test('Ctrl-C finishes what is under way, and the same command goes on from there', async ({
  put,
  dir,
  server,
  load: again,
}) => {
  for (let n = 0; n < 6; n++) await put(`${n}.json`, bundle('transaction', [{ resource: patient(`c${n}`) }]))
  const stopping = new AbortController()
  server.intercept = () => {
    if (server.bodies.length === 2) stopping.abort()
    return false
  }
  const state = path.join(path.dirname(dir), 'state')
  const argv = ['load', dir, '--url', server.url, '--state', state, '--concurrency', '1']
  const ran = await runCaptured(argv, [load], { signal: stopping.signal })
  assert.is(ran.code, 130)
  assert.is(server.stored.size, 2)
  assert.is((await again()).code, 0)
  assert.is(server.bodies.length, 6)
})

test('--quiet prints nothing unless something failed', async ({ put, load }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }]))
  const ran = await load('--quiet')
  assert.is(ran.stdout + ran.stderr, '')
})

test('a wrong command line is refused before anything is sent', async ({ put, load, server }) => {
  await put('a.json', bundle('transaction', [{ resource: patient('a') }]))
  for (const wrong of [
    ['--concurrency', '0'],
    ['--header', 'nonsense'],
    ['--url', 'ftp://x'],
    ['no-such-file'],
    ['--nope'],
  ]) {
    assert.is((await load(...wrong)).code, 2, wrong.join(' '))
  }
  assert.is(server.received.length, 0)
})

test.run()
