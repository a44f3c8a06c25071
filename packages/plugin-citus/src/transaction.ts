import type { Change, SearchQuery, StorageTransaction, StoredResource, WriteResult } from '@anamnesis/core'
import type { ClientBase } from 'pg'
import { int4Array, int8Array } from './binary.js'
import { isRetriable, toFhirError } from './errors.js'
import { hash64Once } from './hash64.js'
import { type Queryable, type Statement, toQuery } from './pool.js'
import { streamByPages } from './read/stream.js'
import { PostgresReader, type ReaderOptions } from './reader.js'
import type { Sequence } from './sequence.js'
import { applyWave, type Execute } from './write/apply.js'
import { prepareChange } from './write/prepare.js'
import { toWaves } from './write/waves.js'

/** One database transaction, on one connection. Its statements run one after the other. */
export class PostgresTransaction extends PostgresReader implements StorageTransaction {
  readonly #client: ClientBase
  readonly #sequence: Sequence
  readonly #claims = new Set<bigint>()
  protected readonly database: Queryable = {
    query: <Row>(statement: Statement) =>
      this.#execute<Row>(statement).catch((error: unknown) => {
        throw toFhirError(error)
      }),
  }
  #ended = false
  #retriable = false

  constructor(client: ClientBase, sequence: Sequence, options: ReaderOptions) {
    super(options)
    this.#client = client
    this.#sequence = sequence
  }

  /** True where a statement failed in a way that running the transaction again may cure. */
  get retriable(): boolean {
    return this.#retriable
  }

  async write(changes: readonly Change[]): Promise<WriteResult[]> {
    const prepared = changes.map((change) => prepareChange(change, this.readerOptions.definitions))
    const results: WriteResult[] = []
    for (const positions of toWaves(prepared)) {
      const wave = positions.map((position) => prepared[position]!)
      const written = await applyWave(this.#execute, wave, this.#sequence).catch((error: unknown) => {
        throw toFhirError(error)
      })
      for (const [index, position] of positions.entries()) results[position] = written[index]!
    }
    return results
  }

  async claim(keys: readonly string[]): Promise<void> {
    const hashes = [...new Set(keys.map(hash64Once))].sort((a, b) => (a < b ? -1 : 1))
    if (hashes.length === 0) return
    for (const hash of hashes) this.#claims.add(hash)
    await this.database.query({
      name: 'claim',
      text: `insert into claim (bucket, key) select * from unnest($1::int[], $2::bigint[]) c(bucket, key) order by key
        on conflict (bucket, key) do update set claimed_at = now()`,
      values: [int4Array(hashes.map(claimBucket)), int8Array(hashes)],
    })
  }

  stream(query: SearchQuery): AsyncIterable<StoredResource> {
    return streamByPages(this.database, this.readerOptions.definitions, query)
  }

  /** @throws Error where a statement of the transaction failed, though its work went on. */
  async commit(): Promise<void> {
    const claims = [...this.#claims].map((key) => `(${claimBucket(key)}, ${key})`)
    const release =
      claims.length > 0 ? `delete from claim where (bucket, key) in (${claims.join(', ')}); ` : ''
    const result = (await this.#client.query(`${release}commit`)) as unknown
    const { command } = (Array.isArray(result) ? result.at(-1) : result) as { readonly command: string }
    if (command !== 'COMMIT') {
      throw new Error(
        'A statement of this transaction failed, so it was rolled back although its work went on.',
      )
    }
  }

  /** From now on every call is refused. */
  end(): void {
    this.#ended = true
  }

  readonly #execute: Execute = async <Row>(statement: Statement) => {
    if (this.#ended) throw new Error('This transaction has ended: use its `tx` only while its work runs.')
    try {
      const { rows } = await this.#client.query(toQuery(statement))
      return rows as Row[]
    } catch (error) {
      this.#retriable ||= isRetriable(error)
      throw error
    }
  }
}

function claimBucket(key: bigint): number {
  return Number(key & 0xffffn)
}
