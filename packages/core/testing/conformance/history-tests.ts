import * as assert from 'uvu/assert'
import type { HistoryQuery, Storage } from '../../src/storage/storage.js'
import { instantOf, nameOf, put, remove } from './changes.js'
import type { Define } from './context.js'

/** History of an instance, a type and the server. */
export function historyTests(define: Define): void {
  const versionsOf = async (storage: Storage, query: HistoryQuery) =>
    (await storage.history(query)).entries.map((entry) => `${nameOf(entry)}/${entry.version}`)

  /** a: created, updated, deleted; b: created by update; an Observation between them. */
  const seed = async (storage: Storage) => {
    const steps = [
      put({ resourceType: 'Patient', id: 'a' }),
      put({ resourceType: 'Observation', id: 'o' }),
      put({ resourceType: 'Patient', id: 'a', active: true }, { kind: 'update' }),
      put({ resourceType: 'Patient', id: 'b' }, { kind: 'update' }),
      remove({ type: 'Patient', id: 'a' }),
    ]
    const results = []
    for (const step of steps) {
      results.push(...(await storage.write([step])))
      // `_since` and `_at` tell versions apart by the millisecond.
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    return results
  }

  define('instance history is newest first, with the method that made each version', async (storage) => {
    const results = await seed(storage)
    const page = await storage.history({ type: 'Patient', id: 'a', count: 10 })
    assert.equal(
      page.entries.map(({ version, method, deleted, seq, content }) => [
        version,
        method,
        deleted,
        seq,
        content,
      ]),
      [
        [3, 'DELETE', true, results[4]?.seq, ''],
        [2, 'PUT', false, results[2]?.seq, results[2]?.content],
        [1, 'POST', false, results[0]?.seq, results[0]?.content],
      ],
    )
    assert.is(page.more, false)
    if (page.total !== undefined) assert.is(page.total, 3)
  })

  define('type history covers the resources of the type', async (storage) => {
    await seed(storage)
    assert.equal(await versionsOf(storage, { type: 'Patient', count: 10 }), [
      'Patient/a/3',
      'Patient/b/1',
      'Patient/a/2',
      'Patient/a/1',
    ])
  })

  define('system history covers everything', async (storage) => {
    await seed(storage)
    assert.equal(await versionsOf(storage, { count: 10 }), [
      'Patient/a/3',
      'Patient/b/1',
      'Patient/a/2',
      'Observation/o/1',
      'Patient/a/1',
    ])
  })

  define('the history of what never was is empty', async (storage) => {
    const page = await storage.history({ type: 'Patient', id: 'none', count: 10 })
    assert.equal(page.entries, [])
    assert.is(page.more, false)
  })

  define('history pages forward by before and back by after, each version once', async (storage) => {
    const results = await seed(storage)
    const newestFirst = results.map(({ seq }) => seq).reverse()
    for (const count of [1, 2, 3, 5, 6]) {
      const pages = [await storage.history({ count })]
      for (let page = pages[0]; page?.more; page = pages.at(-1)) {
        const before = page.entries.at(-1)?.seq
        assert.ok(before !== undefined, 'a page that promises more has entries')
        pages.push(await storage.history({ count, before }))
      }
      assert.equal(
        pages.flatMap(({ entries }) => entries.map(({ seq }) => seq)),
        newestFirst,
      )
      assert.ok(pages.every(({ entries }) => entries.length > 0 && entries.length <= count))
      for (const [index, page] of pages.slice(1).entries()) {
        const after = page.entries[0]?.seq
        assert.ok(after !== undefined)
        const back = await storage.history({ count, after })
        assert.equal(
          back.entries.map(({ seq }) => seq),
          pages[index]?.entries.map(({ seq }) => seq),
        )
        assert.is(back.more, true)
      }
    }
  })

  define('since keeps versions at or after the instant', async (storage) => {
    const results = await seed(storage)
    const third = results[2]
    assert.ok(third)
    assert.equal(await versionsOf(storage, { type: 'Patient', count: 10, since: instantOf(third) }), [
      'Patient/a/3',
      'Patient/b/1',
      'Patient/a/2',
    ])
    assert.equal(await versionsOf(storage, { type: 'Patient', count: 10, since: instantOf(third) + 1 }), [
      'Patient/a/3',
      'Patient/b/1',
    ])
  })

  define(
    'at keeps the versions that were current in a range',
    async (storage) => {
      const [first, , second, , third] = await seed(storage)
      assert.ok(first && second && third)
      const at = (low: number, high: number) =>
        versionsOf(storage, { type: 'Patient', id: 'a', count: 10, at: { low, high } })
      assert.equal(await at(instantOf(first) - 10, instantOf(first)), [])
      assert.equal(await at(instantOf(first), instantOf(first) + 1), ['Patient/a/1'])
      assert.equal(await at(instantOf(second) - 1, instantOf(second)), ['Patient/a/1'])
      assert.equal(await at(instantOf(second) - 1, instantOf(second) + 1), ['Patient/a/2', 'Patient/a/1'])
      assert.equal(await at(instantOf(second), instantOf(second) + 1), ['Patient/a/2'])
      assert.equal(await at(instantOf(third) + 1000, instantOf(third) + 2000), ['Patient/a/3'])
      assert.equal(
        await versionsOf(storage, {
          type: 'Patient',
          count: 10,
          at: { low: instantOf(third), high: instantOf(third) + 1 },
        }),
        ['Patient/a/3', 'Patient/b/1'],
      )
    },
    ['history-at'],
  )

  define('access hides the versions of others from type and system history', async (storage) => {
    const observation = (id: string, patient: string) =>
      put({ resourceType: 'Observation', id }, { patients: [patient] })
    await storage.write([
      put({ resourceType: 'Patient', id: 'p1' }),
      put({ resourceType: 'Patient', id: 'p2' }),
    ])
    await storage.write([observation('o1', 'p1'), observation('o2', 'p2')])
    await storage.write([
      remove({ type: 'Observation', id: 'o1' }),
      remove({ type: 'Observation', id: 'o2' }),
    ])
    const access = [{ kind: 'compartment', compartment: 'Patient', ids: ['p1'] }] as const
    assert.equal((await versionsOf(storage, { type: 'Observation', count: 10, access })).sort(), [
      'Observation/o1/1',
      'Observation/o1/2',
    ])
    assert.equal((await versionsOf(storage, { count: 10, access })).sort(), [
      'Observation/o1/1',
      'Observation/o1/2',
      'Patient/p1/1',
    ])
    const page = await storage.history({ count: 1, access })
    assert.is(page.more, true)
    if (page.total !== undefined) assert.is(page.total, 3)
  })

  define('a resource deleted and created again has one history', async (storage) => {
    await seed(storage)
    await storage.write([put({ resourceType: 'Patient', id: 'a' })])
    const page = await storage.history({ type: 'Patient', id: 'a', count: 10 })
    assert.equal(
      page.entries.map(({ version, method }) => `${version} ${method}`),
      ['4 POST', '3 DELETE', '2 PUT', '1 POST'],
    )
  })
}
