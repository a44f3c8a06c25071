import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listen } from '../../src/http/listener.js'
import { createFhirServer, definePlugin, FhirError, memory } from '../../src/index.js'
import { exchange } from '../support/hostile/wire.js'
import { type Listening, listeningServer } from '../support/listening.js'
import { ana } from '../support/server.js'

const test = suite<{ server: Listening }>('HTTP over sockets')

test.before.each(async (context) => {
  context.server = await listeningServer([], { limits: { bodyBytes: 1024 * 1024 } })
})
test.after.each(({ server }) => server.stop())

const json = { 'content-type': 'application/fhir+json' }
const outcomeOf = (body: Buffer | string) => JSON.parse(body.toString()).issue[0]

test('large answers are compressed as the client likes it, small ones are not', async ({ server }) => {
  for (const [accepted, used] of [
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip;q=0.5, br;q=1', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
    ['*;q=0', null],
  ] as const) {
    const answer = await server.fetch('metadata', { headers: { 'accept-encoding': accepted } })
    assert.is(answer.status, 200, accepted)
    assert.is(answer.headers.get('content-encoding'), used, accepted)
    assert.match(answer.headers.get('vary') ?? '', /accept-encoding/i)
    assert.is(((await answer.json()) as { resourceType: string }).resourceType, 'CapabilityStatement')
  }
  const small = await server.fetch('Patient', { headers: { 'accept-encoding': 'gzip' } })
  assert.is(small.headers.get('content-encoding'), null)
})

test('compressed bodies are read, whatever their coding', async ({ server }) => {
  const text = JSON.stringify({
    ...ana,
    text: { status: 'generated', div: `<div>${'x'.repeat(5000)}</div>` },
  })
  for (const [coding, body] of [
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
  ] as const) {
    const created = await server.fetch('Patient', {
      method: 'POST',
      headers: { ...json, 'content-encoding': coding },
      body,
    })
    assert.is(created.status, 201, coding)
  }
  const unknown = await server.fetch('Patient', {
    method: 'POST',
    headers: { ...json, 'content-encoding': 'zstd' },
    body: 'x',
  })
  assert.is(unknown.status, 415)
  assert.is(unknown.headers.get('accept-encoding'), 'gzip, deflate, br')
})

test('a compressed bomb is refused with 413 before it is unpacked', async ({ server }) => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  const before = process.memoryUsage().rss
  const refused = await server.fetch('Patient', {
    method: 'POST',
    headers: { ...json, 'content-encoding': 'gzip' },
    body: bomb,
  })
  assert.is(refused.status, 413)
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024)
})

