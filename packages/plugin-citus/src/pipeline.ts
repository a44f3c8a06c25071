import type { Socket } from 'node:net'
import pg from 'pg'
import type { Queryable, Statement } from './statement.js'

/** The part of node-postgres' connection that its types leave out. */
function connectionOf(client: pg.Client): { readonly stream: Socket } {
  return (client as unknown as { connection: { stream: Socket } }).connection
}

/** How a pipelined connection is made and what stands in for it. */
export interface PipelineOptions {
  readonly client: pg.ClientConfig
  /** Runs a statement that the pipeline lost or cannot take. */
  readonly fallback: Queryable
  /** Milliseconds after which an unanswered connection is given up. */
  readonly answerTimeout: number
}

/**
 * Short reads of many requests over one connection: each is sent at once, without waiting for the answers before it
 * (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html). Only statements that cannot be slow belong here,
 * since a slow one holds up those behind it, and only reads, since a lost one is sent again through the pool.
 */
export class Pipeline implements Queryable {
  readonly #options: PipelineOptions
  #client: pg.Client | undefined
  #connecting: Promise<void> | undefined
  #inFlight = 0
  #lastAnswer = 0
  #watch: NodeJS.Timeout | undefined
  #ended = false
  #gathering = false

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  async query<Row>(statement: Statement): Promise<Row[]> {
    const client = this.#client
    // Without a connection nobody waits for one: the pool serves meanwhile.
    if (!client) {
      this.#connect()
      return this.#options.fallback.query(statement)
    }
    this.#inFlight += 1
    this.#gather(client)
    try {
      const { rows } = await client.query(statement as pg.QueryConfig)
      return rows as Row[]
    } catch {
      // Whatever it was, the pool says it better, or succeeds.
      return await this.#options.fallback.query(statement)
    } finally {
      this.#inFlight -= 1
      this.#lastAnswer = Date.now()
    }
  }

  async end(): Promise<void> {
    this.#ended = true
    clearInterval(this.#watch)
    await this.#connecting
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  /** What is asked in one turn of the event loop leaves in one system call, which costs more than the rest of a read. */
  #gather(client: pg.Client): void {
    if (this.#gathering) return
    this.#gathering = true
    const { stream } = connectionOf(client)
    stream.cork()
    setImmediate(() => {
      this.#gathering = false
      stream.uncork()
    })
  }

  #connect(): void {
    if (this.#connecting || this.#ended) return
    const client = new pg.Client({
      ...this.#options.client,
      application_name: `${this.#options.client.application_name ?? 'anamnesis'} reads`,
      pipeline: true,
    } as pg.ClientConfig)
    const lost = () => {
      if (this.#client === client) this.#client = undefined
      clearInterval(this.#watch)
    }
    client.on('error', lost)
    client.on('end', lost)
    this.#connecting = client
      .connect()
      .then(() => {
        this.#client = client
        this.#watchOver(client)
      })
      // The next read tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#connecting = undefined
      })
  }

  /** One timer for the connection, where a timer for each read would cost more than the read. */
  #watchOver(client: pg.Client): void {
    this.#lastAnswer = Date.now()
    this.#watch = setInterval(() => {
      if (this.#inFlight === 0) this.#lastAnswer = Date.now()
      else if (Date.now() - this.#lastAnswer > this.#options.answerTimeout) {
        connectionOf(client).stream.destroy()
      }
    }, 5000)
    this.#watch.unref()
  }
}
