import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reindex } from '../../src/commands/reindex.js'
import type { TestServer } from '../../testing/test-server.js'
import { fast } from '../search-parameters/support.js'
import { ana, testServer } from '../support/server.js'
import { type Ran, runCaptured } from './capture.js'

interface Context {
  server: TestServer
  url: string
  reindex(...args: string[]): Promise<Ran>
}

const test = suite<Context>('anamnesis reindex')

test.before.each(async (context) => {
  context.server = await testServer([], { indexing: fast })
  context.url = (await context.server.listen(0)).url
  context.reindex = (...args) => runCaptured(['reindex', '--url', context.url, ...args], [reindex])
  for (let n = 0; n < 25; n++) await context.server.request('POST', 'Patient', ana)
})

test.after.each(({ server }) => server.stop())

test('reindexes a type and says how many resources that were', async ({ reindex }) => {
  const { code, stdout, stderr } = await reindex('--type', 'Patient', '--force')
  assert.is(code, 0, stderr)
  assert.match(stdout, /25 resources reindexed\.\n$/)
})

test('says so where nothing is to do', async ({ reindex }) => {
  const { code, stdout } = await reindex()
  assert.is(code, 0)
  assert.match(stdout, /nothing was to do/)
})

test('a type that does not exist fails with the reason', async ({ reindex }) => {
  const { code, stderr } = await reindex('--type', 'Patients')
  assert.is(code, 1)
  assert.match(stderr, /400.*'Patients' is no R4 resource type/)
})

test('a job that was cancelled is no success', async ({ server, reindex }) => {
  const slow = await server.request('POST', '$reindex?type=Patient&force=true')
  const id = slow.json.parameter[0].valueId
  await server.request('POST', `$reindex-cancel?job=${id}`)
  const { code, stderr } = await reindex('--job', id)
  assert.is(code, 1)
  assert.match(stderr, /cancelled/)
})

test('a server that is not there is named', async () => {
  const { code, stderr } = await runCaptured(['reindex', '--url', 'http://127.0.0.1:1/fhir'], [reindex])
  assert.is(code, 1)
  assert.match(stderr, /http:\/\/127\.0\.0\.1:1\/fhir cannot be reached/)
})

test('Ctrl-C leaves the job alone and tells how to watch it again', async ({ url }) => {
  const stopping = new AbortController()
  stopping.abort()
  const ran = await runCaptured(['reindex', '--url', url, '--force'], [reindex], { signal: stopping.signal })
  assert.is(ran.code, 130)
  assert.match(ran.stderr, /anamnesis reindex --url .* --job /)
})

test('--job goes with neither --type nor --force', async ({ reindex }) => {
  const { code, stderr } = await reindex('--job', 'x', '--force')
  assert.is(code, 2)
  assert.match(stderr, /neither --type nor --force/)
})

test.run()
