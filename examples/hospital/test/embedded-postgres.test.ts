import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.js'
import { isAlive } from '../src/postgres/process.js'

const isRoot = process.getuid?.() === 0
const holder = fileURLToPath(new URL('fixtures/hold-postgres.ts', import.meta.url))

interface Context {
  dir: string
  lines: string[]
  running: EmbeddedPostgres[]
  start(options?: { dataDir?: string; explicit?: boolean }): Promise<EmbeddedPostgres>
}

const test = suite<Context>('embedded PostgreSQL')

test.before.each(async (context) => {
  context.dir = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-pg-'))
  await chmod(context.dir, 0o755)
  context.lines = []
  context.running = []
  context.start = async (options = {}) => {
    const server = await startEmbeddedPostgres({
      dataDir: context.dir,
      log: (line) => context.lines.push(line),
      ...options,
    })
    context.running.push(server)
    return server
  }
})

test.after.each(async (context) => {
  for (const server of context.running) await server.stop()
  await rm(context.dir, { recursive: true, force: true })
})

async function query(server: { connectionString: string }, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** A process of its own that starts PostgreSQL, inserts rows and prints each number once it is acknowledged. */
async function startHolder(dir: string, options: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', holder, dir], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options,
  })
  const output = { text: '', errors: '' }
  child.stdout.on('data', (data) => {
    output.text += data
  })
  child.stderr.on('data', (data) => {
    output.errors += data
  })
  return { child, output }
}

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  const end = Date.now() + 60_000
  while (!condition()) {
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`waited in vain; exit code ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** A postmaster removes its files a moment before its process is gone. */
async function ends(pid: number): Promise<boolean> {
  const end = Date.now() + 10_000
  while (isAlive(pid) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  return !isAlive(pid)
}

async function postmasterOf(dir: string): Promise<number> {
  return Number.parseInt(await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8'), 10)
}

test('the first start makes a durable UTF-8 database with checksums, owned by a role without superpowers', async ({
  start,
}) => {
  const server = await start()
  const names = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'data_checksums',
    'server_encoding',
    'lc_collate',
  ]
  const shown = await query(
    server,
    `select name, setting from pg_settings where name in ('${names.join("','")}') order by 1`,
  )
  assert.equal(Object.fromEntries(shown.map((row) => [row.name, row.setting])), {
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
  })
  const [role] = await query(server, 'select rolsuper from pg_roles where rolname = current_user')
  assert.equal(role, { rolsuper: false })
  await query(server, 'create table t (x text); create extension pg_trgm')
  assert.equal(await query(server, `select lower('ÁÑO') as low`), [{ low: 'áño' }])
})

test('only its owner can read the password, and no one gets in without it', async ({ start, dir }) => {
  const server = await start()
  assert.is((await stat(path.join(dir, 'postgres.json'))).mode & 0o777, 0o600)
  for (const user of ['anamnesis', 'postgres']) {
    const url = new URL(server.connectionString)
    url.username = user
    url.password = 'wrong'
    try {
      await query({ connectionString: url.href }, 'select 1')
      assert.unreachable('a wrong password was accepted')
    } catch (error) {
      assert.is((error as { code?: string }).code, '28P01')
    }
  }
})

test('a restart keeps data, password and port', async ({ start }) => {
  const first = await start()
  await query(first, 'create table kept as select 42 as n')
  await first.stop()
  const second = await start()
  assert.is(second.connectionString, first.connectionString)
  assert.equal(await query(second, 'select n from kept'), [{ n: 42 }])
})

test('a port taken by another program is replaced', async ({ start }) => {
  const first = await start()
  await first.stop()
  const port = Number(new URL(first.connectionString).port)
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  try {
    const second = await start()
    assert.is.not(Number(new URL(second.connectionString).port), port)
    await query(second, 'select 1')
  } finally {
    other.close()
  }
})

test('a second server on the same folder is told so, and the first goes on', async ({ start, dir }) => {
  const first = await start()
  try {
    await start()
    assert.unreachable('two servers share a folder')
  } catch (error) {
    assert.match(
      (error as Error).message,
      new RegExp(`Another server \\(process ${process.pid}\\) is using .*DATA_DIR`),
    )
  }
  await query(first, 'select 1')
  const { child, output } = await startHolder(dir)
  await once(child, 'exit')
  assert.is(child.exitCode, 1)
  assert.match(output.errors, /Another server/)
})

test('a server killed with -9 loses nothing acknowledged, and its orphan PostgreSQL is stopped', async ({
  start,
  dir,
  lines,
}) => {
  const { child, output } = await startHolder(dir)
  await until(() => output.text.split('\n').length > 50, child)
  await kill(child)
  const orphan = await postmasterOf(dir)
  assert.ok(isAlive(orphan), 'PostgreSQL should have outlived its server')
  const server = await start()
  assert.ok(await ends(orphan), 'the orphan still runs')
  assert.ok(
    lines.some((line) => line.includes('killed')),
    lines.join('\n'),
  )
  await assertAcknowledged(server, output.text)
})

test('server and PostgreSQL both killed with -9 lose nothing acknowledged', async ({ start, dir }) => {
  const { child, output } = await startHolder(dir)
  await until(() => output.text.split('\n').length > 50, child)
  const postmaster = await postmasterOf(dir)
  await kill(child)
  process.kill(postmaster, 'SIGKILL')
  await assertAcknowledged(await start(), output.text)
})

async function assertAcknowledged(server: EmbeddedPostgres, text: string): Promise<void> {
  // The last line may be cut off.
  const acknowledged = text.split('\n').slice(0, -1).map(Number)
  const stored = new Set((await query(server, 'select n from acknowledged')).map((row) => row.n))
  assert.ok(acknowledged.length > 40)
  assert.equal(
    acknowledged.filter((n) => !stored.has(n)),
    [],
  )
}

test('a process that ends without stop() leaves no PostgreSQL behind', async ({ dir }) => {
  const { child, output } = await startHolder(dir)
  await until(() => output.text.length > 0, child)
  const postmaster = await postmasterOf(dir)
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
  assert.ok(await ends(postmaster), 'PostgreSQL still runs')
})

test('a stale process id that another program has now is no obstacle, and that program lives on', async ({
  start,
  dir,
}) => {
  const first = await start()
  await query(first, 'create table kept as select 1 as n')
  const pidFile = path.join(dir, 'postgres/postmaster.pid')
  const text = await readFile(pidFile, 'utf8')
  await first.stop()
  const owner = await stat(path.join(dir, 'postgres'))
  const bystander = spawn('sleep', ['60'], isRoot ? { uid: owner.uid, gid: owner.gid } : {})
  try {
    await writeFile(pidFile, text.replace(/^\d+/, String(bystander.pid)), { mode: 0o600 })
    if (isRoot) await chown(pidFile, owner.uid, owner.gid)
    assert.equal(await query(await start(), 'select n from kept'), [{ n: 1 }])
    assert.ok(isAlive(bystander.pid as number))
  } finally {
    bystander.kill()
  }
})

test('a database whose making was interrupted is made anew', async ({ start, dir }) => {
  await mkdir(path.join(dir, 'postgres.new-1/base'), { recursive: true })
  await writeFile(path.join(dir, 'postgres.new-password'), 'x')
  await query(await start(), 'select 1')
  assert.is(await stat(path.join(dir, 'postgres.new-1')).catch(() => 'gone'), 'gone')
})

test('a database of another major version is refused by name', async ({ start, dir }) => {
  await (await start()).stop()
  const file = path.join(dir, 'postgres/PG_VERSION')
  await writeFile(file, '13\n')
  try {
    await start()
    assert.unreachable('version 13 was opened')
  } catch (error) {
    assert.match((error as Error).message, /made by PostgreSQL 13, and this is PostgreSQL 17/)
  }
})

if (isRoot) {
  test('under root, a chosen folder that PostgreSQL cannot reach is refused with a remedy', async ({
    start,
    dir,
  }) => {
    await chmod(dir, 0o700)
    try {
      await start({ dataDir: path.join(dir, 'data'), explicit: true })
      assert.unreachable('an unreachable folder was used')
    } catch (error) {
      assert.match((error as Error).message, /cannot reach .*Set DATA_DIR/)
    }
  })

  test('under root, a default folder that PostgreSQL cannot reach is replaced, and the operator told', async (context) => {
    await chmod(context.dir, 0o700)
    const server = await context.start({ dataDir: path.join(context.dir, 'data') })
    try {
      await query(server, 'select 1')
      assert.ok(
        context.lines.some((line) => line.includes(server.folder)),
        context.lines.join('\n'),
      )
    } finally {
      context.running.pop()
      await server.stop()
      await rm(server.folder, { recursive: true })
    }
  })

  test('an ordinary user runs PostgreSQL as itself', async ({ dir }) => {
    const nobody = { uid: 65_534, gid: 65_534 }
    await chown(dir, nobody.uid, nobody.gid)
    const { child, output } = await startHolder(dir, nobody)
    await until(() => output.text.length > 0, child).catch((error) => {
      throw new Error(output.errors, { cause: error })
    })
    assert.is((await stat(path.join(dir, 'postgres'))).uid, nobody.uid)
    const ended = once(child, 'exit')
    child.stdin?.end()
    await ended
  })
}

test.run()
