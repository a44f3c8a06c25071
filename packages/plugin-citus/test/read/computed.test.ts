import { memoryStorage, r4, type SearchPage, type SearchQuery, type Storage } from '@anamnesis/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../../src/index.js'
import { put } from '../support/changes.js'
import { startPostgres, type TestDatabase } from '../support/postgres.js'
import { resources } from '../support/random.js'
import { openStorage } from '../support/storage.js'

const test = suite('sorts by what is not stored in order')
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

const sortOf = (type: string, code: string, descending = false) => ({
  param: r4.searchParameters(type).get(code)!,
  descending,
})
const query = (types: readonly string[], sort: SearchQuery['sort'], count = 3): SearchQuery => ({
  types,
  where: [],
  include: [],
  revinclude: [],
  sort,
  count,
  total: 'accurate',
})

async function walk(of: Storage, asked: SearchQuery): Promise<string[][]> {
  const namesOf = (page: SearchPage) => page.matches.map(({ type, id }) => `${type}/${id}`)
  const pages = [await of.search(asked)]
  for (let last = pages[0]; last?.next; last = pages.at(-1))
    pages.push(await of.search({ ...asked, page: last.next }))
  const back: SearchPage[] = []
  for (let first = pages.at(-1)?.previous; first; first = back.at(-1)?.previous)
    back.push(await of.search({ ...asked, page: first }))
  return [...pages, ...back].map((page) => [...namesOf(page), `of ${page.total}`])
}

const orders = fc.constantFrom<readonly [readonly string[], readonly (readonly [string, string])[]]>(
  [['Patient'], [['Patient', 'gender']]],
  [
    ['Patient'],
    [
      ['Patient', 'link'],
      ['Patient', 'birthdate'],
    ],
  ],
  [['Observation'], [['Observation', 'code']]],
  [
    ['Observation'],
    [
      ['Observation', 'date'],
      ['Observation', 'combo-code'],
    ],
  ],
  [
    ['Observation'],
    [
      ['Observation', 'subject'],
      ['Observation', 'value-quantity'],
    ],
  ],
  // `date` is promoted for both, `status` for none; the third type has no promoted date of that name.
  [['Encounter', 'Observation'], [['Encounter', 'date']]],
  [
    ['Encounter', 'Observation', 'Condition'],
    [
      ['Encounter', 'date'],
      ['Encounter', 'status'],
    ],
  ],
)

test('pages both ways are those of memory storage', async () => {
  await fc.assert(
    fc.asyncProperty(
      resources,
      orders,
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      async (all, order, down, count) => {
        const memory = memoryStorage({ definitions: r4 })
        const changes = all.map((resource) => put(resource, { kind: 'update' }))
        await storage.clear()
        await storage.write(changes)
        await memory.write(changes)
        const [types, keys] = order
        const asked = query(
          types,
          keys.map(([type, code], index) => sortOf(type, code, down === (index === 0))),
          count,
        )
        assert.equal(await walk(storage, asked), await walk(memory, asked))
      },
    ),
    { numRuns: 60, includeErrorInReport: true },
  )
})

test('ten thousand matches are sorted without stopping everything else, one more is refused', async () => {
  await storage.clear()
  const write = (from: number, to: number) =>
    storage.write(
      Array.from({ length: to - from }, (_, n) =>
        put({
          resourceType: 'Patient',
          id: `p${from + n}`,
          gender: (from + n) % 2 ? 'male' : 'female',
          name: [{ family: `Family${n}`, given: ['Given'] }],
        }),
      ),
    )
  for (let at = 0; at < 10_000; at += 1_000) await write(at, at + 1_000)
  const asked = query(['Patient'], [sortOf('Patient', 'gender', true)], 10)
  let longest = 0
  let last = performance.now()
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  const page = await storage.search(asked)
  clearInterval(ticks)
  assert.equal(
    page.matches.map(({ id }) => id),
    Array.from({ length: 10 }, (_, n) => `p${2 * n + 1}`),
  )
  assert.is(page.total, 10_000)
  // Idle machines show 20 ms; a single turn of all would be half a second.
  assert.ok(longest < 250, `the longest turn took ${longest} ms`)

  await write(10_000, 10_001)
  const failure = await storage.search(asked).catch((error: Error & { code?: string }) => error)
  assert.is((failure as { code?: string }).code, 'too-costly')
  assert.match((failure as Error).message, /10,000.*gender.*birthdate/s)
  assert.is((await storage.search(query(['Patient'], [sortOf('Patient', 'birthdate')]))).matches.length, 3)
})

test.run()
