import type {
  Change,
  IndexEntry,
  JobStore,
  SearchExplanation,
  SearchQuery,
  Storage,
  StorageTransaction,
  StoredResource,
  WriteResult,
} from '@anamnesis/core'
import pg from 'pg'
import { isRetriable, isUnusable, toFhirError } from './errors.js'
import { newId } from './ids.js'
import { PostgresJobs } from './jobs.js'
import { migrate } from './migrations/migrate.js'
import type { PostgresStorageOptions } from './options.js'
import { Pool } from './pool.js'
import { explainSearch } from './read/explain.js'
import { countOutdated, readOutdated } from './read/outdated.js'
import { streamByCursor } from './read/stream.js'
import { PostgresReader } from './reader.js'
import { withRetries } from './retry.js'
import { Sequence } from './sequence.js'
import { StatisticsReader } from './sql/statistics.js'
import type { Queryable } from './statement.js'
import { PostgresTransaction } from './transaction.js'
import { applyWave } from './write/apply.js'
import { Coalescer } from './write/coalescer.js'
import { indexStatement, prepareEntries } from './write/index-entries.js'
import { type PreparedChange, prepareChange } from './write/prepare.js'
import { TextDictionary } from './write/text-dictionary.js'
import { toWaves } from './write/waves.js'

/** Storage on PostgreSQL 15 or later. Use it between `start` and `stop`. */
export interface PostgresStorage extends Storage {
  /** Connects and brings the schema up to date. */
  start(): Promise<void>
  /** Waits for running statements and closes the connections. */
  stop(): Promise<void>
}

/** Storage on the database that `connectionString` names. */
export function createPostgresStorage(options: PostgresStorageOptions): PostgresStorage {
  return new PostgresStorageImplementation(options)
}

class PostgresStorageImplementation extends PostgresReader implements PostgresStorage {
  readonly name = 'postgresql'
  readonly jobs: JobStore
  readonly #options: PostgresStorageOptions
  readonly #attempts: number
  readonly #statistics: StatisticsReader
  readonly #coalescer: Coalescer
  readonly #texts = new TextDictionary(() => this.#startedTexts())
  #pool: Pool | undefined
  /** One connection, of which no transaction ever has a hold. */
  #textPool: Pool | undefined
  #sequence: Sequence | undefined

