import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  createFhirServer,
  definePlugin,
  type FhirServerOptions,
  type Hooks,
  memoryStorage,
  storageService,
} from '../../src/index.js'
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

/** Attacks a server on memory storage that is emptied after each round, and asserts that it does not mind. */
async function survives(count: number, hooks: Hooks, options: Partial<FhirServerOptions>): Promise<void> {
  const lines: string[] = []
  const storage = memoryStorage()
  const server = await createFhirServer({
    plugins: [definePlugin({ name: 'hooked', setup: () => ({ hooks }) })],
    provide: [[storageService, storage]],
    limits: { bodyBytes: 4 * 1024 * 1024 },
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    ...options,
  })
  const broken: unknown[] = []
  const onBroken = (error: unknown) => void broken.push(error)
  process.on('unhandledRejection', onBroken).on('uncaughtException', onBroken)
  try {
    const { port, url } = await server.listen(0)
    const errors: string[] = []
    const telling: string[] = []
    const heap: number[] = []
    const { faults, statuses, slowest } = await attack({
      port,
      basePath: '/fhir',
      requests: count,
      seed,
      validates: options.validation !== 'off',
      onRound: async () => {
        telling.push(...lines.filter((line) => line.includes(marker)))
        errors.push(...lines.filter((line) => JSON.parse(line).level >= 50))
        lines.length = 0
        await storage.clear()
        heap.push(heapUsed())
      },
    })
    const ordered = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, found]) => `${status || 'hung up'}: ${found}`)
    console.log(`  ${ordered.join(', ')}; slowest ${slowest.milliseconds.toFixed(0)} ms`)
    if (process.env.HOSTILE_VERBOSE)
      console.log(slowest.request, heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' '))

    assert.equal(faults.slice(0, 40), [], `${faults.length} faults`)
    assert.equal(errors.slice(0, 10), [])
    assert.equal(telling.slice(0, 3), [], 'patient data in the log')
    assert.equal(broken, [])
    assert.is((await fetch(`${url}/metadata`)).status, 200)
    assert.is((Object.prototype as { polluted?: unknown }).polluted, undefined)
    const half = Math.floor(heap.length / 2)
    const growth = Math.max(...heap.slice(half)) - Math.max(...heap.slice(1, half))
    assert.ok(
      growth < 10 * 1024 * 1024,
      `the heap grew by ${(growth / 1e6).toFixed(1)} MB from the first half to the second`,
    )
  } finally {
    await server.stop()
    process.off('unhandledRejection', onBroken).off('uncaughtException', onBroken)
  }
}

test(`${requests} hostile requests get no 5xx, crash nothing, leak nothing and leave no patient data in the log`, () =>
  survives(requests, {}, {}))

test('nor do they where every hook is in place and resources are stored as they come', () =>
  survives(
    requests / 4,
    {
      authenticate: () => ({ id: 'x', roles: [] }),
      narrow: (query) => ({ ...query, where: [...query.where, { kind: 'and', clauses: [] }] }),
      beforeWrite: (resource) => ({ ...resource }),
      beforeCommit: async (changes, tx) => void (await tx.read(changes.map(({ change }) => change))),
      beforeReturn: (resource) => ({ ...resource }),
      beforeRespond: () => {},
      afterCommit: () => {},
      afterResponse: () => {},
    },
    { validation: 'off' },
  ))

test.run()
