// Each sentence of src/plugin/hooks.ts that hooks.test.ts leaves open.
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type CommittedChange,
  definePlugin,
  defineResource,
  engineService,
  FhirError,
  type Hooks,
  type RequestContext,
} from '../../src/index.js'
import { ana, testServer } from '../support/server.js'

const test = suite('the contract of hooks')

const plugin = (name: string, hooks: Hooks) => definePlugin({ name, setup: () => ({ hooks }) })
const serverWith = (...all: Hooks[]) => testServer(all.map((hooks, index) => plugin(`p${index}`, hooks)))
type Server = Awaited<ReturnType<typeof testServer>>

const entry = (method: string, url: string, resource?: object, extra: object = {}) => ({
  ...(resource ? { resource } : {}),
  request: { method, url, ...extra },
})
const send = (server: Server, type: string, ...entries: object[]) =>
  server.request('POST', '', { resourceType: 'Bundle', type, entry: entries })
const transact = (server: Server, ...entries: object[]) => send(server, 'transaction', ...entries)
const patch = (server: Server, path: string, operations: object[]) =>
  server.request('PATCH', path, JSON.stringify(operations), { 'content-type': 'application/json-patch+json' })
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const refusal = (text: string) => new FhirError('business-rule', text)

test('authenticate comes before anything else, and the first answer wins', async () => {
  const asked: string[] = []
  let principal: string | undefined
  const named = (id: string) => {
    asked.push(id)
    return { id, roles: [] }
  }
  const server = await serverWith(
    { authenticate: () => void asked.push('a') },
    { authenticate: async () => named('b') },
    {
      authenticate: () => named('c'),
      authorize: (_, ctx) => {
        principal = ctx.principal?.id
      },
    },
  )
  await server.request('GET', 'metadata')
  assert.equal(asked, ['a', 'b'])
  assert.is(principal, 'b')
  await server.stop()
})

test('wrong credentials are refused before the request is looked at', async () => {
  const server = await serverWith({
    authenticate: () => {
      throw new FhirError('unauthenticated', 'The token has expired.', {
        headers: { 'www-authenticate': 'Bearer' },
      })
    },
  })
  for (const path of ['Patient', 'NoSuchType', `Patient?name=${'x'.repeat(20_000)}`]) {
    const refused = await server.request('POST', path, '{"broken')
    assert.is(refused.status, 401, path.slice(0, 20))
    assert.is(refused.headers['www-authenticate'], 'Bearer')
  }
  await server.stop()
})

test('authorize hears of every interaction once, entries of bundles included, and refuses before anything is written', async () => {
  const heard: string[] = []
  let refuse = ''
  const server = await serverWith({
    authorize: (asked) => {
      heard.push(asked.interaction)
      if (asked.interaction === refuse) throw new FhirError('forbidden', 'This is not for you.')
    },
  })
  const entries = [
    entry('GET', 'Patient'),
    entry('POST', 'Patient', ana),
    entry('PUT', 'Patient/1', { ...ana, id: '1' }),
  ]
  await transact(server, ...entries)
  assert.equal(heard, ['transaction', 'create', 'update', 'search-type'])
  heard.length = 0
  await send(server, 'batch', ...entries)
  assert.equal([...heard].sort(), ['batch', 'create', 'search-type', 'update'])
  for (refuse of ['update', 'search-type']) {
    const before = (await server.request('GET', '_history')).json.total
    assert.is((await transact(server, ...entries)).status, 403)
    assert.is((await server.request('GET', '_history')).json.total, before)
  }
  await server.stop()
})

test('narrow is a waterfall, and a query for nothing hides from every way to read', async () => {
  let hide = false
  const server = await serverWith(
    { narrow: (query) => ({ ...query, where: [...query.where, { kind: 'and', clauses: [] }] }) },
    {
      narrow: (query) => {
        assert.equal(query.where.at(-1), { kind: 'and', clauses: [] })
        return hide ? { ...query, where: [...query.where, { kind: 'nothing' }] } : query
      },
    },
  )
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  hide = true
  for (const path of ['Patient/1', 'Patient/1/_history/1', 'Patient/1/_history']) {
    assert.is((await server.request('GET', path)).status, 404, path)
  }
  for (const path of ['Patient', '_history', 'Patient/_history', 'Patient/1/*', '?_type=Patient']) {
    assert.is((await server.request('GET', path)).json.total ?? 0, 0, path)
  }
  assert.is((await patch(server, 'Patient/1', [])).status, 404)
  assert.is((await patch(server, 'Patient?identifier=urn:mrn|A1', [])).status, 404)
  assert.is((await server.request('DELETE', 'Patient?identifier=urn:mrn|A1')).status, 204)
  const created = await server.request('POST', 'Patient', ana, { 'if-none-exist': 'identifier=urn:mrn|A1' })
  assert.is(created.status, 201)
  hide = false
  assert.is((await server.request('GET', 'Patient/1')).status, 200)
  await server.stop()
})

