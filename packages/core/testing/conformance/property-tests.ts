import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Clause, SearchQuery } from '../../src/search/query.js'
import type { Change, Storage } from '../../src/storage/storage.js'
import { type Identified, indexed, nameOf, remove } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { Oracle } from './oracle.js'
import { namesOf, pagesBack, pagesForward, queryOf } from './queries.js'
import { searches, urlOf } from './query-arbitraries.js'
import { resources } from './resource-arbitraries.js'

/** Writes resources in a few transactions, deletes some, and remembers it all. */
async function fill(
  storage: Storage,
  batches: readonly (readonly Identified[])[],
  deleted: readonly number[],
) {
  const oracle = new Oracle()
  const write = async (changes: readonly Change[]) => oracle.wrote(changes, await storage.write(changes))
  await storage.clear()
  for (const batch of batches) await write(batch.map((resource) => indexed(resource, { kind: 'update' })))
  const written = batches.flat()
  for (const index of deleted) {
    const { resourceType, id } = written[index % Math.max(1, written.length)] ?? {}
    if (resourceType !== undefined && id !== undefined) await write([remove({ type: resourceType, id })])
  }
  return oracle
}

const content = fc.record({
  batches: fc.array(fc.array(resources, { minLength: 4, maxLength: 16 }), { minLength: 1, maxLength: 3 }),
  deleted: fc.array(fc.nat(40), { maxLength: 2 }),
})

/** Compares a storage with the naive filter, over random resources and random searches. */
export function propertyTests(define: Define, without: readonly StorageFeature[], runs: number): void {
  const asked = searches(without)

  define(
    'random searches over random resources find what a naive filter finds, in the same order',
    async (storage) => {
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(asked, { minLength: 8, maxLength: 8 }),
          async ({ batches, deleted }, all) => {
            const oracle = await fill(storage, batches, deleted)
            for (const each of all) {
              const url = urlOf(each)
              const query = queryOf(url, { count: 1000 })
              const page = await storage.search(query)
              assert.equal(namesOf(page), oracle.search(query), url)
              assert.is(page.total, page.matches.length, url)
            }
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
  )

  define(
    'the pages of random searches join to the whole, forward and back, and stream gives the same',
    async (storage) => {
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(fc.tuple(asked, fc.integer({ min: 1, max: 4 })), { minLength: 4, maxLength: 4 }),
          async ({ batches, deleted }, all) => {
            const oracle = await fill(storage, batches, deleted)
            for (const [each, count] of all)
              await walk(storage, oracle, queryOf(urlOf(each), { count }), urlOf(each))
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
  )

  define(
    'random clauses under and, or and not find what a naive filter finds',
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
            const oracle = await fill(storage, batches, deleted)
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

async function walk(storage: Storage, oracle: Oracle, query: SearchQuery, url: string): Promise<void> {
  const expected = oracle.search(query)
  const pages = await pagesForward(storage, query)
  const names = pages.map(namesOf)
  assert.equal(names.flat(), expected, `${url} by ${query.count}`)
  assert.is(
    pages.length,
    Math.max(1, Math.ceil(expected.length / query.count)),
    `${url}: an empty page, or a short one`,
  )
  const back = await pagesBack(storage, query, pages.at(-1) ?? {})
  assert.equal(back.map(namesOf).reverse(), names.slice(0, -1), `${url} back by ${query.count}`)
  const streamed: string[] = []
  for await (const row of storage.stream(query)) streamed.push(nameOf(row))
  assert.equal(streamed, oracle.search({ ...query, sort: [] }), `stream of ${url}`)
}
