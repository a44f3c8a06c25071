import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type CommittedChange,
  defineOperation,
  definePlugin,
  defineResource,
  FhirError,
  type Hooks,
  ResourceResult,
  refuse,
} from '../../src/index.js'
import { ana, testServer } from '../support/server.js'

const test = suite('hooks, handlers and operations')

const withHooks = (hooks: Hooks) => testServer([definePlugin({ name: 'hooked', setup: () => ({ hooks }) })])

test('beforeWrite changes what is stored, and what it returns is validated', async () => {
  const server = await withHooks({
    beforeWrite: (resource) => ({ ...resource, language: resource.gender === 'male' ? 7 : 'es' }),
  })
  assert.is((await server.request('POST', 'Patient', ana)).json.language, 'es')
  assert.is((await server.request('POST', 'Patient', { ...ana, gender: 'male' })).status, 422)
  await server.stop()
})

test('a throw in beforeCommit rolls back and reaches the client', async () => {
  const server = await withHooks({
    beforeCommit: (changes) => {
      if (changes.some(({ resource }) => resource?.gender === 'male'))
        throw new FhirError('business-rule', 'No males here.')
    },
  })
  const refused = await server.request('POST', 'Patient', { ...ana, gender: 'male' })
  assert.is(refused.status, 422)
  assert.match(refused.text, 'No males here.')
  assert.is((await server.request('POST', 'Patient', ana)).status, 201)
  assert.is((await server.request('GET', 'Patient')).json.total, 1)
  await server.stop()
})

test('beforeCommit may write in the same transaction', async () => {
  const server = await withHooks({
    beforeCommit: async (changes, tx) => {
      const [first] = changes
      if (first?.change.type !== 'Patient') return
      await tx.write([
        { ...first.change, type: 'Basic', id: 'shadow', kind: 'update', values: [], patients: [] },
      ])
    },
  })
  await server.request('POST', 'Patient', ana)
  assert.is((await server.request('GET', 'Basic/shadow')).status, 200)
  await server.stop()
})

test('afterCommit hears of each change after the commit, and its failure harms nobody', async () => {
  const heard: CommittedChange[] = []
  const server = await withHooks({
    afterCommit: (changes) => {
      heard.push(...changes)
      throw new Error('listener broke')
    },
  })
  assert.is((await server.request('POST', 'Patient', ana)).status, 201)
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(heard.length, 1)
  assert.is(heard[0]?.result.version, 1)
  await server.stop()
})

test('authenticate names the principal, authorize refuses by it', async () => {
  const server = await withHooks({
    authenticate: ({ headers }) =>
      headers.authorization ? { id: headers.authorization, roles: [] } : undefined,
    authorize: (_, ctx) => {
      if (!ctx.principal) throw new FhirError('unauthenticated', 'Log in first.')
    },
  })
  assert.is((await server.request('GET', 'Patient')).status, 401)
  assert.is((await server.request('GET', 'Patient', undefined, { authorization: 'me' })).status, 200)
  const batch = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: 'Patient' } }],
  }
  assert.is((await server.request('POST', '', batch)).status, 401)
  await server.stop()
})

test('narrow hides from search, read, history, includes of a batch, and conditional matches alike', async () => {
  const server = await withHooks({
    narrow: (query) => ({
      ...query,
      where: [...query.where, { kind: 'compartment', compartment: 'Patient', ids: ['mine'] }],
    }),
  })
  await server.request('PUT', 'Patient/mine', { ...ana, id: 'mine' })
  await server.request('PUT', 'Patient/theirs', { ...ana, id: 'theirs' })
  assert.is((await server.request('GET', 'Patient')).json.total, 1)
  assert.is((await server.request('GET', 'Patient/mine')).status, 200)
  for (const path of ['Patient/theirs', 'Patient/theirs/_history', 'Patient/theirs/_history/1']) {
    assert.is((await server.request('GET', path)).status, 404, path)
  }
  const updated = await server.request('PUT', 'Patient?identifier=urn:mrn|A1', { ...ana, active: true })
  assert.is(updated.json.id, 'mine', updated.text)
  assert.is((await server.request('GET', '_history')).json.entry.length, 2)
  await server.stop()
})

