import { type Clause, r4, type SearchQuery } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../src/index.js'
import { put } from './support/changes.js'
import { Explainer, type SearchCost } from './support/explain.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'
import { openStorage } from './support/storage.js'

const test = suite('plans at 50 thousand resources')
const patients = 1_000
const observations = 49_000
const day = 86_400_000
const newest = Date.UTC(2024, 0, 1)

let database: TestDatabase
let storage: PostgresStorage
let explainer: Explainer

/** A fifth of the Observations have one code, one in fifty another, five a third; most are vital signs. */
function observation(n: number) {
  const code = n % 10_000 === 1 ? 'rare' : n % 50 === 0 ? 'mid' : n % 5 === 2 ? 'hot' : `other-${n % 300}`
  const category = n % 5_000 === 7 ? 'imaging' : n % 3 ? 'vital-signs' : 'laboratory'
  return {
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    category: [{ coding: [{ system: 'urn:category', code: category }] }],
    code: { coding: [{ system: 'http://loinc.org', code }, ...(n % 4 ? [] : [{ code: `local-${n % 40}` }])] },
    subject: { reference: `Patient/p${n % patients}` },
    effectiveDateTime: new Date(newest - ((n * 7919) % 3650) * day).toISOString(),
    valueQuantity: { value: (n * 31) % 977, unit: 'mg' },
  }
}

function patient(n: number) {
  return {
    resourceType: 'Patient',
    id: `p${n}`,
    identifier: [{ system: 'urn:mrn', value: `${n}` }],
    name: [{ family: `Fam${String.fromCharCode(97 + (n % 26), 97 + ((n * 7) % 26))}${n}` }],
    gender: n % 2 ? 'male' : 'female',
    birthDate: new Date(newest - ((n * 7919) % 30_000) * day).toISOString().slice(0, 10),
  }
}

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url)
  await storage.write(Array.from({ length: patients }, (_, n) => put(patient(n))))
  for (let n = 0; n < observations; n += 1000) {
    await storage.write(Array.from({ length: 1000 }, (_, k) => put(observation(n + k))))
  }
  for (const table of ['resource', 'resource_location', 'search_string', 'search_code'])
    await database.query(`vacuum analyze ${table}`)
  explainer = new Explainer(database.url)
})
test.after(async () => {
  await explainer?.end()
  await storage?.stop()
  await database?.stop()
})

const param = (type: string, code: string) => r4.searchParameters(type).get(code)!
const token = (type: string, code: string, value: string, system?: string): Clause => ({
  kind: 'token',
  param: param(type, code),
  values: [{ code: value, ...(system === undefined ? {} : { system }) }],
})
const since = (date: number): Clause => ({
  kind: 'date',
  param: param('Observation', 'date'),
  values: [{ prefix: 'ge', low: date, high: date + day }],
})
const latest = [{ param: param('Observation', 'date'), descending: true }]
const query = (type: string, where: readonly Clause[], more: Partial<SearchQuery> = {}): SearchQuery => ({
  types: [type],
  where,
  include: [],
  revinclude: [],
  sort: [],
  count: 20,
  total: 'none',
  ...more,
})

interface Expectation {
  /** One of them must be used: where nearly all rows qualify, several are as good. */
  readonly index: string | readonly string[]
  /** Rows that it may look at; a page has 20, which are read twice: for their keys and for their contents. */
  readonly rows: number
  readonly matches: number
  readonly listLimit?: number
}

/** A test of the first page and, where there is one, of the second. */
function searches(behaviour: string, asked: () => SearchQuery, expected: Expectation): void {
  const check = (cost: SearchCost) => {
    assert.equal(cost.scanned, [], 'no table is read from end to end')
    const used = [expected.index].flat().some((index) => cost.indexes.has(index))
    assert.ok(used, `uses ${[...cost.indexes].join(', ')}`)
    assert.ok(
      cost.rows <= expected.rows,
      `looks at ${cost.rows} rows, at most ${expected.rows} were expected`,
    )
  }
  test(behaviour, async () => {
    const first = await explainer.search(asked(), expected.listLimit)
    assert.is(first.matches, expected.matches)
    check(first)
    if (!first.next) return
    const second = await explainer.search({ ...asked(), page: first.next }, expected.listLimit)
    assert.ok(second.matches > 0)
    check({ ...second, rows: second.rows / 2 })
  })
}

const byReference: Clause = {
  kind: 'reference',
  param: param('Observation', 'patient'),
  values: [{ type: 'Patient', id: 'p7' }],
}

