import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ana, testServer } from '../support/server.js'

type Server = Awaited<ReturnType<typeof testServer>>
const test = suite<{ server: Server }>('conditional interactions')

test.before.each(async (context) => {
  context.server = await testServer()
})
test.after.each(({ server }) => server.stop())

const criteria = 'identifier=urn:mrn|A1'

test('of N parallel conditional creates with the same criteria one creates', async ({ server }) => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => server.request('POST', 'Patient', ana, { 'if-none-exist': criteria })),
  )
  assert.equal(answers.map(({ status }) => status).filter((status) => status === 201).length, 1)
  assert.is(answers.filter(({ status }) => status === 200).length, 19)
  assert.is(new Set(answers.map(({ json }) => json.id)).size, 1)
})

test('a conditional create with several matches is refused with 412', async ({ server }) => {
  await server.request('POST', 'Patient', ana)
  await server.request('POST', 'Patient', ana)
  assert.is((await server.request('POST', 'Patient', ana, { 'if-none-exist': criteria })).status, 412)
})

test('a conditional update creates, then updates', async ({ server }) => {
  const created = await server.request('PUT', `Patient?${criteria}`, ana)
  assert.is(created.status, 201, created.text)
  const updated = await server.request('PUT', `Patient?${criteria}`, { ...ana, active: false })
  assert.is(updated.status, 200, updated.text)
  assert.is(updated.json.id, created.json.id)
  assert.is(updated.json.meta.versionId, '2')
})

test('a conditional update with the id of another resource in the body is refused', async ({ server }) => {
  await server.request('POST', 'Patient', ana)
  assert.is((await server.request('PUT', `Patient?${criteria}`, { ...ana, id: 'another' })).status, 400)
})

test('a conditional patch and delete find their one match', async ({ server }) => {
  const { id } = (await server.request('POST', 'Patient', ana)).json
  const patched = await server.request(
    'PATCH',
    `Patient?${criteria}`,
    JSON.stringify([{ op: 'add', path: '/active', value: true }]),
    { 'content-type': 'application/json-patch+json' },
  )
  assert.is(patched.status, 200, patched.text)
  assert.is((await server.request('DELETE', `Patient?${criteria}`)).status, 204)
  assert.is((await server.request('GET', `Patient/${id}`)).status, 410)
  assert.is((await server.request('DELETE', `Patient?${criteria}`)).status, 204)
})

test('criteria that select nothing in particular are refused', async ({ server }) => {
  for (const empty of ['', '_format=json', 'unheard-of=1']) {
    assert.is((await server.request('DELETE', `Patient?${empty}`)).status, 400, empty)
  }
})

test.run()