test('beforeReturn redacts reads, searches, history and representations, and storage keeps all', async () => {
  let redact = true
  const server = await withHooks({
    beforeReturn: (resource) =>
      redact && resource.resourceType === 'Patient' ? { ...resource, birthDate: undefined } : undefined,
  })
  const created = await server.request('POST', 'Patient', ana)
  assert.is(created.json.birthDate, undefined)
  const path = `Patient/${created.json.id}`
  assert.is((await server.request('GET', path)).json.birthDate, undefined)
  assert.is((await server.request('GET', 'Patient')).json.entry[0].resource.birthDate, undefined)
  assert.is((await server.request('GET', `${path}/_history`)).json.entry[0].resource.birthDate, undefined)
  redact = false
  assert.is((await server.request('GET', path)).json.birthDate, ana.birthDate)
  await server.stop()
})

test('a throw in beforeRespond fails the request in its place', async () => {
  const server = await withHooks({
    beforeRespond: () => {
      throw new FhirError('unavailable', 'The trail cannot be written.')
    },
  })
  assert.is((await server.request('GET', 'Patient')).status, 503)
  await server.stop()
})

test('an unexpected error is a 500 that tells nothing of the inside', async () => {
  const server = await withHooks({
    authorize: () => {
      throw new Error('secret detail')
    },
  })
  const { status, text } = await server.request('GET', 'Patient')
  assert.is(status, 500)
  assert.not.match(text, 'secret')
  await server.stop()
})

test('handlers are an onion, the first plugin outermost', async () => {
  const events: string[] = []
  const layer = (name: string) =>
    definePlugin({
      name,
      setup: () => ({
        resources: [
          defineResource('Patient', {
            read: async (_input, _ctx, next) => {
              events.push(`${name} in`)
              const result = await next()
              events.push(`${name} out`)
              return result
            },
          }),
        ],
      }),
    })
  const server = await testServer([layer('outer'), layer('inner')])
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  await server.request('GET', 'Patient/1')
  assert.equal(events, ['outer in', 'inner in', 'inner out', 'outer out'])
  await server.stop()
})

test('a virtual resource never touches storage', async () => {
  const legacy = definePlugin({
    name: 'legacy',
    setup: () => ({
      resources: [
        defineResource('Location', {
          read: async ({ id }) =>
            id === 'w1'
              ? ResourceResult.virtual({ resourceType: 'Location', id, name: 'Ward 1' })
              : undefined,
        }),
      ],
    }),
  })
  const server = await testServer([legacy])
  const read = await server.request('GET', 'Location/w1')
  assert.is(read.json.name, 'Ward 1')
  assert.is(read.headers.etag, undefined)
  assert.is((await server.request('GET', 'Location/w2')).status, 404)
  await server.stop()
})

test('a refused interaction answers 405 and leaves the CapabilityStatement', async () => {
  const server = await testServer([
    definePlugin({
      name: 'keep',
      setup: () => ({ resources: [defineResource('AuditEvent', { delete: refuse })] }),
    }),
  ])
  assert.is((await server.request('DELETE', 'AuditEvent/1')).status, 405)
  const { json } = await server.request('GET', 'metadata')
  const claimed = json.rest[0].resource.find(({ type }: { type: string }) => type === 'AuditEvent')
  assert.not(claimed.interaction.some(({ code }: { code: string }) => code === 'delete'))
  await server.stop()
})

test('an operation runs where it is offered, and shows in the CapabilityStatement', async () => {
  const hello = defineOperation({
    name: 'hello',
    url: 'http://example.org/OperationDefinition/hello',
    level: { type: true },
    types: ['Patient'],
    affectsState: true,
    run: async () => ({ resourceType: 'Parameters', parameter: [{ name: 'return', valueString: 'hello' }] }),
  })
  const server = await testServer([definePlugin({ name: 'greeter', setup: () => ({ operations: [hello] }) })])
  assert.is((await server.request('POST', 'Patient/$hello', {})).status, 400)
  const parameters = { resourceType: 'Parameters' }
  assert.is(
    (await server.request('POST', 'Patient/$hello', parameters)).json.parameter[0].valueString,
    'hello',
  )
  assert.is((await server.request('GET', 'Patient/$hello')).status, 405)
  assert.is((await server.request('POST', 'Observation/$hello', parameters)).status, 404)
  const { json } = await server.request('GET', 'metadata')
  const claimed = json.rest[0].resource.find(({ type }: { type: string }) => type === 'Patient')
  assert.is(claimed.operation[0].name, 'hello')
  await server.stop()
})

test.run()