searches(
  'the latest Observations of a patient walk its own index',
  () => query('Observation', [byReference], { sort: latest }),
  { index: 'resource_patient', rows: 120, matches: 20 },
)
searches(
  'a code of a patient reads no more than the patient has',
  () => query('Observation', [byReference, token('Observation', 'code', 'hot')], { sort: latest }),
  { index: 'resource_patient', rows: 220, matches: 20 },
)
searches(
  'the latest of a frequent code walk its index',
  () => query('Observation', [token('Observation', 'code', 'hot', 'http://loinc.org')], { sort: latest }),
  { index: ['resource_code', 'resource_date'], rows: 200, matches: 20 },
)
searches(
  'a frequent code since a date walks the same index',
  () =>
    query('Observation', [token('Observation', 'code', 'hot'), since(newest - 900 * day)], { sort: latest }),
  { index: ['resource_code', 'resource_date'], rows: 200, matches: 20 },
)
searches(
  'a rare code reads its own rows',
  () => query('Observation', [token('Observation', 'code', 'rare')], { sort: latest }),
  { index: 'resource_code', rows: 40, matches: 5 },
)
searches(
  'a second coding is found through the rows for further codings',
  () => query('Observation', [token('Observation', 'code', 'local-4')], { sort: latest }),
  { index: 'search_code_date', rows: 150, matches: 20 },
)
searches(
  'a code that nobody has costs nothing',
  () => query('Observation', [token('Observation', 'code', 'none')], { sort: latest }),
  { index: 'resource_code', rows: 0, matches: 0 },
)
searches(
  'the latest of a dense token walk the dates',
  () => query('Observation', [token('Observation', 'category', 'vital-signs')], { sort: latest }),
  { index: 'resource_date', rows: 200, matches: 20 },
)
searches(
  'the first of a dense token walk the order of changes',
  () => query('Observation', [token('Observation', 'category', 'vital-signs')]),
  { index: ['resource_type_seq', 'resource_seq'], rows: 200, matches: 20 },
)
searches(
  'a sparse token goes through GIN',
  () => query('Observation', [token('Observation', 'category', 'imaging')], { sort: latest }),
  { index: 'resource_tokens', rows: 60, matches: 10 },
)
searches(
  'an identifier goes through GIN',
  () => query('Patient', [token('Patient', 'identifier', '77', 'urn:mrn')]),
  { index: 'resource_tokens', rows: 10, matches: 1 },
)
searches(
  'a name prefix is found among the strings',
  () => query('Patient', [{ kind: 'string', param: param('Patient', 'family'), values: ['fama'] }]),
  { index: 'search_string_value', rows: 200, matches: 20 },
)
searches(
  'the newest changes are found by seq',
  () =>
    query(
      'Observation',
      [{ kind: 'lastUpdated', values: [{ prefix: 'ge', low: newest, high: newest + 1 }] }],
      { sort: [{ param: param('Observation', '_lastUpdated'), descending: true }] },
    ),
  { index: ['resource_type_seq', 'resource_seq'], rows: 120, matches: 20 },
)
searches(
  'five hundred ids are probed by key',
  () =>
    query('Observation', [{ kind: 'id', ids: Array.from({ length: 500 }, (_, n) => `o${n * 3}`) }], {
      count: 1000,
    }),
  { index: 'resource_pkey', rows: 3000, matches: 500 },
)
searches(
  'a compartment search reads its own rows',
  () =>
    query('Observation', [{ kind: 'compartment', compartment: 'Patient', ids: ['p9'] }], { sort: latest }),
  { index: 'resource_patient', rows: 120, matches: 20 },
)

const through = (where: Clause): Clause => ({
  kind: 'chain',
  param: param('Observation', 'subject'),
  targets: [{ type: 'Patient', where: [where] }],
})
const referredBy = (where: Clause): Clause => ({
  kind: 'has',
  type: 'Observation',
  param: param('Observation', 'patient'),
  where: [where],
})
const family = (value: string): Clause => ({
  kind: 'string',
  param: param('Patient', 'family'),
  values: [value],
})

