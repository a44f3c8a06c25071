import type { Change, SearchQuery, StorageTransaction, StoredResource, WriteResult } from '@anamnesis/core'
import { int4Array, int8Array } from './binary.js'
import { isRetriable, toFhirError } from './errors.js'
import { hash64Once } from './hash64.js'
import type { Send } from './pool.js'
import { streamByPages } from './read/stream.js'
import { PostgresReader, type ReaderOptions } from './reader.js'
import type { Sequence } from './sequence.js'
import type { Queryable, Statement } from './statement.js'
import { applyWave, type Execute } from './write/apply.js'
import { prepareChange } from './write/prepare.js'
import type { TextDictionary } from './write/text-dictionary.js'
import { toWaves } from './write/waves.js'

/** One database transaction, on one connection. Its statements run one after the other. */
export class PostgresTransaction extends PostgresReader implements StorageTransaction {
  readonly #send: Send
  readonly #sequence: Sequence
  readonly #texts: TextDictionary
  readonly #claims = new Set<bigint>()
  protected readonly database: Queryable = {
    query: <Row>(statement: Statement) =>
      this.#execute<Row>(statement).catch((error: unknown) => {
        throw toFhirError(error)
      }),
  }
  #ended = false
  #failure: unknown

  constructor(send: Send, sequence: Sequence, texts: TextDictionary, options: ReaderOptions) {
    super(options)
    this.#send = send
    this.#texts = texts
    this.#sequence = sequence
  }

  /** What the first failed statement failed with: it doomed the transaction, whatever its work made of it. */
  get failure(): unknown {
    return this.#failure
  }

  async write(changes: readonly Change[]): Promise<WriteResult[]> {
    const prepared = changes.map((change) => prepareChange(change, this.readerOptions.definitions))
    await this.#texts.write(prepared.map(({ row }) => row))
    const results: WriteResult[] = []
    for (const positions of toWaves(prepared)) {
      const wave = positions.map((position) => prepared[position]!)
      const written = await applyWave(this.#execute, wave, this.#sequence).catch((error: unknown) => {
        // In the words of the contract, unless the database's own tell that running again may help.
        if (!isRetriable(error)) this.#failure = toFhirError(error)
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

  async *stream(query: SearchQuery): AsyncIterable<StoredResource> {
    const resolved = await this.resolver(undefined).resolve(query)
    yield* streamByPages(this.database, this.readerOptions.definitions, resolved)
  }

  /** @throws what a statement of the transaction failed with, even where its work went on. */
  async commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const claims = [...this.#claims].map((key) => `(${claimBucket(key)}, ${key})`)
    const release =
      claims.length > 0 ? `delete from claim where (bucket, key) in (${claims.join(', ')}); ` : ''
    const result = (await this.#send({ text: `${release}commit` })) as unknown
    const { command } = (Array.isArray(result) ? result.at(-1) : result) as { readonly command: string }
    if (command !== 'COMMIT') throw new Error(`The database answered ${command} instead of COMMIT.`)
  }

  /** From now on every call is refused. */
  end(): void {
    this.#ended = true
  }

  readonly #execute: Execute = async <Row>(statement: Statement): Promise<Row[]> => {
    if (this.#ended) throw new Error('This transaction has ended: use its `tx` only while its work runs.')
    try {
      const { rows } = await this.#send(statement)
      return rows as Row[]
    } catch (error) {
      this.#failure ??= error
      throw error
    }
  }
}

function claimBucket(key: bigint): number {
  return Number(key & 0xffffn)
}
