import { r4 } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPostgresStorage } from '../src/index.js'
import { startPostgres } from './support/postgres.js'

const test = suite('pipelined reads')

const database = await startPostgres()
const storage = createPostgresStorage({
  connectionString: database.url,
  definitions: r4,
  applicationName: 'pipelined',
})
await storage.start()

const keys = Array.from({ length: 50 }, () => ({ type: 'Basic', id: storage.newId('Basic') }))
await storage.write(
  keys.map((key) => ({
    ...key,
    kind: 'create' as const,
    head: `{"resourceType":"Basic","id":"${key.id}","meta":{"versionId":"`,
    tail: '}}',
    values: [],
    patients: [],
  })),
)

const readAll = () => Promise.all(keys.map(async (key) => (await storage.read([key]))[0]?.id))
const ids = keys.map(({ id }) => id)

test('answers belong to their questions, however many are under way', async () => {
  for (let round = 0; round < 20; round += 1) assert.equal(await readAll(), ids)
})

test('reads under way when their connection dies are answered all the same', async () => {
  let killed = 0
  for (let round = 0; round < 10; round += 1) {
    const reading = Promise.all(Array.from({ length: 20 }, readAll))
    const [row] = await database.query<{ killed: string }>(
      `select count(pg_terminate_backend(pid)) as killed from pg_stat_activity where application_name = 'pipelined reads'`,
    )
    killed += Number(row?.killed)
    for (const answers of await reading) assert.equal(answers, ids)
  }
  // After a loss the pool serves until there is a connection again, so not every round finds one.
  assert.ok(killed >= 3, `${killed} connections were ended`)
  assert.equal(await readAll(), ids)
})

test.after(async () => {
  await storage.stop()
  await database.stop()
})

test.run()
