import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contentOf } from '../../src/fhir/content.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { storageService } from '../../src/plugin/services.js'
import { memoryStorage } from '../../src/storage/memory.js'
import type { Change, Storage } from '../../src/storage/storage.js'
import { createTestServer, type TestServer } from '../../testing/test-server.js'
import { ana } from '../support/server.js'
import { eventually, fast, named, nickname, type StorageChanges, withChanges } from './support.js'

const test = suite('several servers on one storage')

const running: TestServer[] = []

async function serverOn(storage: Storage, indexing = fast): Promise<TestServer> {
  const server = await createTestServer({ plugins: [], provide: [[storageService, storage]], indexing })
  running.push(server)
  return server
}

test.after.each(async () => {
  for (const server of running.splice(0)) await server.stop()
})

const nicked = { ...ana, name: [{ use: 'nickname', text: 'Anita' }] }

async function usable(server: TestServer, id: string): Promise<void> {
  await eventually(async () => {
    const { json } = await server.request('GET', `SearchParameter/${id}/$status`)
    assert.is(named(json.parameter[0].part, 'state'), 'usable')
  })
}

async function total(server: TestServer, query: string): Promise<number> {
  const { status, json, text } = await server.request('GET', query)
  assert.is(status, 200, text)
  return json.total
}

test('a parameter that one server is given works on the other, whoever writes', async () => {
  const storage = memoryStorage()
  const [one, two] = [await serverOn(storage), await serverOn(storage)]
  await one.request('POST', 'Patient', nicked)
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  await usable(two, json.id)
  await two.request('POST', 'Patient', nicked)
  await usable(one, json.id)
  assert.is(await total(one, 'Patient?nickname=Anita'), 2)
  assert.is(await total(two, 'Patient?nickname=Anita'), 2)
  assert.match((await two.request('GET', 'metadata')).text, /"name":"nickname"/)
})

test('its deletion ends its use on both', async () => {
  const storage = memoryStorage()
  const [one, two] = [await serverOn(storage), await serverOn(storage)]
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  await usable(two, json.id)
  await one.request('DELETE', `SearchParameter/${json.id}`)
  const strict = { prefer: 'handling=strict' }
  const asked = await one.request('GET', 'Patient?nickname=Anita', undefined, strict)
  assert.is(
    asked.json.issue[0].details.coding[0].code,
    'unknown-search-parameter',
    'at once where it was deleted',
  )
  await eventually(async () => {
    const later = await two.request('GET', 'Patient?nickname=Anita', undefined, strict)
    assert.is(later.status, 400)
    assert.not.match((await two.request('GET', 'metadata')).text, /"name":"nickname"/)
  })
})

