import { type Clause, r4, type SearchQuery, type SearchValue } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../src/index.js'
import { put } from './support/changes.js'
import { Explainer } from './support/explain.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('plans of words, positions, composites and texts at 20 thousand resources')
const total = 20_000

let database: TestDatabase
let storage: PostgresStorage
let explainer: Explainer

const special = (code: string) => ({ code, type: 'special' as const, url: `urn:${code}`, description: code })
const content = special('_content')
const near = special('near')
const parameters = r4.searchParameters('Observation')
const param = (code: string) => parameters.get(code)!
const composite = param('component-code-value-quantity')

/** A common word in each, a rare one in few; spread over the globe; two components; one of 500 texts. */
function valuesOf(n: number): SearchValue[] {
  const latitude = ((n * 17) % 18_000) / 100 - 90
  const longitude = ((n * 31) % 36_000) / 100 - 180
  const rare = n % 4_000 === 5
  const component = (code: string, value: number): SearchValue => ({
    param: composite.code,
    type: 'composite',
    components: [
      [{ param: 'component-code', type: 'token', code }],
      [{ param: 'component-value-quantity', type: 'quantity', value, low: value, high: value, code: 'mg' }],
    ],
  })
  return [
    { param: '_content', type: 'words', words: ['common', rare ? 'rare' : `word${n % 300}`] },
    { param: 'near', type: 'position', latitude, longitude },
    component(rare ? 'rare' : `c${n % 20}`, n % 100),
    component('other', n % 7),
    { param: 'code', type: 'token', code: `x${n % 500}`, text: rare ? 'Rare text' : `Text ${n % 500}` },
    {
      param: 'value-quantity',
      type: 'quantity',
      value: n,
      low: n,
      high: n,
      code: 'mg',
      canonical: { unit: 'g', low: n / 1000, high: n / 1000 },
    },
  ]
}

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url)
  for (let n = 0; n < total; n += 1000) {
    await storage.write(
      Array.from({ length: 1000 }, (_, k) => ({
        ...put({ resourceType: 'Observation', id: `o${n + k}` }),
        values: valuesOf(n + k),
      })),
    )
  }
  for (const table of ['resource', 'search_composite', 'search_position', 'search_text'])
    await database.query(`vacuum analyze ${table}`)
  explainer = new Explainer(database.url)
})
test.after(async () => {
  await explainer?.end()
  await storage?.stop()
  await database?.stop()
})

const query = (where: Clause): SearchQuery => ({
  types: ['Observation'],
  where: [where],
  include: [],
  revinclude: [],
  sort: [],
  count: 20,
  total: 'none',
})

const words = (...all: string[]): Clause => ({ kind: 'words', param: content, words: all })
const within = (distance: number): Clause => ({
  kind: 'near',
  param: near,
  values: [{ latitude: 0, longitude: 0, distance }],
})
const componentIs = (code: string, above: number): Clause => ({
  kind: 'composite',
  param: composite,
  values: [
    [
      { kind: 'token', param: param('component-code'), values: [{ code }] },
      {
        kind: 'quantity',
        param: param('component-value-quantity'),
        values: [{ prefix: 'ge', value: above, low: above, high: above, code: 'mg' }],
      },
    ],
  ],
})
const text = (code: string): Clause => ({
  kind: 'token',
  param: param('code'),
  modifier: 'text',
  values: [{ code }],
})
const grams = (value: number): Clause => ({
  kind: 'quantity',
  param: param('value-quantity'),
  values: [
    {
      prefix: 'gt',
      value: value * 1000,
      low: value,
      high: value,
      system: 'http://unitsofmeasure.org',
      code: 'mg',
      canonical: { unit: 'g', value, low: value, high: value },
    },
  ],
})

function searches(
  behaviour: string,
  clause: Clause,
  expected: { readonly index: string; readonly rows: number; readonly matches: number },
): void {
  test(behaviour, async () => {
    const cost = await explainer.search(query(clause))
    assert.is(cost.matches, expected.matches)
    assert.equal(cost.scanned, [], 'no table is read from end to end')
    assert.ok(cost.indexes.has(expected.index), `uses ${[...cost.indexes].join(', ')}`)
    assert.ok(
      cost.rows <= expected.rows,
      `looks at ${cost.rows} rows, at most ${expected.rows} were expected`,
    )
  })
}

searches('a rare word is found by the index of words', words('rare'), {
  index: 'resource_words',
  rows: 60,
  matches: 5,
})
searches('a rare word beside a common one drives', words('common', 'rare'), {
  index: 'resource_words',
  rows: 60,
  matches: 5,
})
searches('a word that nothing has costs nothing', words('nothing'), {
  index: 'resource_words',
  rows: 5,
  matches: 0,
})
searches('a common word is found walking in the order of the results', words('common'), {
  index: 'resource_type_seq',
  rows: 100,
  matches: 20,
})
searches('a position is found within a band of latitudes', within(100_000), {
  index: 'search_position_latitude',
  rows: 1_000,
  matches: 0,
})
searches('a rare component drives', componentIs('rare', 0), {
  index: 'resource_tokens',
  rows: 100,
  matches: 5,
})
searches('a component that nothing has costs nothing', componentIs('nothing', 0), {
  index: 'resource_tokens',
  rows: 5,
  matches: 0,
})
searches('a frequent component is found walking', componentIs('other', 3), {
  index: 'resource_type_seq',
  rows: 400,
  matches: 20,
})
searches('a rare text is found by its tokens', text('rare'), {
  index: 'resource_tokens',
  rows: 60,
  matches: 5,
})
searches('a text that nothing has finds nothing', text('nothing'), {
  index: 'search_text_value',
  rows: 5,
  matches: 0,
})
searches('a quantity in base units that few reach is found by its column', grams(total / 1000 - 0.0035), {
  index: 'resource_canonical',
  // The walk before it looks at 10,000.
  rows: 10_100,
  matches: 3,
})

test.run()
