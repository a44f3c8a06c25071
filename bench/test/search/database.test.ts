import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPopulation } from '../../src/population/population.js'
import { createClient } from '../../src/search/client.js'
import { openCluster } from '../../src/search/cluster.js'
import { provide } from '../../src/search/database.js'
import { measureShape } from '../../src/search/measure-shape.js'
import { classes } from '../../src/search/report.js'
import { serve } from '../../src/search/serve.js'
import { createShapes } from '../../src/search/shapes.js'

const population = createPopulation({ resources: 6_000 })
const folder = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-bench-test-'))
await chmod(folder, 0o755)

const test = suite('database')

test('a population is loaded once and found again', async () => {
  const loaded = await provide(folder, 6_000, population, false)
  assert.is(loaded.durable, false)
  let expected = population.staff.resources.length
  for (let index = 0; index < population.patients; index += 1) expected += population.record(index).length
  assert.is(loaded.resources, expected)
  assert.equal(await provide(folder, 6_000, population, false), loaded)
})

test('a load that was interrupted is not taken for a whole one', async () => {
  const { database } = await provide(folder, 6_000, population, false)
  const cluster = await openCluster(folder, true)
  await cluster.query(database, 'drop schema bench cascade; truncate resource')
  await cluster.stop()
  await provide(folder, 6_000, population, false)
  const again = await openCluster(folder, false)
  const [row] = await again.query<{ count: number }>(database, 'select count(*)::int from resource')
  await again.stop()
  assert.ok((row?.count ?? 0) > 5_000)
})

test('each value finds over HTTP what its class says', async () => {
  const { database } = await provide(folder, 6_000, population, false)
  const cluster = await openCluster(folder, false)
  const server = await serve(cluster.urlOf(database))
  const client = createClient(server.url)
  try {
    for (const shape of createShapes(population)) {
      for (const valueClass of classes) {
        const [cell] = await measureShape([{ client, shape }], valueClass, { requests: 2, seconds: 0 })
        assert.ok(cell && !('refused' in cell), `${shape.name}, ${valueClass}: ${JSON.stringify(cell)}`)
        assert.ok(cell.p50 > 0 && cell.p99 >= cell.p50)
      }
    }
  } finally {
    client.close()
    await server.stop()
    await cluster.stop()
  }
})

test.after(() => rm(folder, { recursive: true, force: true }))

test.run()
