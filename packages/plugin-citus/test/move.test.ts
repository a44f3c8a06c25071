import type { Clause } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bucketOf, newId } from '../src/ids.js'
import type { PostgresStorage } from '../src/index.js'
import { observation, put, remove } from './support/changes.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('change of patient')
let database: TestDatabase
let storage: PostgresStorage

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url)
})
test.after(async () => {
  await storage?.stop()
  await database?.stop()
})
test.before.each(() => storage.clear())

const ofPatient = (id: string): Clause => ({ kind: 'compartment', compartment: 'Patient', ids: [id] })
const bucketsOf = async (table: string, id: string, live = '') =>
  (
    await database.query<{ bucket: number }>(`select bucket from ${table} where id = $1 ${live} order by 1`, [
      id,
    ])
  ).map(({ bucket }) => bucket)
const search = async (patient: string) => {
  const page = await storage.search({
    types: ['Observation'],
    where: [ofPatient(patient)],
    include: [],
    revinclude: [],
    sort: [],
    count: 10,
    total: 'accurate',
  })
  assert.is(page.total, page.matches.length)
  return page.matches.map(({ id }) => id)
}
/** Two further values, so that side rows have to move as well. */
const more = { valueDateTime: '2024-01-01', code: { coding: [{ code: 'a' }, { code: 'b' }] } }

for (const [whose, id] of [
  ['a client-assigned id', 'o'],
  ['a server-made id', newId('p1')],
] as const) {
  test(`a resource with ${whose} moves to its new patient with its history, and is found as before`, async () => {
    await storage.write([put(observation(id, 'p1', more))])
    await storage.write([put(observation(id, 'p1', { ...more, status: 'amended' }), { kind: 'update' })])
    const [moved] = await storage.write([put(observation(id, 'p2', more), { kind: 'update' })])
    assert.is(moved?.version, 3)
    assert.is(moved?.created, false)

    const key = { type: 'Observation', id }
    assert.is((await storage.read([key]))[0]?.version, 3)
    assert.is((await storage.read([key], [ofPatient('p2')]))[0]?.version, 3)
    assert.equal(await storage.read([key], [ofPatient('p1')]), [undefined])
    for (const version of [1, 2, 3]) assert.is((await storage.vread(key, version))?.version, version)
    const history = await storage.history({ ...key, count: 10 })
    assert.equal(
      history.entries.map(({ version }) => version),
      [3, 2, 1],
    )
    assert.equal(
      (await storage.history({ type: 'Observation', count: 10 })).entries.length,
      3,
      'no forwarding row among the versions',
    )
    assert.equal(await search('p1'), [])
    assert.equal(await search('p2'), [id])

    assert.equal(await bucketsOf('resource', id, 'and moved_to is null'), [bucketOf('p2')])
    assert.equal(await bucketsOf('resource_history', id), [bucketOf('p2'), bucketOf('p2')])
    assert.equal(await bucketsOf('resource_location', id), [bucketOf('p2')])
    const sides = await database.query<{ bucket: number }>(
      'select bucket from search_date union all select bucket from search_code',
    )
    assert.ok(sides.length >= 2)
    assert.ok(sides.every(({ bucket }) => bucket === bucketOf('p2')))
  })
}

test('a resource that comes back to its first patient takes the place of its forwarding row', async () => {
  const id = newId('p1')
  const key = { type: 'Observation', id }
  const steps = ['p1', 'p2', 'p3', 'p1', 'p2']
  for (const [index, patient] of steps.entries()) {
    await storage.write([put(observation(id, patient), { kind: index === 0 ? 'create' : 'update' })])
    assert.is((await storage.read([key]))[0]?.version, index + 1)
    assert.equal(await search(patient), [id])
    assert.is((await storage.history({ ...key, count: 10 })).entries.length, index + 1)
  }
  assert.equal(await bucketsOf('resource', id, 'and moved_to is null'), [bucketOf('p2')])
})

test('a deleted resource can come back with another patient', async () => {
  const key = { type: 'Observation', id: 'o' }
  await storage.write([put(observation('o', 'p1'))])
  await storage.write([remove(key)])
  const [back] = await storage.write([put(observation('o', 'p2'), { kind: 'update' })])
  assert.is(back?.version, 3)
  assert.is(back?.created, true)
  assert.is((await storage.vread(key, 2))?.deleted, true)
  assert.is((await storage.vread(key, 2, [ofPatient('p1')]))?.version, 2)
  assert.equal(await storage.vread(key, 2, [ofPatient('p2')]), undefined)
})

test('readers find a resource at every moment of its moves', async () => {
  const id = newId('p0')
  const keys = [{ type: 'Observation', id }]
  await storage.write([put(observation(id, 'p0'))])
  let moving = true
  const reading = Array.from({ length: 4 }, async () => {
    let count = 0
    let last = 0
    while (moving) {
      // One by one and several at once are different statements.
      const [found] = count % 2 ? await storage.read(keys) : await storage.read([...keys, ...keys])
      assert.ok(found && !found.deleted, 'a read found nothing')
      assert.ok(found.version >= last, 'a read went back in time')
      last = found.version
      count++
    }
    return count
  })
  for (let n = 1; n <= 150; n++) {
    await storage.write([put(observation(id, `p${n % 7}`), { kind: 'update' })])
  }
  moving = false
  const counts = await Promise.all(reading)
  // How often they come round depends on the machine; that all did is what makes the test one.
  assert.ok(
    counts.every((count) => count > 5),
    `reads: ${counts}`,
  )
})

test('parallel moves and updates of one resource lose no version', async () => {
  await storage.write([put(observation('o', 'p0'))])
  await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      storage.write([put(observation('o', `p${n % 5}`), { kind: 'update' })]),
    ),
  )
  const { entries } = await storage.history({ type: 'Observation', id: 'o', count: 100 })
  assert.equal(
    entries.map(({ version }) => version),
    Array.from({ length: 31 }, (_, n) => 31 - n),
  )
  assert.is((await bucketsOf('resource', 'o', 'and moved_to is null')).length, 1)
})

test('a resource of several patients is in the compartment of each', async () => {
  const group = {
    resourceType: 'Appointment',
    id: 'a',
    status: 'booked',
    participant: ['p1', 'p2', 'p3'].map((id) => ({
      actor: { reference: `Patient/${id}` },
      status: 'accepted',
    })),
  }
  await storage.write([put(group)])
  const found = async (...ids: string[]) => {
    const where: Clause[] = [{ kind: 'compartment', compartment: 'Patient', ids }]
    const query = {
      types: ['Appointment'],
      where,
      include: [],
      revinclude: [],
      sort: [],
      count: 10,
      total: 'accurate',
    } as const
    const page = await storage.search(query)
    assert.is(page.total, page.matches.length)
    return page.matches.length
  }
  for (const id of ['p1', 'p2', 'p3']) assert.is(await found(id), 1)
  assert.is(await found('p1', 'p2', 'p3'), 1)
  assert.is(await found('p2', 'p3'), 1)
  assert.is(await found('p4'), 0)
  await storage.write([put({ ...group, participant: group.participant.slice(1) }, { kind: 'update' })])
  assert.equal([await found('p1'), await found('p2'), await found('p3')], [0, 1, 1])
  await storage.write([remove({ type: 'Appointment', id: 'a' })])
  assert.is(await found('p1', 'p2', 'p3'), 0)
  assert.equal(await database.query('select * from resource_compartment'), [])
})

test.run()
