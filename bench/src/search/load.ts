import {
  type AnyResource,
  type Change,
  contentOf,
  extractSearchValues,
  patientsOf,
  r4,
} from '@anamnesis/core'
import { createPostgresStorage, type PostgresStorage } from '@anamnesis/plugin-citus'
import type { Generated } from '../population/elements.js'
import type { Population } from '../population/population.js'
import type { Cluster } from './cluster.js'
import { progressBar } from './progress.js'

/** When a patient's record was written, by the clock of the load: a second for each patient. */
export function writtenAt(patient: number): number {
  return Date.UTC(2025, 0, 2) + patient * 1000
}

/** When the staff was written. */
export const staffWrittenAt = Date.UTC(2025, 0, 1)

/** Patients under way at once: enough to keep generator and database busy. */
const lanes = 3

/**
 * Writes a population through storage, a transaction for each patient, as transaction bundles are written; only HTTP and
 * validation are left out. Secondary indexes are dropped before and built after: an index of a million rows is built a
 * good deal faster than filled.
 *
 * @returns resources and seconds, the indexes' included
 */
export async function load(
  cluster: Cluster,
  database: string,
  population: Population,
): Promise<{ readonly resources: number; readonly seconds: number }> {
  const began = performance.now()
  const bar = progressBar(`load ${database}`, population.patients)
  const workers = await Promise.all(Array.from({ length: lanes }, () => startLane(cluster.urlOf(database))))
  let resources = population.staff.resources.length
  try {
    const indexes = await dropIndexes(cluster, database)
    await workers[0]?.write(population.staff.resources, staffWrittenAt)
    let next = 0
    await Promise.all(
      workers.map(async (lane) => {
        while (next < population.patients) {
          const index = next++
          const record = population.record(index)
          await lane.write(record, writtenAt(index))
          resources += record.length
          bar.advance(index + 1, `${resources} resources`)
        }
      }),
    )
    const rowSeconds = (performance.now() - began) / 1000
    bar.note(`rows written in ${rowSeconds.toFixed(0)} s; building ${indexes.length} indexes`)
    for (const definition of indexes) await cluster.query(database, definition)
    bar.note('vacuum, analyze')
    await cluster.query(database, 'vacuum (analyze)')
    const seconds = (performance.now() - began) / 1000
    bar.end(`${resources} resources in ${seconds.toFixed(0)} s`)
    return { resources, seconds }
  } finally {
    await Promise.all(workers.map(({ storage }) => storage.stop()))
  }
}

interface Lane {
  readonly storage: PostgresStorage
  /** Writes resources in one transaction that is dated `at`. */
  write(resources: readonly Generated[], at: number): Promise<void>
}

/** Lanes share neither clock nor connection, so that what one writes has the time that was asked for. */
async function startLane(connectionString: string): Promise<Lane> {
  let now = 0
  const storage = createPostgresStorage({
    connectionString,
    definitions: r4,
    maxConnections: 2,
    clock: () => now,
    statementTimeout: 600_000,
  })
  await storage.start()
  return {
    storage,
    async write(resources, at) {
      const changes = resources.map(toChange)
      await storage.transaction((tx) => {
        now = at
        return tx.write(changes)
      })
    },
  }
}

/** What the server makes of a resource before it goes to storage. */
export function toChange(resource: Generated): Change {
  const { resourceType: type, id } = resource
  const known = resource as unknown as AnyResource
  const values = extractSearchValues(known)
  return { kind: 'create', type, id, ...contentOf(known, id), values, patients: patientsOf(known, values) }
}

/** Drops what is no key; returns the statements that make it anew. */
async function dropIndexes(cluster: Cluster, database: string): Promise<string[]> {
  const rows = await cluster.query<{ name: string; definition: string }>(
    database,
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not i.indisunique`,
  )
  for (const { name } of rows) await cluster.query(database, `drop index ${name}`)
  return rows.map(({ definition }) => definition)
}
