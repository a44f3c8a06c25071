import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, memoryStorage, type Storage, storageService } from '../../src/index.js'
import { createTestServer } from '../../testing/index.js'
import { testServer } from '../support/server.js'

const test = suite('$explain')

/** Memory storage that says what it was asked to explain. */
function explaining(): Storage {
  const storage = memoryStorage()
  storage.explain = async (query) => ({
    steps: [
      {
        description: `looks at every ${query.types.join()}`,
        statement: 'select 1',
        plan: 'Result',
        milliseconds: 0.5,
      },
    ],
    shards: { touched: 1, total: 32 },
  })
  return storage
}

/** Only what belongs to Ana. */
const onlyAna = definePlugin({
  name: 'only-ana',
  setup: () => ({
    hooks: {
      narrow: (query) => ({
        ...query,
        access: [{ kind: 'compartment', compartment: 'Patient', ids: ['ana'] }],
      }),
    },
  }),
})

test('shows the query as the caller may run it, and how storage runs it', async () => {
  const server = await createTestServer({
    plugins: [onlyAna],
    provide: [[storageService, explaining()]],
    explain: true,
  })
  const { status, json } = await server.request('GET', 'Observation/$explain?code=a&_sort=-date&_count=5')
  assert.is(status, 200)
  const [query, step, touched, total] = json.parameter
  const typed = JSON.parse(query.valueString)
  assert.equal(typed.where, [{ kind: 'token', param: 'code', values: [{ code: 'a' }] }])
  assert.equal(typed.sort, [{ param: 'date', descending: true }])
  assert.equal(typed.access, [{ kind: 'compartment', compartment: 'Patient', ids: ['ana'] }])
  assert.is(typed.count, 5)
  assert.equal(
    step.part.map(({ name }: { name: string }) => name),
    ['description', 'statement', 'plan', 'milliseconds'],
  )
  assert.equal([touched.valueInteger, total.valueInteger], [1, 32])
  await server.stop()
})

test('works for several types, by form too', async () => {
  const server = await createTestServer({
    plugins: [],
    provide: [[storageService, explaining()]],
    explain: true,
  })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const { status, text, json } = await server.request('POST', '$explain', '_type=Patient,Person&_id=a', form)
  assert.is(status, 200, text)
  assert.match(json.parameter[1].part[0].valueString, 'every Patient,Person')
  await server.stop()
})

test('refuses what the search itself would refuse', async () => {
  const server = await createTestServer({
    plugins: [],
    provide: [[storageService, explaining()]],
    explain: true,
  })
  const { status, json } = await server.request('GET', 'Patient/$explain?birthdate=soon')
  assert.is(status, 400)
  assert.is(json.issue[0].details.coding[0].code, 'invalid-search')
  await server.stop()
})

test('is not there unless the server offers it, and memory storage has nothing to explain', async () => {
  const without = await testServer()
  assert.is((await without.request('GET', 'Patient/$explain')).status, 404)
  assert.not.match((await without.request('GET', 'metadata')).text, '/explain')
  await without.stop()
  const memory = await testServer([], { explain: true })
  const { status, json } = await memory.request('GET', 'Patient/$explain')
  assert.is(status, 400)
  assert.is(json.issue[0].details.coding[0].code, 'unsupported-search')
  assert.match((await memory.request('GET', 'metadata')).text, '/explain')
  await memory.stop()
})

test.run()
