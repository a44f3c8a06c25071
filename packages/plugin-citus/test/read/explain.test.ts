import { r4, type SearchQuery } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresStorage } from '../../src/index.js'
import { observation, put } from '../support/changes.js'
import { startPostgres, type TestDatabase } from '../support/postgres.js'
import { openStorage } from '../support/storage.js'

const test = suite('explaining a search')
let database: TestDatabase
let storage: PostgresStorage

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url)
  await storage.write([
    put({ resourceType: 'Patient', id: 'secret', gender: 'female', name: [{ family: 'Confidential' }] }),
    ...['a', 'b', 'c'].map((id) => put(observation(id, 'secret'))),
  ])
})
test.after(async () => {
  await storage?.stop()
  await database?.stop()
})

const param = (type: string, code: string) => r4.searchParameters(type).get(code)!
const query = (more: Partial<SearchQuery>): SearchQuery => ({
  types: ['Observation'],
  where: [],
  include: [],
  revinclude: [],
  sort: [],
  count: 2,
  total: 'accurate',
  ...more,
})
const byGender: SearchQuery['where'] = [
  {
    kind: 'chain',
    param: param('Observation', 'subject'),
    targets: [
      {
        type: 'Patient',
        where: [{ kind: 'token', param: param('Patient', 'gender'), values: [{ code: 'female' }] }],
      },
    ],
  },
]

test('tells each statement of a search in order, with its plan and its time', async () => {
  const { steps } = await storage.explain!(query({ where: byGender }))
  assert.equal(
    steps.map(({ description }) => description.split(':')[0]),
    ['Up to 1,000 Patient to go through', 'Page', 'Total'],
  )
  for (const { statement, plan, milliseconds } of steps) {
    assert.match(statement!, /^select|^with/)
    assert.match(plan!, /actual time=.*Execution Time/s)
    assert.ok(milliseconds! > 0)
  }
})

test('tells includes, computed sorts and totals alone', async () => {
  const include = { source: 'Observation', param: param('Observation', 'subject'), iterate: false }
  const described = async (more: Partial<SearchQuery>) =>
    (await storage.explain!(query(more))).steps.map(({ description }) => description.replace(/:.*/, ''))
  assert.equal(await described({ include: [include], total: 'none' }), ['Page', 'Reads resources by key'])
  assert.equal(await described({ sort: [{ param: param('Observation', 'code'), descending: false }] }), [
    'Keys of all matches, to sort them',
    'Texts of the matches, to sort them',
  ])
  assert.equal(await described({ count: 0 }), ['Total'])
  assert.equal(await described({ total: 'estimate' }), ['Page', 'Total'])
})

test('tells nothing of what is stored', async () => {
  const told = JSON.stringify(await storage.explain!(query({ where: byGender })))
  assert.not.match(told, /Confidential|secret/)
})

test('leaves the connection as it was', async () => {
  for (let n = 0; n < 12; n++) await storage.explain!(query({ where: byGender }))
  assert.is((await storage.search(query({}))).total, 3)
  await storage.write([put(observation('d', 'secret'))])
})

test.run()
