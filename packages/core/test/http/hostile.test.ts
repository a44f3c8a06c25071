import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFhirServer, definePlugin, memoryStorage, storageService } from '../../src/index.js'
import { attack, marker } from '../support/hostile.js'

const test = suite('hostile requests')

const requests = Number(process.env.HOSTILE_REQUESTS ?? 10_000)
const seed = Number(process.env.HOSTILE_SEED ?? 20_240_229)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test(`${requests} hostile requests get no 5xx, crash nothing, leak nothing and leave no patient data in the log`, async () => {
  const lines: string[] = []
  const storage = memoryStorage()
  const server = await createFhirServer({
    plugins: [definePlugin({ name: 'hooked', setup: () => ({ hooks: { beforeCommit: () => {}, afterCommit: () => {} } }) })],
    provide: [[storageService, storage]],
    limits: { bodyBytes: 4 * 1024 * 1024 },
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
  })
  const broken: unknown[] = []
  const onBroken = (error: unknown) => void broken.push(error)
  process.on('unhandledRejection', onBroken).on('uncaughtException', onBroken)

  const { port } = await server.listen(0)
  try {
  const errors: string[] = []
  const heap: number[] = []
  const { faults, statuses, slowest } = await attack({
    port,
    basePath: '/fhir',
    requests,
    seed,
    onRound: async () => {
      assert.not(lines.some((line) => line.includes(marker)), lines.find((line) => line.includes(marker)))
      errors.push(...lines.filter((line) => JSON.parse(line).level >= 50))
      lines.length = 0
      await storage.clear()
      heap.push(heapUsed())
    },
  })
  const ordered = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status || 'hung up'}: ${count}`)
  console.log(`  ${ordered.join(', ')}; slowest ${slowest.milliseconds.toFixed(0)} ms`)
  if (process.env.HOSTILE_VERBOSE) console.log(slowest.request, heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' '), errors.slice(0, 10).join(''))

  assert.equal(faults.slice(0, 40), [], `${faults.length} faults`)
  assert.equal(errors.slice(0, 3), [])
  assert.equal(broken, [])
  const read = await fetch(`http://127.0.0.1:${port}/fhir/metadata`)
  assert.is(read.status, 200)
  assert.is((Object.prototype as { polluted?: unknown }).polluted, undefined)
  const half = Math.floor(heap.length / 2)
  const growth = Math.max(...heap.slice(half)) - Math.max(...heap.slice(1, half))
  assert.ok(growth < 10 * 1024 * 1024, `the heap grew by ${(growth / 1e6).toFixed(1)} MB from the first half to the second`)
  } finally {
    await server.stop()
  }
  process.off('unhandledRejection', onBroken).off('uncaughtException', onBroken)
})

test.run()