  constructor(options: PostgresStorageOptions) {
    const statistics = new StatisticsReader(options.clock ?? Date.now)
    super({ ...options, statistics })
    this.jobs = new PostgresJobs(() => this.database, options.clock ?? Date.now)
    this.#options = options
    this.#statistics = statistics
    this.#attempts = options.transactionAttempts ?? 10
    this.#coalescer = new Coalescer((changes) => this.#applyOnce(changes), {
      batchSize: options.coalesce ?? 64,
      concurrency: 2,
    })
  }

  protected get database(): Pool {
    if (!this.#pool) throw new Error('Storage is used before start() or after stop(). Start it first.')
    return this.#pool
  }

  protected override get keyed(): Queryable {
    return this.database.pipeline
  }

  async start(): Promise<void> {
    const node = await this.#migrate().catch((error: unknown) => {
      throw toFhirError(error)
    })
    this.#sequence = new Sequence(node, this.#options.clock)
    const onConnectionLost = (error: Error) =>
      this.#options.log?.warn(
        { reason: error.message },
        'An idle database connection was lost; a new one takes its place.',
      )
    this.#pool = new Pool({ ...this.#options, onConnectionLost })
    this.#textPool = new Pool({
      ...this.#options,
      maxConnections: 1,
      applicationName: `${this.#options.applicationName ?? 'anamnesis'} texts`,
      onConnectionLost,
    })
  }

  async stop(): Promise<void> {
    const pools = [this.#pool, this.#textPool]
    this.#pool = undefined
    this.#textPool = undefined
    await Promise.all(pools.map((pool) => pool?.end()))
  }

  async health(): Promise<void> {
    await this.database.query({ text: 'select 1' })
  }

  async clear(): Promise<void> {
    await this.database.query({
      text: `truncate resource, resource_history, resource_location, resource_compartment, search_string, search_date,
        search_quantity, search_code, search_composite, search_position, search_text, claim, job`,
    })
    this.#texts.clear()
    this.#statistics.reset()
  }

  async index(entries: readonly IndexEntry[]): Promise<number> {
    const prepared = prepareEntries(entries)
    if (prepared.length === 0) return 0
    await this.#texts.write(prepared.map(({ row }) => row))
    try {
      const [row] = await withRetries(this.#attempts, isRetriable, () =>
        this.database.execute<{ replaced: number }>(indexStatement(prepared, this.#options.definitions)),
      )
      return row!.replaced
    } catch (error) {
      throw toFhirError(error)
    }
  }

  outdated(
    type: string,
    generation: bigint,
    options: { readonly after?: bigint; readonly limit: number },
  ): Promise<StoredResource[]> {
    return readOutdated(this.database, this.#options.definitions, type, generation, options)
  }

  countOutdated(type: string, generation: bigint) {
    return countOutdated(this.database, this.#options.definitions, type, generation)
  }

  newId(_type: string, patient?: string): string {
    return newId(patient)
  }

  async write(changes: readonly Change[]): Promise<WriteResult[]> {
    if (changes.length === 0) return []
    const prepared = changes.map((change) => prepareChange(change, this.#options.definitions))
    const waves = toWaves(prepared)
    if (waves.length > 1) return this.transaction((tx) => tx.write(changes))
    const texts = this.#texts.write(prepared.map(({ row }) => row))
    if (texts) await texts
    try {
      if (this.#options.coalesce !== 1 && prepared.every(({ fresh }) => fresh)) {
        return await this.#coalescer.write(prepared)
      }
      return await this.#applyOnce(prepared)
    } catch (error) {
      throw toFhirError(error)
    }
  }

  async transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    let failure: unknown
    try {
      // `work` may have wrapped the failure of a statement into one of its own.
      return await withRetries(
        this.#attempts,
        (error) => isRetriable(failure ?? error),
        () =>
          this.database.withConnection(async (send) => {
            const tx = new PostgresTransaction(send, this.#startedSequence(), this.#texts, this.readerOptions)
            failure = undefined
            try {
              await send({ text: 'begin isolation level read committed' })
              const result = await work(tx)
              await tx.commit()
              return result
            } catch (error) {
              failure = tx.failure
              if (!isUnusable(failure ?? error)) await send({ text: 'rollback' }).catch(() => undefined)
              throw error
            } finally {
              tx.end()
            }
          }),
      )
    } catch (error) {
      throw toFhirError(error)
    }
  }

  async *stream(query: SearchQuery): AsyncGenerator<StoredResource> {
    const statistics = await this.#statistics.get(this.database)
    const resolved = await this.resolver(statistics).resolve(query)
    yield* streamByCursor(this.database, this.#options.definitions, resolved, statistics)
  }

  async explain(query: SearchQuery): Promise<SearchExplanation> {
    try {
      return await this.database.withConnection((send) =>
        explainSearch(send, (database) => this.searchOn(database, query)),
      )
    } catch (error) {
      throw toFhirError(error)
    }
  }

  /** One statement, which is its own transaction. */
  #applyOnce(changes: readonly PreparedChange[]): Promise<WriteResult[]> {
    const pool = this.database
    return withRetries(this.#attempts, isRetriable, (attempt) =>
      applyWave(
        (statement) => pool.execute(statement),
        // After a conflict even what seemed new is looked for.
        attempt === 0 ? changes : changes.map((change) => ({ ...change, fresh: false })),
        this.#startedSequence(),
      ),
    )
  }

  #startedTexts(): Pool {
    if (!this.#textPool) throw new Error('Storage is used before start() or after stop(). Start it first.')
    return this.#textPool
  }

  #startedSequence(): Sequence {
    if (!this.#sequence) throw new Error('Storage is used before start(). Start it first.')
    return this.#sequence
  }

  /** @returns the node number of this process. */
  async #migrate(): Promise<number> {
    const client = new pg.Client({
      connectionString: this.#options.connectionString,
      connectionTimeoutMillis: this.#options.connectTimeout ?? 5_000,
      application_name: `${this.#options.applicationName ?? 'anamnesis'} start`,
    })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await migrate(client)
      const { rows } = await client.query<{ node: string }>("select nextval('node') as node")
      return Number(rows[0]!.node)
    } finally {
      await client.end()
    }
  }
}