test('beforeWrite is a waterfall in boot order, and returning nothing leaves the resource', async () => {
  const seen: unknown[] = []
  const server = await serverWith(
    { beforeWrite: (resource) => ({ ...resource, language: 'es' }) },
    { beforeWrite: (resource) => void seen.push(resource.language) },
    { beforeWrite: async (resource) => ({ ...resource, language: `${resource.language}-ES` }) },
  )
  assert.is((await server.request('POST', 'Patient', ana)).json.language, 'es-ES')
  assert.equal(seen, ['es'])
  await server.stop()
})

test('beforeWrite sees every write after the handlers, and knows what is about to be written', async () => {
  const seen: string[] = []
  const transactions: boolean[] = []
  const server = await testServer([
    definePlugin({
      name: 'all',
      setup: () => ({
        resources: [
          defineResource('Patient', {
            create: (input, _ctx, next) =>
              next({ ...input, resource: { ...input.resource, language: 'handled' } }),
          }),
        ],
        hooks: {
          beforeWrite: (resource, { kind, type, id }, ctx) => {
            seen.push(
              [kind, type, id === undefined ? '-' : id.slice(0, 3), resource.language ?? ''].join(' ').trim(),
            )
            transactions.push(ctx.transaction !== undefined)
            return undefined
          },
        },
      }),
    }),
  ])
  await server.request('POST', 'Patient', ana)
  await server.request('PUT', 'Patient/abc', { ...ana, id: 'abc', identifier: [{ value: 'one' }] })
  await server.request('PUT', 'Patient?identifier=one', ana)
  await patch(server, 'Patient/abc', [{ op: 'add', path: '/language', value: 'patched' }])
  assert.equal(seen, [
    'create Patient - handled',
    'update Patient abc',
    'update Patient abc',
    'update Patient abc patched',
  ])
  seen.length = 0
  transactions.length = 0
  const binary = {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from('[{"op":"add","path":"/language","value":"again"}]').toString('base64'),
  }
  const done = await transact(
    server,
    entry('PATCH', 'Patient/abc', binary),
    entry('PUT', 'Patient/xyz', { ...ana, id: 'xyz' }),
    entry('POST', 'Observation', { resourceType: 'Observation', status: 'final', code: { text: 'x' } }),
  )
  assert.is(done.status, 200, done.text)
  assert.equal(
    seen.map((line) => line.replace(/Observation \w+/, 'Observation id')),
    ['create Observation id', 'update Patient abc again', 'update Patient xyz'],
  )
  assert.equal(transactions, [true, true, true])
  await server.stop()
})

test('create has no id yet, for handlers and beforeWrite alike, whatever the client wrote there', async () => {
  const seen: unknown[] = []
  const server = await testServer([
    definePlugin({
      name: 'ids',
      setup: () => ({
        resources: [
          defineResource('Patient', {
            create: (input, _ctx, next) => {
              seen.push(input.resource.id)
              return next()
            },
          }),
        ],
        hooks: {
          beforeWrite: (resource) => {
            seen.push(resource.id)
            return undefined
          },
        },
      }),
    }),
  ])
  const sent = { ...ana, id: 'no valid id' }
  assert.is((await server.request('POST', 'Patient', sent)).status, 201)
  assert.is((await transact(server, entry('POST', 'Patient', sent))).status, 200)
  assert.equal(seen, [undefined, undefined, undefined, undefined])
  await server.stop()
})

test('a throw in beforeWrite refuses the write, in a transaction all of it', async () => {
  const server = await serverWith({
    beforeWrite: (resource) => {
      if (resource.gender === 'male') throw refusal('Only women here, please.')
      return undefined
    },
  })
  assert.is((await server.request('POST', 'Patient', { ...ana, gender: 'male' })).status, 422)
  const refused = await transact(
    server,
    entry('POST', 'Patient', ana),
    entry('POST', 'Patient', { ...ana, gender: 'male' }),
  )
  assert.is(refused.status, 422)
  assert.equal(refused.json.issue[0].expression, ['Bundle.entry[1]'])
  assert.is((await server.request('GET', 'Patient')).json.total, 0)
  await server.stop()
})

test('what a patch makes of a resource is judged by beforeWrite and validated', async () => {
  const server = await serverWith({
    beforeWrite: (resource) => ({ ...resource, active: resource.language === 'x' ? 'no' : true }),
  })
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  assert.is((await patch(server, 'Patient/1', [{ op: 'add', path: '/language', value: 'x' }])).status, 422)
  assert.is(
    (await patch(server, 'Patient/1', [{ op: 'add', path: '/language', value: 'y' }])).json.active,
    true,
  )
  await server.stop()
})

