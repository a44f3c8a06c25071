import { createFhirServer, memoryStorage, r4, storageService } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPopulation } from '../../src/population/population.js'
import { staffWrittenAt, toChange, writtenAt } from '../../src/search/load.js'
import { measureShape } from '../../src/search/measure-shape.js'
import { classes } from '../../src/search/report.js'
import type { Ask } from '../../src/search/shape.js'
import { createShapes } from '../../src/search/shapes.js'

const population = createPopulation({ resources: 6_000 })
let now = staffWrittenAt
const storage = memoryStorage({ definitions: r4, clock: () => now })
await storage.write(population.staff.resources.map(toChange))
for (let index = 0; index < population.patients; index += 1) {
  now = writtenAt(index)
  await storage.write(population.record(index).map(toChange))
}
const server = await createFhirServer({
  plugins: [],
  provide: [[storageService, storage]],
  log: 'silent',
})

const client = {
  async ask({ path, form }: Ask) {
    const { status, body } = await server.handle({
      method: form === undefined ? 'GET' : 'POST',
      url: `/fhir/${encodeURI(path)}`,
      headers: form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
      ...(form === undefined ? {} : { body: form }),
    })
    return { status, body: String(body), milliseconds: 0 }
  },
  close: () => undefined,
}

const test = suite('shapes')

for (const shape of createShapes(population)) {
  for (const valueClass of classes) {
    test(`${valueClass} values of ${shape.name} find what they claim`, async () => {
      // It throws where they do not.
      const [cell] = await measureShape([{ client, shape }], valueClass, { requests: 0, seconds: 0 })
      assert.ok(cell && !('refused' in cell), JSON.stringify(cell))
    })
  }
}

test('a value that finds too much is not measured but reported', async () => {
  const [shape] = createShapes(population)
  assert.ok(shape)
  const wrong = { ...shape, asks: { ...shape.asks, zero: shape.asks.dense } }
  const message = await measureShape([{ client, shape: wrong }], 'zero', { requests: 0, seconds: 0 }).then(
    () => 'measured',
    (error: Error) => error.message,
  )
  assert.match(message, /^patient-scoped, zero: expected none matches, found 20/)
})

test.after(() => server.stop())

test.run()
