import { FhirError } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../src/index.js'
import { codeOf, observation, put } from './support/changes.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('failures')
let database: TestDatabase
let storage: PostgresStorage

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url, {
    applicationName: 'victim',
    statementTimeout: 500,
    maxConnections: 3,
  })
})
test.after(async () => {
  await storage?.stop()
  await database?.stop()
})
test.before.each(() => storage.clear())

const key = (id: string) => ({ type: 'Observation', id })
const killConnections = () =>
  database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'")

test('idle connections that the server closes are replaced, unseen by readers', async () => {
  await storage.write([put(observation('o'))])
  await killConnections()
  assert.is((await storage.read([key('o')]))[0]?.version, 1)
  await storage.health()
})

test('a connection lost amid a transaction undoes it, and the client hears unavailable', async () => {
  const code = await codeOf(
    storage.transaction(async (tx) => {
      await tx.write([put(observation('lost'))])
      await killConnections()
      await tx.write([put(observation('late'))])
    }),
  )
  assert.is(code, 'unavailable')
  assert.equal(await storage.read([key('lost'), key('late')]), [undefined, undefined])
  await storage.write([put(observation('after'))])
})

test('a connection lost just before the commit undoes the transaction', async () => {
  const code = await codeOf(
    storage.transaction(async (tx) => {
      await tx.write([put(observation('lost'))])
      await killConnections()
    }),
  )
  assert.is(code, 'unavailable')
  assert.equal(await storage.read([key('lost')]), [undefined])
})

test('a statement that waits too long is a storage-timeout, and the storage goes on', async () => {
  await storage.write([put(observation('o'))])
  const other = await openStorage(database.url)
  const code = await other.transaction(async (tx) => {
    await tx.write([put(observation('o'), { kind: 'update' })])
    return codeOf(storage.write([put(observation('o'), { kind: 'update' })]))
  })
  await other.stop()
  assert.is(code, 'storage-timeout')
  assert.is((await storage.read([key('o')]))[0]?.version, 2)
})

test('a database that is not there is unavailable', async () => {
  const url = new URL(database.url)
  url.port = '1'
  const failure = await openStorage(url.href).then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(FhirError.is(failure))
  assert.is(failure.code, 'unavailable')
  assert.is(failure.status, 503)
})

test('more transactions than connections wait for each other', async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, n) => storage.transaction((tx) => tx.write([put(observation(`o${n}`))]))),
  )
  const read = await storage.read(Array.from({ length: 12 }, (_, n) => key(`o${n}`)))
  assert.ok(read.every((resource) => resource?.version === 1))
})

test('use before start and after stop is refused with the remedy', async () => {
  const stopped = await openStorage(database.url)
  await stopped.stop()
  const failure = await stopped.read([key('o')]).then(
    () => undefined,
    (error: Error) => error,
  )
  assert.match(failure?.message ?? '', /Start it first/)
})

test.run()