test('beforeCommit reads what was written, in boot order, and a throw undoes the whole transaction', async () => {
  const order: string[] = []
  let refuse = false
  const server = await serverWith(
    {
      beforeCommit: async (changes, tx) => {
        const rows = await tx.read(changes.map(({ change }) => change))
        order.push(`a ${rows.map((row) => row?.version).join()}`)
      },
    },
    {
      beforeCommit: async (_changes, tx, ctx) => {
        assert.is(ctx.transaction, tx)
        order.push('b')
        if (refuse) throw refusal('This cannot be committed.')
      },
    },
  )
  await transact(
    server,
    entry('PUT', 'Patient/1', { ...ana, id: '1' }),
    entry('PUT', 'Patient/2', { ...ana, id: '2' }),
  )
  assert.equal(order, ['a 1,1', 'b'])
  refuse = true
  for (const attempt of [
    () => transact(server, entry('PUT', 'Patient/1', { ...ana, id: '1' }), entry('DELETE', 'Patient/2')),
    () => server.request('DELETE', 'Patient/1'),
    () => patch(server, 'Patient/1', [{ op: 'remove', path: '/name' }]),
  ]) {
    assert.is((await attempt()).status, 422)
    assert.is((await server.request('GET', '_history')).json.total, 2)
  }
  await server.stop()
})

