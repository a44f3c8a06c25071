import { memoryStorage, r4, type SearchPage, type SearchQuery, type Storage } from '@anamnesis/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../src/index.js'
import { put } from './support/changes.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { type Identified, queries, resources } from './support/random.js'
import { openStorage } from './support/storage.js'

const test = suite('search against memory storage')
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

const runs = Number(process.env.FUZZ_RUNS ?? 120)
const nameOf = ({ type, id }: { type: string; id: string }) => `${type}/${id}`

async function fill(all: readonly Identified[]): Promise<Storage> {
  const memory = memoryStorage({ definitions: r4 })
  await storage.clear()
  // One by one in memory too, so that both have the same order of changes.
  const changes = all.map((resource) => put(resource, { kind: 'update' }))
  await storage.write(changes)
  await memory.write(changes)
  // With statistics other strategies are chosen; they must not change what is found.
  if (all.length % 2) await database.query('analyze resource')
  return memory
}

async function pages(of: Storage, query: SearchQuery): Promise<SearchPage[]> {
  const all = [await of.search(query)]
  for (let page = all[0]; page?.next && all.length < 40; page = all.at(-1)) {
    all.push(await of.search({ ...query, page: page.next }))
  }
  return all
}

test('finds the same resources in the same order, page by page and back, with the same totals', async () => {
  await fc.assert(
    fc.asyncProperty(resources, fc.array(queries, { minLength: 8, maxLength: 8 }), async (all, asked) => {
      const memory = await fill(all)
      for (const query of asked) {
        const expected = await pages(memory, query)
        const found = await pages(storage, query)
        const shown = JSON.stringify(query.where)
        assert.equal(
          found.map(({ matches }) => matches.map(nameOf)),
          expected.map(({ matches }) => matches.map(nameOf)),
          shown,
        )
        assert.equal(
          found.map(({ total }) => total),
          expected.map(({ total }) => total),
          shown,
        )
        for (let index = found.length - 1; index > 0; index--) {
          const { previous } = found[index]!
          assert.ok(previous, 'a later page has a way back')
          const back = await storage.search({ ...query, page: previous })
          assert.equal(back.matches.map(nameOf), found[index - 1]!.matches.map(nameOf), shown)
        }
        assert.is(found[0]?.previous, undefined)
      }
    }),
    { numRuns: runs, includeErrorInReport: true },
  )
})

test('match and stream find what search finds', async () => {
  await fc.assert(
    fc.asyncProperty(resources, fc.array(queries, { minLength: 6, maxLength: 6 }), async (all, asked) => {
      const memory = await fill(all)
      assert.equal(await storage.match(asked), await memory.match(asked))
      for (const query of asked) {
        const [found, expected]: [string[], string[]] = [[], []]
        for await (const each of storage.stream(query)) found.push(nameOf(each))
        for await (const each of memory.stream(query)) expected.push(nameOf(each))
        assert.equal(found, expected)
      }
    }),
    { numRuns: Math.ceil(runs / 3), includeErrorInReport: true },
  )
})

test('access on reads lets the same resources through', async () => {
  await fc.assert(
    fc.asyncProperty(resources, queries, async (all, { where }) => {
      const memory = await fill(all)
      const keys = all.map(({ resourceType, id }) => ({ type: resourceType, id }))
      const visible = async (of: Storage) => (await of.read(keys, where)).map((each) => each && nameOf(each))
      const history = async (of: Storage) =>
        (await of.history({ count: 100, access: where })).entries.map(nameOf)
      assert.equal(await visible(storage), await visible(memory))
      assert.equal(await history(storage), await history(memory))
    }),
    { numRuns: runs, includeErrorInReport: true },
  )
})

test.run()