test('a client that still sends gets its 413, with a length and in chunks', async ({ server }) => {
  const chunk = 'x'.repeat(64 * 1024)
  for (const headers of [{ 'content-length': String(chunk.length * 100) }, {}]) {
    const sending = httpRequest(`${server.url}/Patient`, { method: 'POST', headers: { ...json, ...headers } })
    const answered = once(sending, 'response')
    sending.on('error', () => {})
    for (let n = 0; n < 100 && !sending.destroyed; n += 1) {
      sending.write(chunk)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    sending.end()
    const [response] = await answered
    assert.is(response.statusCode, 413)
    assert.match((await response.toArray()).join(''), 'too-long')
  }
})

test('a body that breaks off, compressed or not, holds nothing up', async ({ server }) => {
  for (const coding of ['identity', 'gzip']) {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Encoding: ${coding}\r\nContent-Length: 1000\r\n\r\nabc`,
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
  }
  const began = performance.now()
  await server.stop()
  assert.ok(performance.now() - began < 2000)
})

test('a long URL is a 414, and headers without end are a 431', async ({ server }) => {
  const long = await server.fetch(`Patient?name=${'x'.repeat(70_000)}`)
  assert.is(long.status, 414)
  assert.is(((await long.json()) as { resourceType: string }).resourceType, 'OperationOutcome')
  const endless = await server.send(
    'GET /fhir/metadata HTTP/1.1',
    'Host: x',
    `X: ${'y'.repeat(200_000)}`,
    '',
    '',
  )
  assert.is(endless.status, 431)
  assert.match(outcomeOf(endless.body).diagnostics, 'headers')
})

test('what is not HTTP/1.1 as it should be is refused with an OperationOutcome', async ({ server }) => {
  const end = ['', '']
  for (const [status, lines] of [
    [400, ['GET /fhir/metadata HTTP/1.1', 'Connection: close']],
    [400, ['GARBAGE']],
    [400, ['POST /fhir/Patient HTTP/1.1', 'Host: x', 'Content-Length: -1']],
    [417, ['GET /fhir/metadata HTTP/1.1', 'Host: x', 'Expect: the-unexpected']],
  ] as const) {
    const answer = await server.send(...lines, ...end)
    assert.is(answer.status, status, lines.join(' '))
    assert.ok(outcomeOf(answer.body).diagnostics.length > 10)
  }
})

test('a request may name the whole URL, or speak HTTP/1.0', async ({ server }) => {
  const whole = await server.send(
    `GET http://localhost:${server.port}/fhir/Patient/absent HTTP/1.1`,
    'Host: x',
    'Connection: close',
    '',
    '',
  )
  assert.match(outcomeOf(whole.body).diagnostics, 'absent')
  assert.is((await server.send('GET /fhir/metadata HTTP/1.0', '', '')).status, 200)
})

test('a request that comes too slowly is answered with 408', async () => {
  const listener = await listen((_, response) => response.end(), {
    port: 0,
    host: '127.0.0.1',
    headerBytes: 16_384,
    timeouts: { headers: 100, request: 200 },
  })
  const answer = await exchange(listener.port, {
    bytes: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '),
  })
  assert.is(answer?.status, 408)
  assert.is(outcomeOf(answer?.body ?? '').code, 'timeout')
  await listener.close(100)
})

test('browsers of other origins may call, and see the headers they need', async ({ server }) => {
  const preflight = await server.fetch('Patient', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match,prefer',
    },
  })
  assert.is(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', 'PATCH')
  assert.is(preflight.headers.get('access-control-allow-headers'), 'if-match,prefer')
  for (const path of ['metadata', 'Patient/absent']) {
    const answer = await server.fetch(path, { headers: { origin: 'https://app.example' } })
    assert.is(answer.headers.get('access-control-allow-origin'), '*')
    for (const header of ['ETag', 'Location', 'Last-Modified', 'X-Request-Id']) {
      assert.match(answer.headers.get('access-control-expose-headers') ?? '', header)
    }
  }
})

test('origins can be limited to a list, or to none, and the CapabilityStatement says so', async () => {
  const listed = await listeningServer([], { corsOrigins: ['https://app.example'] })
  const origin = async (from: string) =>
    (await listed.fetch('metadata', { headers: { origin: from } })).headers.get('access-control-allow-origin')
  assert.is(await origin('https://app.example'), 'https://app.example')
  assert.is(await origin('https://evil.example'), null)
  await listed.stop()
  const closed = await listeningServer([], { corsOrigins: false })
  const answer = await closed.fetch('metadata', { headers: { origin: 'https://app.example' } })
  assert.is(answer.headers.get('access-control-allow-origin'), null)
  const statement = (await answer.json()) as { rest: { security: { cors: boolean } }[] }
  assert.is(statement.rest[0]?.security.cors, false)
  await closed.stop()
})

test('HEAD answers as GET does, without the body', async ({ server }) => {
  await server.fetch('Patient/1', { method: 'PUT', headers: json, body: JSON.stringify({ ...ana, id: '1' }) })
  const get = await server.fetch('Patient/1')
  const head = await server.fetch('Patient/1', { method: 'HEAD' })
  for (const name of ['content-type', 'content-length', 'etag', 'last-modified']) {
    assert.ok(get.headers.get(name), name)
    assert.is(head.headers.get(name), get.headers.get(name), name)
  }
  assert.is(await head.text(), '')
  const unchanged = await server.fetch('Patient/1', { method: 'HEAD', headers: { 'if-none-match': 'W/"1"' } })
  assert.is(unchanged.status, 304)
  assert.is(unchanged.headers.get('etag'), 'W/"1"')
  const absent = await server.fetch('Patient/2', { method: 'HEAD' })
  assert.is(absent.status, 404)
})

