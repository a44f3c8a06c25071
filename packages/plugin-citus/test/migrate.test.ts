import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Migration, migrate, migrations } from '../src/migrations/migrate.js'
import { observation, put } from './support/changes.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('migrations')
let database: TestDatabase

test.before(async () => {
  database = await startPostgres()
})
test.after(() => database?.stop())

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const versions = (client: pg.Client) =>
  client
    .query<{ version: number }>('select version from schema_version order by version')
    .then(({ rows }) => rows.map(({ version }) => version))

test('instances that start at once on an empty database all come up, and each migration ran once', async () => {
  const url = await database.sibling()
  const storages = await Promise.all(Array.from({ length: 5 }, () => openStorage(url)))
  await Promise.all(storages.map((storage) => storage.health()))
  const nodes = new Set(
    await Promise.all(
      storages.map(async (storage) => {
        const [result] = await storage.write([put(observation(storage.newId('Observation')))])
        return (result!.seq >> 10n) & 1023n
      }),
    ),
  )
  assert.is(nodes.size, 5, 'each instance has a node number of its own')
  await Promise.all(storages.map((storage) => storage.stop()))
  assert.equal(
    await withClient(url, versions),
    migrations.map(({ version }) => version),
  )
})

test('a further start keeps the data', async () => {
  const url = await database.sibling()
  const first = await openStorage(url)
  await first.write([put(observation('kept'))])
  await first.stop()
  const second = await openStorage(url)
  const [kept] = await second.read([{ type: 'Observation', id: 'kept' }])
  await second.stop()
  assert.is(kept?.version, 1)
})

test('a database with a newer schema is refused with both versions and the remedy', async () => {
  const url = await database.sibling()
  await withClient(url, async (client) => {
    await migrate(client)
    await client.query("insert into schema_version (version, name) values (999, 'from the future')")
  })
  const refusal = await openStorage(url).then(
    () => undefined,
    (error: Error) => error,
  )
  assert.match(refusal?.message ?? '', /schema version 999/)
  assert.match(refusal?.message ?? '', new RegExp(`up to ${migrations.at(-1)?.version}`))
  assert.match(refusal?.message ?? '', /start that release or a later one/)
})

test('a failing migration leaves nothing behind, and the next run goes on from there', async () => {
  const url = await database.sibling()
  const one: Migration = { version: 1, name: 'one', sql: 'create table one (id int)' }
  const broken: Migration = { version: 2, name: 'two', sql: 'create table two (id int); select 1 / 0' }
  const mended: Migration = { version: 2, name: 'two', sql: 'create table two (id int)' }
  await withClient(url, async (client) => {
    const failure = await migrate(client, [one, broken]).then(
      () => undefined,
      (error: Error) => error,
    )
    assert.match(failure?.message ?? '', /Migration 2 \(two\)/)
    assert.equal(await versions(client), [1])
    assert.equal((await client.query("select to_regclass('two') as two")).rows, [{ two: null }])
    await migrate(client, [one, mended])
    assert.equal(await versions(client), [1, 2])
  })
})

test.run()