searches(
  'a chain to a few goes on from these',
  () => query('Observation', [through(family('famhx7'))], { sort: latest }),
  { index: ['resource_tokens', 'resource_patient'], rows: 700, matches: 20 },
)
searches(
  'a chain to nobody looks for nothing else',
  () => query('Observation', [through(family('nobody'))], { sort: latest }),
  { index: 'search_string_value', rows: 0, matches: 0 },
)
searches(
  'a chain to half of all walks in the order of the results',
  () => query('Observation', [through(token('Patient', 'gender', 'male'))], { sort: latest }),
  { index: 'resource_date', rows: 1000, matches: 20, listLimit: 100 },
)
searches(
  'a chain to half of all, listed, walks too',
  () => query('Observation', [through(token('Patient', 'gender', 'male'))], { sort: latest }),
  { index: 'resource_date', rows: 3000, matches: 20 },
)
searches(
  '_has of a rare code goes on from what it finds',
  () => query('Patient', [referredBy(token('Observation', 'code', 'rare'))]),
  { index: 'resource_code', rows: 60, matches: 1 },
)
searches(
  '_has of a code that nobody has looks for nothing else',
  () => query('Patient', [referredBy(token('Observation', 'code', 'none'))]),
  { index: 'resource_code', rows: 0, matches: 0 },
)
searches(
  '_has of a frequent code judges each Patient by what refers to it',
  () => query('Patient', [referredBy(token('Observation', 'code', 'hot'))]),
  { index: 'resource_tokens', rows: 12_000, matches: 20 },
)
searches(
  'a sort by strings walks the strings',
  () => query('Patient', [], { sort: [{ param: param('Patient', 'family'), descending: false }] }),
  { index: 'search_string_value', rows: 150, matches: 20 },
)
searches(
  'a sort by strings with a dense token walks the strings',
  () =>
    query('Patient', [token('Patient', 'gender', 'male')], {
      sort: [{ param: param('Patient', 'family'), descending: true }],
    }),
  { index: 'search_string_value', rows: 300, matches: 20 },
)
searches(
  'a sort by quantities walks the quantities',
  () =>
    query('Observation', [token('Observation', 'category', 'vital-signs')], {
      sort: [{ param: param('Observation', 'value-quantity'), descending: true }],
    }),
  { index: 'resource_quantity', rows: 500, matches: 20 },
)
searches(
  'what ends after every date is looked for where it would start',
  () => query('Observation', [since(newest + 400 * day)], { sort: latest }),
  { index: 'resource_date', rows: 600, matches: 0 },
)
searches(
  'a frequent code after every date is looked for where it would start',
  () =>
    query('Observation', [token('Observation', 'code', 'hot'), since(newest + 400 * day)], { sort: latest }),
  { index: 'resource_code', rows: 10, matches: 0 },
)

searches(
  'a quantity that nothing has is looked for among the quantities',
  () =>
    query('Observation', [
      {
        kind: 'quantity',
        param: param('Observation', 'value-quantity'),
        values: [{ prefix: 'gt', value: 5_000, low: 4_999.5, high: 5_000.5 }],
      },
    ]),
  { index: 'resource_quantity', rows: 10_500, matches: 0 },
)
searches(
  'a sort by _id walks its index',
  () => query('Observation', [], { sort: [{ param: param('Observation', '_id'), descending: true }] }),
  { index: 'resource_id', rows: 120, matches: 20 },
)

test('many references are looked up one by one, not compared with every row', async () => {
  const values = Array.from({ length: 200 }, (_, n) => ({ type: 'Patient', id: `p${n}` }))
  const clause: Clause = { kind: 'reference', param: param('Observation', 'subject'), values }
  const cost = await explainer.search(query('Observation', [clause], { count: 0 }))
  assert.equal(cost.scanned, [], 'no table is read from end to end')
  assert.ok(cost.indexes.has('resource_tokens'), [...cost.indexes].join(', '))
})

test('_revinclude goes through GIN', async () => {
  const { steps } = await storage.explain!(
    query('Patient', [{ kind: 'id', ids: ['p7'] }], {
      revinclude: [{ source: 'Observation', param: param('Observation', 'subject'), iterate: false }],
    }),
  )
  const plan = steps.find(({ description }) => description.startsWith('_revinclude'))?.plan
  assert.match(plan ?? '', /Bitmap Index Scan on resource_tokens/)
  assert.not.match(plan ?? '', /Seq Scan/)
})

test('sorting very many by a token is refused at once', async () => {
  const asked = query('Observation', [], {
    sort: [{ param: param('Observation', 'code'), descending: false }],
  })
  const failure = await storage.search(asked).catch((error: Error & { code?: string }) => error)
  assert.is((failure as { code?: string }).code, 'too-costly')
})

test('an unasked total stops counting at 1,001', async () => {
  const dense = query('Observation', [token('Observation', 'category', 'vital-signs')], {
    total: 'default',
    sort: latest,
  })
  const cost = await explainer.search(dense)
  assert.ok(cost.rows < 5_000, `looks at ${cost.rows} rows`)
  const page = await storage.search(dense)
  assert.equal([page.total, page.totalExact], [1001, false])
})

test('an estimate reads no rows and is near', async () => {
  const page = await storage.search(
    query('Observation', [token('Observation', 'code', 'hot')], { total: 'estimate' }),
  )
  assert.is(page.totalExact, false)
  assert.ok(page.total! > 0)
})

test('a write of many changes probes by key, whatever the size of the tables', async () => {
  const before = await scans()
  await storage.write(Array.from({ length: 20 }, (_, n) => put(observation(n), { kind: 'update' })))
  const after = await scans()
  assert.equal(after, before, 'no sequential scan')
})

async function scans() {
  // The counters of a connection reach the view when it is idle, or at its end.
  await storage.stop()
  await storage.start()
  return database.query(
    "select relname, seq_scan from pg_stat_user_tables where relname ~ '^(resource|search)' order by relname",
  )
}

test.run()
