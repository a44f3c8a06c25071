import { setTimeout as sleep } from 'node:timers/promises'
import type { StorageTransaction } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../src/index.js'
import { codeOf, observation, put, remove } from './support/changes.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('concurrency')
let database: TestDatabase
/** Two servers on one database. */
let storages: [PostgresStorage, PostgresStorage]

test.before(async () => {
  database = await startPostgres()
  storages = [await openStorage(database.url), await openStorage(database.url)]
})
test.after(async () => {
  await Promise.all((storages ?? []).map((storage) => storage.stop()))
  await database?.stop()
})
test.before.each(() => storages[0].clear())

const times = <T>(count: number, work: (storage: PostgresStorage, n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(storages[n % 2]!, n)))

test('parallel updates of one resource give a version each, with rising lastUpdated', async () => {
  await storages[0].write([put(observation('o'))])
  const results = await times(40, (storage, n) =>
    storage.write([put(observation('o', undefined, { note: [{ text: `${n}` }] }), { kind: 'update' })]),
  )
  const written = results.flat().sort((a, b) => a.version - b.version)
  assert.equal(
    written.map(({ version }) => version),
    Array.from({ length: 40 }, (_, n) => n + 2),
  )
  for (let n = 1; n < written.length; n++) assert.ok(written[n]!.seq >> 20n > written[n - 1]!.seq >> 20n)
  const { entries } = await storages[1].history({ type: 'Observation', id: 'o', count: 100 })
  assert.is(entries.length, 41)
  for (const { version, content } of entries) {
    assert.is(JSON.parse(content).meta.versionId, `${version}`)
    if (version > 1) assert.is(content, written[version - 2]?.content)
  }
})

test('of parallel updates that expect the same version one succeeds', async () => {
  await storages[0].write([put(observation('o'))])
  const codes = await times(20, (storage) =>
    codeOf(storage.write([put(observation('o'), { kind: 'update', expect: 1 })])),
  )
  assert.is(codes.filter((code) => code === 'no error').length, 1)
  assert.is(codes.filter((code) => code === 'version-conflict').length, 19)
})

test('parallel PUTs of a new id by different patients, or none, leave one resource', async () => {
  const results = await times(24, (storage, n) =>
    storage.write([put(observation('shared', n % 3 === 0 ? undefined : `p${n}`), { kind: 'update' })]),
  )
  assert.is(results.flat().filter(({ created }) => created).length, 1)
  const rows = await database.query("select 1 from resource where id = 'shared' and moved_to is null")
  assert.is(rows.length, 1)
  const [current] = await storages[0].read([{ type: 'Observation', id: 'shared' }])
  assert.is(current?.version, 24)
  assert.is((await storages[0].history({ type: 'Observation', id: 'shared', count: 100 })).entries.length, 24)
})

test('of parallel creates of one client-assigned id one succeeds', async () => {
  const codes = await times(16, (storage, n) => codeOf(storage.write([put(observation('one', `p${n}`))])))
  assert.is(codes.filter((code) => code === 'no error').length, 1)
  assert.is(codes.filter((code) => code === 'write-conflict').length, 15)
})

test('writes of the same resources in opposite orders all succeed', async () => {
  const ids = Array.from({ length: 12 }, (_, n) => `o${n}`)
  await times(20, (storage, n) =>
    storage.write((n % 2 ? ids : [...ids].reverse()).map((id) => put(observation(id), { kind: 'update' }))),
  )
  const read = await storages[0].read(ids.map((id) => ({ type: 'Observation', id })))
  assert.ok(read.every((resource) => resource?.version === 20))
})

test('a deadlock runs the work of one transaction again, from the start', async () => {
  await storages[0].write([put(observation('a')), put(observation('b'))])
  let runs = 0
  const work = (first: string, second: string) => async (tx: StorageTransaction) => {
    runs++
    await tx.write([put(observation(first), { kind: 'update' })])
    await sleep(50)
    await tx.write([put(observation(second), { kind: 'update' })])
  }
  await Promise.all([storages[0].transaction(work('a', 'b')), storages[1].transaction(work('b', 'a'))])
  assert.ok(runs > 2, 'one of them ran twice')
  const read = await storages[0].read(['a', 'b'].map((id) => ({ type: 'Observation', id })))
  assert.equal(
    read.map((resource) => resource?.version),
    [3, 3],
  )
})

test('a deadlock that work wraps into an error of its own is run again too', async () => {
  await storages[0].write([put(observation('a')), put(observation('b'))])
  const work = (first: string, second: string) => async (tx: StorageTransaction) => {
    await tx.write([put(observation(first), { kind: 'update' })])
    await sleep(50)
    await tx.write([put(observation(second), { kind: 'update' })]).catch((cause) => {
      throw new Error('wrapped', { cause })
    })
  }
  await Promise.all([storages[0].transaction(work('a', 'b')), storages[1].transaction(work('b', 'a'))])
  assert.is((await storages[0].read([{ type: 'Observation', id: 'a' }]))[0]?.version, 3)
})

test('joined creates: one that the database refuses fails alone', async () => {
  const id = storages[0].newId('Observation')
  await storages[0].write([put(observation(id))])
  const ids = Array.from({ length: 60 }, (_, n) => (n === 30 ? id : storages[0].newId('Observation')))
  const codes = await Promise.all(ids.map((each) => codeOf(storages[0].write([put(observation(each))]))))
  assert.equal(
    codes.map((code, n) => [n, code]).filter(([, code]) => code !== 'no error'),
    [[30, 'write-conflict']],
  )
  const read = await storages[0].read(ids.map((each) => ({ type: 'Observation', id: each })))
  assert.ok(read.every((resource) => resource?.version === 1))
})

test('claims of many transactions let one at a time through', async () => {
  let inside = 0
  let most = 0
  await times(16, (storage) =>
    storage.transaction(async (tx) => {
      await tx.claim(['Patient?identifier=1'])
      most = Math.max(most, ++inside)
      await sleep(2)
      inside--
    }),
  )
  assert.is(most, 1)
  assert.equal(await database.query('select * from claim'), [], 'no claim outlives its transaction')
})

test('pages under parallel writes hold what does not change exactly once', async () => {
  const steady = Array.from({ length: 60 }, (_, n) => `s${n}`)
  await storages[0].write(steady.flatMap((id) => [put(observation(id)), put(observation(`x-${id}`))]))
  let done = false
  const writer = (async () => {
    for (let n = 0; !done; n++) {
      const id = `x-s${n % 60}`
      await storages[1].write([
        n % 3 ? put(observation(id), { kind: 'update' }) : remove({ type: 'Observation', id }),
        put(observation(storages[1].newId('Observation'))),
      ])
    }
  })()
  const seen: string[] = []
  const query = {
    types: ['Observation'],
    where: [],
    include: [],
    revinclude: [],
    sort: [],
    count: 7,
    total: 'none',
  } as const
  let page = await storages[0].search(query)
  for (let n = 0; page.next && n < 200; n++) {
    seen.push(...page.matches.map(({ id }) => id))
    page = await storages[0].search({ ...query, page: page.next })
    assert.ok(page.matches.length > 0 || !page.next)
    if (steady.every((id) => seen.includes(id))) break
  }
  seen.push(...page.matches.map(({ id }) => id))
  done = true
  await writer
  assert.equal(
    seen.filter((id) => id.startsWith('s')),
    steady,
  )
})

test.run()
