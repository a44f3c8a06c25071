// Custom search parameters and reindexing on PostgreSQL: what a server in one process cannot show.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createTestServer, type TestServer } from '@anamnesis/core/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { citus } from '../src/index.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

const test = suite('reindexing on PostgreSQL')
const patients = 600
let database: TestDatabase
const running: TestServer[] = []

async function start(indexing = { poll: 50, lease: 1500, batch: 100 }): Promise<TestServer> {
  const server = await createTestServer({
    plugins: [citus({ connectionString: database.url })],
    indexing,
    limits: { maxCount: 1000 },
  })
  running.push(server)
  return server
}

test.before(async () => {
  database = await startPostgres()
  const server = await start()
  const entry = Array.from({ length: patients }, (_, n) => ({
    request: { method: 'PUT', url: `Patient/p${n}` },
    resource: {
      resourceType: 'Patient',
      id: `p${n}`,
      multipleBirthInteger: n % 3,
      name: [{ text: `P${n}` }],
    },
  }))
  const { status, text } = await server.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry,
  })
  assert.is(status, 200, text)
})
test.after.each(async () => {
  for (const server of running.splice(0)) await server.stop()
})
test.after(async () => {
  for (const server of running.splice(0)) await server.stop()
  await database?.stop()
})

function birthOrder(code: string) {
  return {
    resourceType: 'SearchParameter',
    id: code,
    url: `https://hospital.example/SearchParameter/${code}`,
    name: 'BirthOrder',
    status: 'active',
    description: 'Place among the children of one birth',
    code,
    base: ['Patient'],
    type: 'number',
    expression: 'Patient.multipleBirth.ofType(integer)',
  }
}

async function put(server: TestServer, code: string): Promise<void> {
  const { status, text } = await server.request('PUT', `SearchParameter/${code}`, birthOrder(code))
  assert.is(status, 201, text)
}

async function total(server: TestServer, query: string): Promise<number> {
  const { status, json, text } = await server.request('GET', `Patient?${query}&_total=accurate&_count=0`)
  assert.is(status, 200, text)
  return json.total
}

function named(parameters: readonly { readonly name: string }[], name: string): unknown {
  const found = parameters.find((each) => each.name === name)
  return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1]
}

test('a parameter is indexed while others write, and then finds exactly what it should', async () => {
  const server = await start()
  await put(server, 'order-a')
  assert.is((await server.request('GET', 'Patient?order-a=2')).status, 400)
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = writer; n < patients; n += 40) {
      const patient = { resourceType: 'Patient', id: `p${n}`, multipleBirthInteger: 7 }
      assert.is((await server.request('PUT', `Patient/p${n}`, patient)).status, 200)
    }
  })
  const [ended] = await Promise.all([server.request('GET', '$reindex-status?wait=60'), ...writers])
  assert.is(named(ended.json.parameter, 'state'), 'done', ended.text)
  const rows = await database.query<{ order: number | null; n: string }>(
    `select (content::json ->> 'multipleBirthInteger')::int as order, count(*) as n from resource
     where id like 'p%' and not deleted group by 1`,
  )
  for (const { order, n } of rows)
    assert.is(await total(server, `order-a=${order}`), Number(n), `order ${order}`)
  assert.is(await total(server, 'order-a:missing=false'), patients)
})

test('after a retirement the code is free, and another meaning of it finds nothing of the old one', async () => {
  const server = await start()
  await server.request('DELETE', 'SearchParameter/order-a')
  const other = {
    ...birthOrder('order-a'),
    id: 'other',
    expression: 'Patient.multipleBirth.ofType(integer).first() + 100',
  }
  assert.is((await server.request('PUT', 'SearchParameter/other', other)).status, 201)
  const ended = await server.request('GET', '$reindex-status?wait=60')
  assert.is(named(ended.json.parameter, 'state'), 'done')
  assert.is(await total(server, 'order-a=7'), 0)
  assert.is(await total(server, 'order-a=107'), 60)
})

test('a server that is killed in the middle is replaced by another, which goes on where it was', async () => {
  const program = fileURLToPath(new URL('./support/reindexing-server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, database.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  // Without jobs of its own, so that the child takes it.
  const author = await start({ poll: 50, lease: 1500, batch: 5 })
  const parameter = { ...birthOrder('order-b') }
  const posted = author.request('PUT', 'SearchParameter/order-b', parameter)
  assert.is((await posted).status, 201)
  await author.stop()
  const job = async () => {
    const [row] = await database.query<{ id: string; state: string; progress: { done: number } | null }>(
      'select id, state, progress from job order by n desc limit 1',
    )
    return row
  }
  const until = Date.now() + 20_000
  for (;;) {
    const current = await job()
    if ((current?.progress?.done ?? 0) >= 50 || Date.now() > until) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  const left = await job()
  assert.is(left?.state, 'running')
  const done = left?.progress?.done ?? 0
  assert.ok(done >= 50 && done < patients, `${done} of ${patients} were done when it was killed`)

  const server = await start()
  assert.is((await server.request('GET', 'Patient?order-b=2')).status, 400, 'it is not usable half done')
  const status = await server.request('GET', '$reindex-status?wait=60')
  assert.is(named(status.json.parameter, 'state'), 'done', status.text)
  assert.is(named(status.json.parameter, 'job'), left?.id, 'the same job')
  // Between two saves some may be indexed twice, never left out.
  assert.ok(Number(named(status.json.parameter, 'done')) >= patients - 5)
  assert.is(await total(server, 'order-b:missing=false'), patients)
})

test('two servers on one database know the same parameters', async () => {
  const [one, two] = [await start(), await start()]
  await put(one, 'order-c')
  await two.request('GET', '$reindex-status?wait=60')
  await one.request('GET', '$reindex-status?wait=60')
  assert.is(await total(two, 'order-c=7'), 60)
  assert.is(await total(one, 'order-c=7'), 60)
  await two.request('DELETE', 'SearchParameter/order-c')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const strict = await one.request('GET', 'Patient?order-c=7', undefined, { prefer: 'handling=strict' })
  assert.is(strict.status, 400)
})

test('of parameters that race for a code, on two servers, one is taken', async () => {
  const servers = [await start(), await start()]
  const answers = await Promise.all(
    [0, 1, 2, 3].map((n) =>
      (servers[n % 2] as TestServer).request('POST', 'SearchParameter', {
        ...birthOrder('order-d'),
        id: undefined,
        url: `https://hospital.example/SearchParameter/d${n}`,
      }),
    ),
  )
  assert.equal(answers.map(({ status }) => status).sort(), [201, 422, 422, 422])
})

test.run()
