import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FatalError, send } from '../../../src/commands/load/send.js'
import { FakeServer } from '../fake-server.js'

const test = suite('sending with retries')
const signal = new AbortController().signal
const body = '{"resourceType":"Bundle","type":"batch","entry":[]}'

test('a server that starts late is waited for, with growing pauses', async () => {
  const server = await new FakeServer().start()
  const { url } = server
  await server.stop()
  const late = new FakeServer()
  const waits: number[] = []
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds)
    if (waits.length === 4) await late.start(Number(new URL(url).port))
  }
  try {
    assert.is((await send({ url, headers: {}, signal, wait }, body, false)).status, 200)
  } finally {
    await late.stop()
  }
  assert.is(waits.length, 4)
  for (const [index, waited] of waits.entries()) {
    const full = 250 * 2 ** index
    assert.ok(waited >= full / 2 && waited <= full, `${waited} ms at attempt ${index + 1}`)
  }
})

test('a server that stays away ends in a FatalError that asks whether it runs', async () => {
  const server = await new FakeServer().start()
  await server.stop()
  try {
    await send({ url: server.url, headers: {}, signal, wait: async () => {} }, body, true)
    assert.unreachable('nothing listens there')
  } catch (error) {
    assert.instance(error, FatalError)
    assert.match((error as Error).message, /cannot be reached \(ECONNREFUSED\)/)
  }
})

test('Retry-After counts as seconds or as a date, up to ten minutes', async () => {
  const server = await new FakeServer().start()
  const answers = ['7', new Date(Date.now() + 60_000).toUTCString(), '99999']
  server.intercept = (_, response) => {
    const after = answers.shift()
    if (after !== undefined) response.writeHead(503, { 'retry-after': after }).end()
    return after !== undefined
  }
  const waits: number[] = []
  try {
    await send(
      { url: server.url, headers: {}, signal, wait: async (time) => void waits.push(time) },
      body,
      false,
    )
  } finally {
    await server.stop()
  }
  assert.is(waits[0], 7000)
  assert.ok(waits[1]! > 50_000 && waits[1]! <= 60_000, String(waits[1]))
  assert.is(waits[2], 600_000)
})

test('a redirect is reported instead of followed', async () => {
  const server = await new FakeServer().start()
  server.intercept = (_, response) => {
    response.writeHead(301, { location: 'https://other/fhir' }).end()
    return true
  }
  try {
    await send({ url: server.url, headers: {}, signal }, body, true)
    assert.unreachable('a redirect was followed')
  } catch (error) {
    assert.match((error as Error).message, /Give that as --url/)
  } finally {
    await server.stop()
  }
})

test.run()
