import { r4 } from '@anamnesis/core'
import { createPostgresStorage } from '@anamnesis/plugin-citus'
import { generation, type Population } from '../population/population.js'
import { type Cluster, openCluster } from './cluster.js'
import { load } from './load.js'

/** What is known of a loaded population. */
export interface Loaded {
  readonly database: string
  readonly resources: number
  /** Of the load, whenever that was. */
  readonly seconds: number
  /** Whether PostgreSQL was durable meanwhile: only one that ran already is. */
  readonly durable: boolean
}

/**
 * Sees to it that a population is in the folder's PostgreSQL, loaded by a release with the same migrations; anything else is
 * loaded anew. Returns with PostgreSQL stopped, unless it ran before.
 */
export async function provide(
  folder: string,
  resources: number,
  population: Population,
  reload: boolean,
): Promise<Loaded> {
  const durable = await openCluster(folder, false)
  const database = `population_${resources}_s${population.seed}_g${generation}_m${await migrations(durable)}`
  const known = reload ? undefined : await find(durable, database)
  await durable.stop()
  if (known) return known
  const cluster = await openCluster(folder, true)
  try {
    await recreate(cluster, database)
    const { seconds, resources: written } = await load(cluster, database, population)
    await cluster.query(
      database,
      `create schema bench; create table bench.loaded as select ${written}::int as resources, ` +
        `${seconds}::float8 as seconds, current_setting('fsync')::boolean as durable`,
    )
    return (await find(cluster, database)) as Loaded
  } finally {
    await cluster.stop()
  }
}

async function find(cluster: Cluster, database: string): Promise<Loaded | undefined> {
  const existing = await cluster.query('postgres', 'select from pg_database where datname = $1', [database])
  if (existing.length === 0) return undefined
  // The table is made last, so a load that was interrupted counts for nothing.
  const [loaded] = await cluster
    .query<Omit<Loaded, 'database'>>(database, 'select resources, seconds, durable from bench.loaded')
    .catch(() => [])
  return loaded && { database, ...loaded }
}

/** How many migrations this release applies to a new database: they may come out of order, but none ever changes. */
async function migrations(cluster: Cluster): Promise<number> {
  await recreate(cluster, 'schema_probe')
  const storage = createPostgresStorage({
    connectionString: cluster.urlOf('schema_probe'),
    definitions: r4,
  })
  await storage.start()
  await storage.stop()
  const [row] = await cluster.query<{ count: number }>(
    'schema_probe',
    'select count(*)::int from schema_version',
  )
  await cluster.query('postgres', 'drop database schema_probe')
  return row?.count ?? 0
}

async function recreate(cluster: Cluster, database: string): Promise<void> {
  await cluster.query('postgres', `drop database if exists ${database}`)
  await cluster.query('postgres', `create database ${database}`)
}
