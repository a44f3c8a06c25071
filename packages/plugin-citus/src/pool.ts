import pg from 'pg'
import { isConnectionLoss, isUnusable, toFhirError } from './errors.js'
import { Pipeline } from './pipeline.js'
import type { Queryable, Statement } from './statement.js'

/** Sends a statement over one connection. */
export type Send = (statement: Statement) => Promise<pg.QueryResult>

export interface PoolOptions {
  readonly connectionString: string
  /** Connections at most; 10 by default. */
  readonly maxConnections?: number
  /** Milliseconds that one statement may take; 30,000 by default. */
  readonly statementTimeout?: number
  /** Milliseconds to wait for a free or new connection; 5,000 by default. */
  readonly connectTimeout?: number
  readonly applicationName?: string
  /** Told of connections that were lost while idle. */
  readonly onConnectionLost?: (error: Error) => void
}

const int8Oid = 20

/** int8 as bigint, on these connections only: the global parsers belong to everybody in the process. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format)) as never,
}

/** node-postgres behind the few calls that storage needs. */
export class Pool implements Queryable {
  /** For reads by key. */
  readonly pipeline: Pipeline
  readonly #pool: pg.Pool
  readonly #answerTimeout: number
  #ended = false

  constructor(options: PoolOptions) {
    this.#answerTimeout = (options.statementTimeout ?? 30_000) + 5_000
    const client = {
      connectionString: options.connectionString,
      statement_timeout: options.statementTimeout ?? 30_000,
      idle_in_transaction_session_timeout: 2 * (options.statementTimeout ?? 30_000),
      connectionTimeoutMillis: options.connectTimeout ?? 5_000,
      application_name: options.applicationName ?? 'anamnesis',
      keepAlive: true,
      types,
    }
    this.#pool = new pg.Pool({ ...client, max: options.maxConnections ?? 10 })
    this.pipeline = new Pipeline({ client, fallback: this, answerTimeout: this.#answerTimeout })
    // Without a listener an idle connection that the server closes would end the process.
    this.#pool.on('error', (error) => {
      // One that is being closed has lost nothing.
      if (!this.#ended) options.onConnectionLost?.(error)
    })
  }

  /** Only reads may come here, or single statements that are safe to send twice: a lost connection is retried once. */
  async query<Row>(statement: Statement): Promise<Row[]> {
    try {
      return await this.#send<Row>(statement)
    } catch (error) {
      if (!isConnectionLoss(error)) throw toFhirError(error)
    }
    try {
      return await this.#send<Row>(statement)
    } catch (error) {
      throw toFhirError(error)
    }
  }

  /** A single statement that writes; never sent twice. Failures come as the database tells them. */
  execute<Row>(statement: Statement): Promise<Row[]> {
    return this.#send(statement)
  }

  async #send<Row>(statement: Statement): Promise<Row[]> {
    const { rows } = await this.#pool.query(this.#toQuery(statement))
    return rows as Row[]
  }

  /**
   * Runs `work` with a connection of its own. A connection that it leaves broken is closed, not reused.
   * Failures come as the database tells them.
   */
  async withConnection<T>(work: (send: Send) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      return await work((statement) => client.query(this.#toQuery(statement)))
    } catch (error) {
      if (isUnusable(error)) broken ??= error as Error
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  /** A connection to keep for a while; whoever takes it must release it, with an error to have it closed. */
  async reserve(): Promise<{ client: pg.PoolClient; release: (error?: Error) => void }> {
    const client = await this.#pool.connect()
    const ignore = () => undefined
    client.on('error', ignore)
    return {
      client,
      release: (error) => {
        client.off('error', ignore)
        client.release(error)
      },
    }
  }

  async end(): Promise<void> {
    this.#ended = true
    await Promise.all([this.pipeline.end(), this.#pool.end()])
  }

  #toQuery({ text, values, name }: Statement): pg.QueryConfig {
    const query: pg.QueryConfig & { query_timeout: number } = {
      text,
      // Catches what the server cannot: a connection that died without a word.
      query_timeout: this.#answerTimeout,
    }
    if (values) query.values = values as unknown[]
    if (name) query.name = name
    return query
  }
}
