import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Place } from '../../src/storage/memory/order.js'
import { comparePlaces } from '../../src/storage/memory/order.js'
import { memoryStorage } from '../../src/storage/memory.js'
import { indexed, put } from '../../testing/conformance/changes.js'
import { queryOf } from '../../testing/conformance/queries.js'

const test = suite('memory storage')

const patient = (id: string) => put({ resourceType: 'Patient', id })
const key = (id: string) => ({ type: 'Patient', id })

test('a transaction inside a transaction is an error, not a standstill', async () => {
  const storage = memoryStorage()
  const outcome = await storage
    .transaction(async (tx) => {
      await tx.write([patient('a')])
      await storage.write([patient('b')])
    })
    .catch((error: Error) => error.message)
  assert.match(outcome as string, 'A transaction is open here already')
  assert.equal(await storage.read([key('a'), key('b')]), [undefined, undefined])
})

test('work that a transaction started may write once the transaction has ended', async () => {
  const storage = memoryStorage()
  let later: Promise<unknown> = Promise.resolve()
  await storage.transaction(async () => {
    later = new Promise((resolve) => setTimeout(resolve, 5)).then(() => storage.write([patient('later')]))
  })
  await later
  assert.is((await storage.read([key('later')]))[0]?.version, 1)
})

test('a transaction that fails lets the next one run', async () => {
  const storage = memoryStorage()
  const outcomes = await Promise.allSettled([
    storage.transaction(() => Promise.reject(new Error('on purpose'))),
    storage.write([patient('a')]),
  ])
  assert.equal(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  )
})

test('seq rises although the clock stands still or goes back', async () => {
  let now = 1_700_000_000_000
  const storage = memoryStorage({ clock: () => now })
  const [first, second] = await storage.write([patient('a'), patient('b')])
  now -= 5000
  const [third] = await storage.write([put({ resourceType: 'Patient', id: 'a' }, { kind: 'update' })])
  assert.ok(first && second && third)
  assert.is(first.seq, 1_700_000_000_000n << 20n)
  assert.is(second.seq, first.seq + 1n)
  assert.is(third.seq >> 20n, (first.seq >> 20n) + 1n)
  assert.match(third.content, '"lastUpdated":"2023-11-14T22:13:20.001Z"')
})

test('what the caller changes after a write does not reach what is stored', async () => {
  const storage = memoryStorage()
  const change = indexed({ resourceType: 'Patient', id: 'a', gender: 'male' })
  await storage.write([change])
  for (const value of change.values) Object.assign(value, { code: 'female' })
  ;(change.values as unknown[]).length = 0
  ;(change.patients as string[])[0] = 'other'
  assert.is((await storage.search(queryOf('Patient?gender=male'))).matches.length, 1)
  assert.is((await storage.search(queryOf('Patient/a/Patient'))).matches.length, 1)
})

test('includes stop at the limit and say so', async () => {
  const storage = memoryStorage({ includeLimit: 2 })
  const observation = (id: string) =>
    indexed({ resourceType: 'Observation', id, subject: { reference: 'Patient/a' } })
  await storage.write([indexed({ resourceType: 'Patient', id: 'a' }), ...['1', '2', '3'].map(observation)])
  const page = await storage.search(queryOf('Patient?_revinclude=Observation:subject'))
  assert.is(page.includes.length, 2)
  assert.is(page.includesTruncated, true)
})

test('text orders by code point, not by UTF-16 unit', () => {
  const sort = [
    { param: { code: 'x', type: 'string', url: '', description: '' }, descending: false },
  ] as const
  const place = (value: string): Place => ({ values: [value], seq: 1n })
  // U+FF5E is one unit above the surrogates that U+1F600 is made of.
  assert.ok('\u{1F600}' < '\uFF5E')
  assert.ok(comparePlaces(place('\u{1F600}'), place('\uFF5E'), sort) > 0)
  assert.ok(comparePlaces(place('a'), place('ab'), sort) < 0)
})

test.run()
