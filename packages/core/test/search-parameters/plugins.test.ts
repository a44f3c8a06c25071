import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin } from '../../src/plugin/define.js'
import { searchParametersService, storageService } from '../../src/plugin/services.js'
import { defineSearchParameter, type PluginSearchParameter } from '../../src/search-parameters/define.js'
import { memoryStorage } from '../../src/storage/memory.js'
import { createTestServer } from '../../testing/test-server.js'
import { ana, testServer } from '../support/server.js'
import { eventually, fast, named } from './support.js'

const test = suite('search parameters of plugins')

const nationality = defineSearchParameter({
  url: 'https://hospital.example/SearchParameter/patient-birth-order',
  code: 'birth-order',
  base: ['Patient'],
  type: 'number',
  expression: 'Patient.multipleBirth.ofType(integer)',
  description: 'Place among the children of one birth',
})

function census(...searchParameters: PluginSearchParameter[]) {
  return definePlugin({ name: 'census', setup: () => ({ searchParameters }) })
}

const second = { ...ana, multipleBirthInteger: 2 }

test('where nothing is stored they can be used at once', async () => {
  const server = await testServer([census(nationality)])
  await server.request('POST', 'Patient', second)
  const { status, json } = await server.request('GET', 'Patient?birth-order=2')
  assert.is(status, 200)
  assert.is(json.total, 1)
  await server.stop()
})

test('what was stored before the plugin came is indexed first', async () => {
  const storage = memoryStorage()
  const options = { provide: [[storageService, storage]] as const, indexing: fast }
  const before = await createTestServer({ plugins: [], ...options })
  await before.request('POST', 'Patient', second)
  await before.stop()
  const after = await createTestServer({ plugins: [census(nationality)], ...options })
  assert.is((await after.request('GET', 'Patient?birth-order=2')).status, 400)
  await eventually(async () => {
    const { json } = await after.request('GET', 'Patient?birth-order=2')
    assert.is(json.total, 1)
  })
  await after.stop()
})

test('they are SearchParameter resources, written again only when they changed', async () => {
  const storage = memoryStorage()
  const start = async (parameter: PluginSearchParameter) => {
    const server = await createTestServer({
      plugins: [census(parameter)],
      provide: [[storageService, storage]],
      indexing: fast,
    })
    const { json } = await server.request('GET', `SearchParameter?code=birth-order`)
    await server.stop()
    assert.is(json.total, 1)
    return json.entry[0].resource
  }
  const first = await start(nationality)
  assert.is(first.meta.versionId, '1')
  assert.equal(first.meta.tag, [{ system: 'https://anamnesis.dev/fhir/CodeSystem/plugin', code: 'census' }])
  assert.is((await start(nationality)).meta.versionId, '1')
  assert.is((await start({ ...nationality, description: 'Birth order' })).meta.versionId, '2')
})

test('one that cannot be used keeps the server from starting, and is named with its plugin', async () => {
  const broken = { ...nationality, expression: 'Patient.birthOrder' }
  const clashing = { ...nationality, url: 'https://hospital.example/SearchParameter/x', code: 'gender' }
  try {
    await testServer([census(broken, clashing)])
    assert.unreachable()
  } catch (error) {
    const { message } = error as Error
    assert.match(
      message,
      /\[census\] setup: its search parameter 'birth-order'.*Patient has no element 'birthOrder'/,
    )
    assert.match(
      message,
      /\[census\] setup: its search parameter 'gender'.*R4 has a search parameter 'gender'/,
    )
  }
})

test('one whose code a stored parameter has keeps the server from starting', async () => {
  const storage = memoryStorage()
  const options = { provide: [[storageService, storage]] as const, indexing: fast }
  const before = await createTestServer({ plugins: [], ...options })
  await before.request('POST', 'SearchParameter', {
    resourceType: 'SearchParameter',
    status: 'active',
    name: 'Other',
    ...nationality,
    url: 'https://elsewhere.example/SearchParameter/birth-order',
  })
  await before.stop()
  try {
    await createTestServer({ plugins: [census(nationality)], ...options })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /has the code 'birth-order' on Patient and is active/)
  }
})

test('the boot report lists them', async () => {
  const server = await testServer([census(nationality)])
  const [line] = server.report.filter(({ plugin }) => plugin === 'census')
  assert.equal(line?.adds, ['search parameters: Patient.birth-order'])
  await server.stop()
})

test('a plugin that extracts by the service gets the values of custom parameters too', async () => {
  const found: string[] = []
  const reader = definePlugin({
    name: 'reader',
    uses: { parameters: searchParametersService },
    setup: ({ parameters }) => ({
      hooks: {
        afterCommit(changes) {
          for (const { resource } of changes)
            if (resource) found.push(...parameters.extract(resource).map(({ param }) => param))
        },
      },
    }),
  })
  const server = await testServer([census(nationality), reader])
  await server.request('POST', 'Patient', second)
  await eventually(async () => assert.ok(found.includes('birth-order')))
  const status = await server.request('GET', 'SearchParameter/$status?code=birth-order')
  assert.is(named(status.json.parameter[0].part, 'state'), 'usable')
  await server.stop()
})

test.run()
