import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Test } from 'uvu'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded-postgres.js'
import { isAlive } from '../../src/postgres/process.js'

export const isRoot = process.getuid?.() === 0
export const holder = fileURLToPath(new URL('../fixtures/hold-postgres.ts', import.meta.url))

export interface Context {
  dir: string
  lines: string[]
  running: EmbeddedPostgres[]
  start(options?: { dataDir?: string; explicit?: boolean }): Promise<EmbeddedPostgres>
}

/** Gives each test of a suite a folder of its own, and stops the servers that it started. */
export function withServers(test: Test<Context>): void {
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
}

export async function query(
  server: { connectionString: string },
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** A process of its own that starts PostgreSQL, inserts rows and prints each number once it is acknowledged. */
export async function startHolder(dir: string, options: { uid?: number; gid?: number } = {}) {
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

export async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  const end = Date.now() + 60_000
  while (!condition()) {
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`waited in vain; exit code ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** A postmaster removes its files a moment before its process is gone. */
export async function ends(pid: number): Promise<boolean> {
  const end = Date.now() + 10_000
  while (isAlive(pid) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  return !isAlive(pid)
}

export async function postmasterOf(dir: string): Promise<number> {
  return Number.parseInt(await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8'), 10)
}