test('links name the origin that the client called, never what it makes up', async () => {
  const create = (server: Listening, headers: Record<string, string>) =>
    exchange(server.port, {
      bytes: Buffer.from(
        [
          'POST /fhir/Patient HTTP/1.1',
          ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
          'Content-Type: application/fhir+json',
          `Content-Length: ${Buffer.byteLength(JSON.stringify(ana))}`,
          'Connection: close',
          '',
          JSON.stringify(ana),
        ].join('\r\n'),
      ),
    })
  const direct = await listeningServer()
  const origin = async (server: Listening, headers: Record<string, string>) =>
    (await create(server, headers))?.headers.location?.split('/fhir/')[0]
  assert.is(await origin(direct, { Host: 'fhir.example:8000' }), 'http://fhir.example:8000')
  assert.is(await origin(direct, { Host: 'a"b<c' }), 'http://localhost')
  assert.is(
    await origin(direct, { Host: 'x', 'X-Forwarded-Host': 'evil', Origin: 'https://evil' }),
    'http://x',
  )
  await direct.stop()
  const proxied = await listeningServer([], { proxy: true })
  const forwarded = { Host: 'inner', 'X-Forwarded-Host': 'fhir.example', 'X-Forwarded-Proto': 'https' }
  assert.is(await origin(proxied, { ...forwarded, Origin: 'https://app.example' }), 'https://fhir.example')
  assert.is(await origin(proxied, { ...forwarded, 'X-Forwarded-Proto': 'javascript' }), 'http://inner')
  await proxied.stop()
})

test('a server listens once, and below its base however that is written', async () => {
  for (const [basePath, path] of [
    ['fhir/r4/', '/fhir/r4'],
    ['', ''],
    ['/', ''],
  ] as const) {
    const server = await createFhirServer({ plugins: [memory()], log: 'silent', basePath })
    const { port, url } = await server.listen(0)
    assert.is(url, `http://127.0.0.1:${port}${path}`)
    assert.is((await fetch(`${url}/metadata`)).status, 200, basePath)
    for (const when of ['listens already', 'has stopped']) {
      try {
        await server.listen(0)
        assert.unreachable()
      } catch (error) {
        assert.match((error as Error).message, when)
      }
      await server.stop()
    }
  }
})

test('a port in use is named, with what to do', async ({ server }) => {
  const second = await createFhirServer({ plugins: [memory()], log: 'silent' })
  try {
    await second.listen(server.port)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, `Port ${server.port} on 127.0.0.1 is in use`)
  }
  await second.stop()
})

/** A plugin whose reads of Basic resources wait until they are let go. */
function slowReads() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let arrive = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const seen: { aborted?: boolean } = {}
  const plugin = definePlugin({
    name: 'slow',
    setup: () => ({
      hooks: {
        authorize: async (_, { signal }) => {
          signal.addEventListener('abort', () => {
            seen.aborted = true
            release()
          })
          arrive()
          await held
        },
      },
    }),
  })
  return { plugin, release, arrived, seen }
}

test('stop finishes what is in flight and closes connections that were kept alive', async () => {
  const { plugin, release, arrived } = slowReads()
  const server = await listeningServer([plugin])
  const agent = new Agent({ keepAlive: true })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    httpRequest(`${server.url}/metadata`, { agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
  await arrived
  const began = performance.now()
  const stopped = server.stop()
  setTimeout(release, 100)
  assert.is(await answered, 200)
  await stopped
  assert.ok(performance.now() - began < 2000, 'the connection that was kept alive held up the stop')
  agent.destroy()
})

test('stop does not wait for connections that nobody used', async () => {
  const server = await listeningServer()
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const began = performance.now()
  await server.stop()
  assert.ok(performance.now() - began < 1000)
  socket.destroy()
})

test('a client that goes away aborts the signal of its request', async () => {
  const { plugin, arrived, seen } = slowReads()
  const server = await listeningServer([plugin])
  const gone = new AbortController()
  const answer = server.fetch('metadata', { signal: gone.signal }).catch(() => 'gone')
  await arrived
  gone.abort()
  assert.is(await answer, 'gone')
  for (let n = 0; n < 100 && !seen.aborted; n += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.is(seen.aborted, true)
  await server.stop()
})

test('a failure of the response itself is an OperationOutcome too', async () => {
  const server = await listeningServer([
    definePlugin({
      name: 'broken',
      setup: () => ({
        hooks: {
          beforeRespond: (response) => {
            response.headers['x-broken'] = 'line\nbreak'
          },
        },
      }),
    }),
  ])
  const answer = await server.fetch('metadata')
  assert.is(answer.status, 500)
  assert.is(((await answer.json()) as { resourceType: string }).resourceType, 'OperationOutcome')
  await server.stop()
})

test('errors that carry headers send them', async () => {
  const server = await listeningServer([
    definePlugin({
      name: 'throttle',
      setup: () => ({
        hooks: {
          authorize: () => {
            throw new FhirError('throttled', 'Too many requests; wait a little.', {
              headers: { 'retry-after': '7' },
            })
          },
        },
      }),
    }),
  ])
  const answer = await server.fetch('metadata')
  assert.is(answer.status, 429)
  assert.is(answer.headers.get('retry-after'), '7')
  await server.stop()
})

test.run()
