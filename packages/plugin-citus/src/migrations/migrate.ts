import type { ClientBase } from 'pg'
import { schema } from './0001-schema.js'
import { put } from './0002-put.js'
import { index } from './0003-index.js'
import { sides } from './0004-sides.js'
import { putIndexed } from './0005-put-indexed.js'
import { indexResources } from './0006-index-resources.js'
import { hops } from './0010-hops.js'
import { orders } from './0011-orders.js'

/** One step of the schema. What was released never changes: a correction is a further migration. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export const migrations: readonly Migration[] = [
  schema,
  put,
  index,
  sides,
  putIndexed,
  indexResources,
  hops,
  orders,
]

/** Any number that no other user of the database takes for its advisory locks: 'anamnes' in ASCII. */
const lockKey = '27424437467768179'

/**
 * Brings the database to the schema of this release. Each migration is a transaction of its own, so an interrupted run
 * goes on where it stopped; an advisory lock lets one of several starting instances do it while the others wait.
 *
 * @throws Error when the database is newer than this release.
 */
export async function migrate(client: ClientBase, steps: readonly Migration[] = migrations): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [lockKey])
  try {
    await client.query(`create table if not exists schema_version (
      version int primary key, name text not null, applied_at timestamptz not null default now())`)
    const { rows } = await client.query<{ version: number }>('select version from schema_version')
    const applied = new Set(rows.map(({ version }) => version))
    refuseNewer(Math.max(0, ...applied), Math.max(0, ...steps.map(({ version }) => version)))
    for (const step of steps) {
      if (!applied.has(step.version)) await apply(client, step)
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey])
  }
}

function refuseNewer(database: number, release: number): void {
  if (database <= release) return
  throw new Error(
    `The database has schema version ${database}, this release of @anamnesis/plugin-citus knows versions up to ` +
      `${release}. A newer release has upgraded it: start that release or a later one, or restore a backup made ` +
      'before the upgrade.',
  )
}

async function apply(client: ClientBase, { version, name, sql }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query('set local statement_timeout = 0')
    await client.query(sql)
    await client.query('insert into schema_version (version, name) values ($1, $2)', [version, name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(
      `Migration ${version} (${name}) of the database failed and was rolled back; nothing was changed by it.`,
      { cause },
    )
  }
}
