import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import { indexed, remove } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { found, namesOf, pagesBack, pagesForward, queryOf } from './queries.js'

const ids = (names: readonly string[]) => names.map((name) => name.split('/')[1])

/** Order, pages and totals. */
export function pagingTests(define: Define): void {
  const patient = (id: string, more: object = {}) => indexed({ resourceType: 'Patient', id, ...more })

  const sorted = async (storage: Storage, url: string, expected: readonly string[]) =>
    assert.equal(ids(await found(storage, url)), expected, url)

  define('without a sort the oldest change comes first', async (storage) => {
    await storage.write([patient('b'), patient('a'), patient('c')])
    await storage.write([indexed({ resourceType: 'Patient', id: 'b' }, { kind: 'update' })])
    await sorted(storage, 'Patient', ['a', 'c', 'b'])
  })

  define('_id sorts by code point, _lastUpdated by change', async (storage) => {
    await storage.write([patient('b'), patient('B'), patient('a'), patient('-'), patient('1')])
    await sorted(storage, 'Patient?_sort=_id', ['-', '1', 'B', 'a', 'b'])
    await sorted(storage, 'Patient?_sort=-_id', ['b', 'a', 'B', '1', '-'])
    await sorted(storage, 'Patient?_sort=_lastUpdated', ['b', 'B', 'a', '-', '1'])
    await sorted(storage, 'Patient?_sort=-_lastUpdated', ['1', '-', 'a', 'B', 'b'])
  })

  const sortTest = (type: 'date' | 'string', run: (storage: Storage) => Promise<void>, behaviour: string) =>
    define(behaviour, run, [`sort-${type}` satisfies StorageFeature])

  sortTest(
    'date',
    async (storage) => {
      await storage.write([
        patient('none'),
        patient('2000', { birthDate: '2000' }),
        patient('1999', { birthDate: '1999-12-31' }),
        patient('also-none'),
        patient('2000-06', { birthDate: '2000-06' }),
        patient('tie', { birthDate: '2000-01' }),
      ])
      await sorted(storage, 'Patient?_sort=birthdate', [
        '1999',
        '2000',
        'tie',
        '2000-06',
        'none',
        'also-none',
      ])
      await sorted(storage, 'Patient?_sort=-birthdate', [
        '2000-06',
        '2000',
        'tie',
        '1999',
        'none',
        'also-none',
      ])
      await sorted(storage, 'Patient?_sort=-birthdate,-_id', [
        '2000-06',
        'tie',
        '2000',
        '1999',
        'none',
        'also-none',
      ])
    },
    'dates sort by their start, missing ones last in both directions, ties by ascending seq',
  )

  sortTest(
    'string',
    async (storage) => {
      await storage.write([
        patient('none'),
        patient('zoe', { name: [{ family: 'zoé' }] }),
        patient('alvarez', { name: [{ family: 'Álvarez' }] }),
        patient('both', { name: [{ family: 'Mora' }, { family: 'Aznar' }, { family: 'Zurita' }] }),
        patient('nuria', { name: [{ family: 'Ñuria' }] }),
      ])
      await sorted(storage, 'Patient?_sort=family', ['alvarez', 'both', 'nuria', 'zoe', 'none'])
      await sorted(storage, 'Patient?_sort=-family', ['both', 'zoe', 'nuria', 'alvarez', 'none'])
    },
    'strings sort without case and accents; of several the first in the direction counts',
  )

  for (const [name, url, needs] of [
    ['the default order', 'Patient?', []],
    ['an order with ties and missing values', 'Patient?_sort=-birthdate', ['sort-date']],
    ['two keys', 'Patient?_sort=birthdate,-family', ['sort-date', 'sort-string']],
    ['descending change', 'Patient?_sort=-_lastUpdated', []],
  ] as const) {
    define(
      `pages of ${name} join to the whole, forward and back`,
      async (storage) => {
        await storage.write(
          Array.from({ length: 13 }, (_, index) =>
            patient(`p${index}`, {
              ...(index % 3 ? { birthDate: `20${String(index % 4).padStart(2, '0')}` } : {}),
              ...(index % 2 ? { name: [{ family: `f${index % 5}` }] } : {}),
            }),
          ),
        )
        const whole = await found(storage, url)
        assert.is(whole.length, 13)
        for (const count of [1, 4, 6, 12, 13, 20]) {
          const query = queryOf(url, { count })
          const pages = await pagesForward(storage, query)
          assert.equal(pages.flatMap(namesOf), whole, `${url} by ${count}`)
          assert.is(pages.length, Math.ceil(13 / count), 'no page is empty')
          assert.is(pages[0]?.previous, undefined, 'nothing is before the first page')
          const back = await pagesBack(storage, query, pages.at(-1) ?? {})
          assert.equal(
            back.reverse().map(namesOf),
            pages.slice(0, -1).map(namesOf),
            `${url} back by ${count}`,
          )
        }
      },
      needs,
    )
  }

  define('going back from a page and forward again gives the page', async (storage) => {
    await storage.write(Array.from({ length: 9 }, (_, index) => patient(`p${index}`)))
    const query = queryOf('Patient?_count=3')
    const [, second, third] = await pagesForward(storage, query)
    const back = await storage.search({
      ...query,
      page: third?.previous ?? (assert.unreachable('no way back') as never),
    })
    assert.equal(namesOf(back), namesOf(second ?? { matches: [] }))
    const again = await storage.search({
      ...query,
      page: back.next ?? (assert.unreachable('no way on') as never),
    })
    assert.equal(namesOf(again), namesOf(third ?? { matches: [] }))
  })

  define(
    'what does not change meanwhile appears exactly once, whatever else is written between pages',
    async (storage) => {
      const steady = Array.from({ length: 10 }, (_, index) => `s${index}`)
      await storage.write(steady.flatMap((id) => [patient(id), patient(`x-${id}`)]))
      const query = queryOf('Patient?_count=3')
      const seen: string[] = []
      let page = await storage.search(query)
      for (let round = 0; ; round++) {
        seen.push(...page.matches.map(({ id }) => id))
        await storage.write([
          remove({ type: 'Patient', id: `x-s${round}` }),
          indexed({ resourceType: 'Patient', id: `x-s${9 - (round % 5)}`, active: true }, { kind: 'update' }),
          patient(`new-${round}`),
        ])
        if (!page.next || round > 60) break
        if (round > 7 && steady.every((id) => seen.includes(id))) break
        page = await storage.search({ ...query, page: page.next })
      }
      assert.equal(
        seen.filter((id) => id.startsWith('s')),
        steady,
      )
    },
  )

  define('total is exact when asked to be accurate, on every page', async (storage) => {
    await storage.write([patient('a'), patient('b'), patient('c', { gender: 'male' })])
    const query = queryOf('Patient?_count=2&_total=accurate')
    for (const page of await pagesForward(storage, query)) {
      assert.is(page.total, 3)
      assert.is.not(page.totalExact, false)
    }
    assert.is((await storage.search(queryOf('Patient?gender=male&_total=accurate'))).total, 1)
    assert.is((await storage.search(queryOf('Patient?gender=female&_total=accurate'))).total, 0)
  })

  define('total is left out when nobody wants it', async (storage) => {
    await storage.write([patient('a')])
    assert.is((await storage.search(queryOf('Patient?_total=none'))).total, undefined)
  })

  define('count 0 gives the total and nothing else', async (storage) => {
    await storage.write([patient('a'), patient('b')])
    const page = await storage.search(queryOf('Patient?_count=0'))
    assert.is(page.total, 2)
    assert.equal(page.matches, [])
    assert.equal(page.includes, [])
    assert.is(page.next, undefined)
    assert.is(page.previous, undefined)
  })

  define('page keys are plain data: text makes them and takes them', async (storage) => {
    await storage.write([patient('a'), patient('b'), patient('c')])
    const query = queryOf('Patient?_count=1&_sort=-_lastUpdated')
    const first = await storage.search(query)
    const copied = JSON.parse(JSON.stringify(first.next))
    assert.equal(copied, first.next)
    assert.equal(
      (await storage.search({ ...query, page: copied })).matches.map(({ id }) => id),
      ['b'],
    )
  })
}