test('beforeReturn sees includes, entries of bundles and transactions, and a throw in it fails the request', async () => {
  let broken = false
  const server = await serverWith({
    beforeReturn: (resource) => {
      if (broken) throw refusal('This cannot be shown.')
      return resource.resourceType === 'Patient' ? { ...resource, birthDate: '1900' } : undefined
    },
  })
  const birthDates = (text: string) => [...text.matchAll(/"birthDate":"(\d+)/g)].map(([, year]) => year)
  await server.request('PUT', 'Patient/1', { ...ana, id: '1' })
  await server.request('POST', 'Observation', {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/1' },
  })
  for (const path of [
    'Observation?_include=Observation:subject',
    'Patient/1/_history/1',
    '_history',
    'Patient/1?_elements=birthDate',
  ]) {
    assert.equal(birthDates((await server.request('GET', path)).text), ['1900'], path)
  }
  const entries = [
    entry('GET', 'Patient/1'),
    entry('PUT', 'Patient/2', { ...ana, id: '2' }),
    entry('GET', 'Patient?_id=1'),
  ]
  for (const type of ['batch', 'transaction']) {
    const bundle = { resourceType: 'Bundle', type, entry: entries }
    const { text } = await server.request('POST', '', bundle, { prefer: 'return=representation' })
    assert.equal(birthDates(text), ['1900', '1900', '1900'], type)
  }
  broken = true
  assert.is((await server.request('GET', 'Patient/1')).status, 422)
  await server.stop()
})

test('beforeRespond sees answers and refusals alike, and may change their headers', async () => {
  const seen: string[] = []
  const server = await serverWith({
    beforeRespond: (response, request, ctx) => {
      seen.push(`${request.method} ${response.status} ${response.headers['x-request-id'] === ctx.requestId}`)
      response.headers['x-seen'] = 'yes'
    },
  })
  for (const [method, path] of [
    ['GET', 'metadata'],
    ['HEAD', 'Patient/none'],
    ['GET', 'NoSuchType'],
    ['PATCH', 'metadata'],
  ] as const) {
    assert.is((await server.request(method, path)).headers['x-seen'], 'yes')
  }
  assert.equal(seen, ['GET 200 true', 'HEAD 404 true', 'GET 404 true', 'PATCH 405 true'])
  await server.stop()
})

test('a throw in beforeRespond takes the place of a refusal too', async () => {
  const server = await serverWith({
    beforeRespond: () => {
      throw new FhirError('unavailable', 'The trail cannot be written.')
    },
  })
  const failed = await server.request('GET', 'Patient/none')
  assert.is(failed.status, 503)
  assert.ok(failed.headers['x-request-id'])
  await server.stop()
})

/** Records what afterCommit hears. */
function listening() {
  const heard: string[][] = []
  const contexts: RequestContext[] = []
  const hooks: Hooks = {
    afterCommit: (changes: readonly CommittedChange[], ctx) => {
      heard.push(changes.map(({ change, result }) => `${change.kind} ${change.type} ${result.version}`))
      contexts.push(ctx)
    },
  }
  return { heard, contexts, hooks }
}

test('afterCommit hears once of all that a transaction wrote, after it is visible and outside of it', async () => {
  const { heard, contexts, hooks } = listening()
  const server = await serverWith(hooks)
  await transact(
    server,
    entry('POST', 'Patient', ana),
    entry('PUT', 'Basic/1', { resourceType: 'Basic', id: '1', code: { text: 'x' } }),
  )
  await settled()
  assert.equal(heard, [['create Patient 1', 'update Basic 1']])
  assert.is(contexts[0]?.transaction, undefined)
  await server.stop()
})

test('afterCommit never hears of what was rolled back, nor of what changed nothing', async () => {
  const { heard, hooks } = listening()
  const server = await serverWith(hooks, {
    beforeCommit: (changes) => {
      if (changes.some(({ resource }) => resource?.gender === 'male'))
        throw refusal('Only women here, please.')
    },
  })
  await server.request('POST', 'Patient', { ...ana, gender: 'male' })
  await transact(server, entry('POST', 'Patient', ana), entry('POST', 'Patient', { ...ana, gender: 'male' }))
  await transact(server, entry('POST', 'Patient', ana), entry('GET', 'Patient/none'))
  await transact(server, entry('GET', 'Patient'))
  await server.request('DELETE', 'Patient?identifier=none')
  await settled()
  assert.equal(heard, [])
  await server.request('POST', 'Patient', ana, { 'if-none-exist': 'identifier=urn:mrn|A1' })
  await server.request('POST', 'Patient', ana, { 'if-none-exist': 'identifier=urn:mrn|A1' })
  await settled()
  assert.equal(heard, [['create Patient 1']])
  await server.stop()
})

test('what a handler writes through the engine belongs to the transaction that it runs in', async () => {
  const { heard, hooks } = listening()
  const following = definePlugin({
    name: 'following',
    uses: { engine: engineService },
    setup: ({ engine }) => ({
      resources: [
        defineResource('Patient', {
          create: async (_input, ctx, next) => {
            const resource = { resourceType: 'Basic', id: 'note', code: { text: 'x' } }
            await engine.execute({ interaction: 'update', type: 'Basic', id: 'note', resource }, ctx)
            return next()
          },
        }),
      ],
    }),
  })
  const server = await testServer([following, plugin('listening', hooks)])
  await transact(server, entry('POST', 'Patient', { ...ana, gender: 'wrong' }))
  assert.is((await server.request('GET', 'Basic/note')).status, 404)
  await settled()
  assert.equal(heard, [])
  const done = await transact(server, entry('POST', 'Patient', ana))
  assert.is(done.status, 200, done.text)
  await settled()
  assert.equal(heard, [['update Basic 1', 'create Patient 1']])
  await server.stop()
})

test('hooks that follow run at once, nobody waits for them, and a failure is logged with its plugin', async () => {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const finished: string[] = []
  const slow = async (name: string) => {
    await held
    finished.push(name)
  }
  const server = await testServer(
    [
      plugin('slow', { afterCommit: () => slow('commit'), afterResponse: () => slow('response') }),
      plugin('failing', {
        afterCommit: () => {
          throw Object.assign(new Error(`cannot tell "${ana.name[0]?.family}"`), {
            detail: ana.birthDate,
            code: '23505',
          })
        },
      }),
    ],
    { log: pino({ level: 'warn' }, sink) },
  )
  assert.is((await server.request('POST', 'Patient', ana)).status, 201)
  await settled()
  assert.equal(finished, [])
  const logged = JSON.parse(lines[0] ?? '{}')
  assert.is(logged.plugin, 'failing')
  assert.is(logged.hook, 'afterCommit')
  assert.is(logged.err.code, '23505')
  assert.ok(logged.requestId)
  assert.not.match(lines.join(), ana.birthDate)
  assert.not.match(lines.join(), 'Núñez')
  setTimeout(release, 20)
  await server.stop()
  assert.equal(finished.sort(), ['commit', 'response'], 'a stop waits for them')
})

test('afterResponse follows refusals as well as answers', async () => {
  const seen: number[] = []
  const server = await serverWith({ afterResponse: (response) => void seen.push(response.status) })
  await server.request('GET', 'metadata')
  await server.request('GET', 'Patient/none')
  await settled()
  assert.equal(seen, [200, 404])
  await server.stop()
})

test('a handler that throws without waiting, or after the write, undoes its transaction', async () => {
  for (const late of [false, true]) {
    const server = await testServer([
      definePlugin({
        name: 'throwing',
        setup: () => ({
          resources: [
            defineResource('Basic', {
              create: (_input, _ctx, next) => {
                if (!late) throw refusal('No Basic here, please.')
                return next().then(() => {
                  throw refusal('No Basic here, please.')
                })
              },
            }),
          ],
        }),
      }),
    ])
    const refused = await transact(
      server,
      entry('POST', 'Patient', ana),
      entry('POST', 'Basic', { resourceType: 'Basic', code: { text: 'x' } }),
    )
    assert.is(refused.status, 422)
    assert.equal(refused.json.issue[0].expression, ['Bundle.entry[1]'])
    assert.is((await server.request('GET', 'Patient')).json.total, 0)
    await server.stop()
  }
})

test.run()