test('what a server wrote before it heard of the parameter is found all the same', async () => {
  const storage = memoryStorage()
  // The second server looks so seldom that only the grace of the first one could help, and that is too short.
  const one = await serverOn(storage)
  const two = await serverOn(storage, { ...fast, poll: 300 })
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  for (let n = 0; n < 20; n++) {
    await two.request('POST', 'Patient', nicked)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await usable(one, json.id)
  await two.request('POST', '$reindex?type=Patient')
  await two.request('GET', '$reindex-status?wait=10')
  assert.is(await total(one, 'Patient?nickname=Anita'), 20)
})

test('rows that a server with older parameters leaves behind do not make the job end before they are indexed', async () => {
  const storage = memoryStorage()
  const one = await serverOn(storage)
  await one.request('POST', 'Patient', nicked)
  // Somebody who knows nothing of the parameter writes during each of the first three counts.
  let late = 0
  const busy = withChanges(storage, {
    async countOutdated(type, generation) {
      if (type === 'Patient' && late < 3) {
        await storage.write([change(nicked, `late-${late++}`)])
      }
      return storage.countOutdated(type, generation)
    },
  })
  await one.stop()
  const two = await serverOn(busy)
  const { json } = await two.request('POST', 'SearchParameter', nickname)
  await usable(two, json.id)
  assert.is(late, 3)
  assert.is(await total(two, 'Patient?nickname=Anita'), 4)
})

test('a job that cannot get there fails with the numbers, and the parameter stays out of use', async () => {
  const storage = memoryStorage()
  const deaf: StorageChanges = { index: async () => 0 }
  const server = await serverOn(withChanges(storage, deaf))
  await server.request('POST', 'Patient', nicked)
  const { json } = await server.request('POST', 'SearchParameter', nickname)
  const ended = await server.request('GET', '$reindex-status?wait=20')
  assert.is(named(ended.json.parameter, 'state'), 'failed')
  assert.match(
    String(named(ended.json.parameter, 'reason')),
    /1 of 1 Patient resources are still indexed by older/,
  )
  const status = await server.request('GET', `SearchParameter/${json.id}/$status`)
  assert.is(named(status.json.parameter[0].part, 'state'), 'failed')
  const search = await server.request('GET', 'Patient?nickname=Anita')
  assert.is(search.status, 400)
  assert.match(search.json.issue[0].diagnostics, /1 of 1 Patient.*POST \$reindex tries again/)

  delete deaf.index
  await server.request('POST', '$reindex')
  await server.request('GET', '$reindex-status?wait=20')
  assert.is(await total(server, 'Patient?nickname=Anita'), 1)
})

test('a server that stops in the middle leaves the rest to the next one, which begins where it was', async () => {
  const storage = memoryStorage()
  const indexed: string[] = []
  const slow = withChanges(storage, {
    async index(entries) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      indexed.push(...entries.map(({ id }) => id))
      return storage.index(entries)
    },
  })
  const one = await serverOn(slow)
  for (let n = 0; n < 100; n++) await one.request('POST', 'Patient', nicked)
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  await eventually(async () => assert.ok(indexed.length >= 30))
  await one.stop()
  const before = indexed.length
  assert.ok(before < 100, 'it was in the middle')

  const two = await serverOn(slow)
  await usable(two, json.id)
  assert.is(await total(two, 'Patient?nickname=Anita&_count=0'), 100)
  assert.ok(indexed.length <= 110, `${indexed.length} resources were indexed: at most one step happens twice`)
  const { json: job } = await two.request('GET', '$reindex-status')
  assert.is(named(job.parameter, 'done'), 100)
  assert.is((await storage.jobs.list({ kind: 'reindex' })).length, 1, 'it is the same job')
})

test('the job of a server that died is taken over', async () => {
  const storage = memoryStorage()
  const one = await serverOn(storage)
  for (let n = 0; n < 30; n++) await one.request('POST', 'Patient', nicked)
  await one.stop()
  const [written] = await storage.write([change(nickname, 'nickname')])
  await storage.jobs.create({
    kind: 'reindex',
    input: { types: ['Patient'], parameters: [`nickname/${written?.seq}`] },
  })
  await storage.jobs.lease(['reindex'], 'dead', 300)

  const two = await serverOn(storage)
  const early = await two.request('GET', 'Patient?nickname=Anita')
  assert.is(early.status, 400)
  await usable(two, 'nickname')
  assert.is(await total(two, 'Patient?nickname=Anita&_count=0'), 30)
  assert.is((await storage.jobs.list({ kind: 'reindex' })).length, 1)
})

test('a server that starts later knows at once what is usable', async () => {
  const storage = memoryStorage()
  const one = await serverOn(storage)
  await one.request('POST', 'Patient', nicked)
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  await usable(one, json.id)
  const two = await serverOn(storage)
  assert.is(await total(two, 'Patient?nickname=Anita'), 1)
  assert.is((await storage.jobs.list({ kind: 'reindex' })).length, 1)
})

test('without the record of its job a parameter is usable after a restart, because the rows tell', async () => {
  const storage = memoryStorage()
  const one = await serverOn(storage)
  await one.request('POST', 'Patient', nicked)
  const { json } = await one.request('POST', 'SearchParameter', nickname)
  await usable(one, json.id)
  const two = await serverOn(withChanges(storage, { jobs: memoryStorage().jobs }))
  assert.is(await total(two, 'Patient?nickname=Anita'), 1)
})

/** What a server that knows nothing of the parameter writes. */
function change(resource: AnyResource, id: string): Change {
  return {
    kind: 'create',
    type: resource.resourceType,
    id,
    ...contentOf(resource, id),
    values: [],
    patients: [],
  }
}

test.run()
