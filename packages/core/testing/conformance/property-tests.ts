import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Clause } from '../../src/search/query.js'
import type { Change, Storage } from '../../src/storage/storage.js'
import { type Identified, indexed, nameOf, remove } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { Oracle } from './oracle.js'
import { namesOf, pagesBack, pagesForward, queryOf } from './queries.js'
import { type Asked, alone, searches, urlOf } from './query-arbitraries.js'
import { resources } from './resource-arbitraries.js'
import { World } from './world/world.js'

/** Writes resources in a few transactions, deletes some, and remembers it all. */
async function fill(
  storage: Storage,
  batches: readonly (readonly Identified[])[],
  deleted: readonly number[],
) {
  const oracle = new Oracle()
  const world = new World()
  const write = async (changes: readonly Change[], resources: readonly Identified[]) => {
    const results = await storage.write(changes)
    oracle.wrote(changes, results)
    for (const [index, resource] of resources.entries()) world.put(resource, results[index]?.seq ?? 0n)
  }
  await storage.clear()
  for (const batch of batches)
    await write(
      batch.map((resource) => indexed(resource, { kind: 'update' })),
      batch,
    )
  const written = batches.flat()
  for (const index of deleted) {
    const { resourceType, id } = written[index % Math.max(1, written.length)] ?? {}
    if (resourceType === undefined || id === undefined) continue
    await write([remove({ type: resourceType, id })], [])
    world.delete(resourceType, id)
  }
  return { oracle, world }
}

const content = fc.record({
  batches: fc.array(fc.array(resources, { minLength: 4, maxLength: 16 }), { minLength: 1, maxLength: 3 }),
  deleted: fc.array(fc.nat(40), { maxLength: 2 }),
})

/** Compares a storage with the naive evaluation, over random resources and random searches. */
export function propertyTests(define: Define, without: readonly StorageFeature[], runs: number): void {
  const asked = searches(without)

  define(
    'random searches over random resources find what a naive evaluation of their JSON finds, in the same order',
    async (storage) => {
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(asked, { minLength: 8, maxLength: 8 }),
          async ({ batches, deleted }, all) => {
            const { world } = await fill(storage, batches, deleted)
            for (const each of all) {
              const url = urlOf(each)
              const query = queryOf(url, { count: 1000 })
              const page = await storage.search(query)
              assert.equal(namesOf(page), world.search(each), url)
              assert.is(page.total, page.matches.length, url)
            }
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
  )

  define('each kind of condition alone finds what the naive evaluation finds', async (storage) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(resources, { minLength: 30, maxLength: 60 }),
        fc.array(alone(without), { minLength: 120, maxLength: 120 }),
        async (batch, all) => {
          const { world } = await fill(storage, [batch], [])
          for (const each of all) {
            const url = urlOf(each)
            const page = await storage.search(queryOf(url, { count: 1000, total: 'none' }))
            assert.equal(namesOf(page), world.search(each), url)
          }
        },
      ),
      { numRuns: Math.ceil(runs / 2), endOnFailure: true },
    )
  })

  define(
    'the pages of random searches join to the whole, forward and back, and stream gives the same',
    async (storage) => {
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(fc.tuple(asked, fc.integer({ min: 1, max: 4 })), { minLength: 4, maxLength: 4 }),
          async ({ batches, deleted }, all) => {
            const { world } = await fill(storage, batches, deleted)
            for (const [each, count] of all) await walk(storage, world, each, count)
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
  )

  define(
    'random clauses under and, or and not find what a filter by matches finds',
    async (storage) => {
      const shapes = fc.array(fc.tuple(fc.constantFrom('and', 'or', 'not'), fc.boolean()), {
        minLength: 6,
        maxLength: 6,
      })
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(asked, { minLength: 6, maxLength: 6 }),
          shapes,
          async ({ batches, deleted }, all, kinds) => {
            const { oracle } = await fill(storage, batches, deleted)
            for (const [index, each] of all.entries()) {
              const [kind = 'and', nested] = kinds[index] ?? []
              const plain = queryOf(urlOf(each), { count: 1000 })
              const group = { kind, clauses: plain.where } as Clause
              const where: Clause[] = nested ? [{ kind: 'not', clauses: [group] }] : [group]
              const query = { ...plain, where }
              assert.equal(
                namesOf(await storage.search(query)),
                oracle.search(query),
                `${kind} of ${urlOf(each)}`,
              )
            }
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
    ['group'],
  )
}

async function walk(storage: Storage, world: World, asked: Asked, count: number): Promise<void> {
  const url = urlOf(asked)
  const query = queryOf(url, { count })
  const expected = world.search(asked)
  const pages = await pagesForward(storage, query)
  const names = pages.map(namesOf)
  assert.equal(names.flat(), expected, `${url} by ${count}`)
  assert.is(
    pages.length,
    Math.max(1, Math.ceil(expected.length / count)),
    `${url}: an empty page, or a short one`,
  )
  const back = await pagesBack(storage, query, pages.at(-1) ?? {})
  assert.equal(back.map(namesOf).reverse(), names.slice(0, -1), `${url} back by ${count}`)
  const streamed: string[] = []
  for await (const row of storage.stream(query)) streamed.push(nameOf(row))
  assert.equal(streamed, world.search({ ...asked, sort: [] }), `stream of ${url}`)
}
