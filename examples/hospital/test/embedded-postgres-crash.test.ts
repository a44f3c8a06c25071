// What an ended process, a killed one or a half-made folder leaves behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { EmbeddedPostgres } from '../src/embedded-postgres.js'
import { isAlive } from '../src/postgres/process.js'
import {
  type Context,
  ends,
  isRoot,
  kill,
  postmasterOf,
  query,
  startHolder,
  until,
  withServers,
} from './support/embedded-postgres.js'

const test = suite<Context>('embedded PostgreSQL after a crash')
withServers(test)

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

test.run()
