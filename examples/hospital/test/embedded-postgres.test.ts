import { once } from 'node:events'
import { chmod, chown, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Context, isRoot, query, startHolder, until, withServers } from './support/embedded-postgres.js'

const test = suite<Context>('embedded PostgreSQL')
withServers(test)

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
