import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { Definitions } from '../definitions/definitions.js'
import { r4 } from '../definitions/r4.js'
import { MemoryJobs } from './memory/jobs.js'
import { MemoryReader } from './memory/reader.js'
import { Sequence } from './memory/sequence.js'
import { MemoryTransaction } from './memory/transaction.js'
import { toStored } from './memory/version.js'
import { type VersionTable, View } from './memory/view.js'
import type {
  Change,
  IndexEntry,
  Storage,
  StorageTransaction,
  StoredResource,
  WriteResult,
} from './storage.js'

export interface MemoryStorageOptions {
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number
  /** Where memberships in compartments other than the Patient's come from; R4's by default. */
  readonly definitions?: Pick<Definitions, 'compartments'>
  /** Resources that one page may include; 1,000 by default. */
  readonly includeLimit?: number
}

/**
 * Storage in this process's memory: for tests, demos and servers that need not remember. It decides every search by
 * `matches`, resource by resource, which makes it the measure of the storages that use indexes.
 * Transactions run one after the other, each on a view of its own; readers outside see only what is committed.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage {
  return new MemoryStorage(options)
}

class MemoryStorage extends MemoryReader implements Storage {
  readonly name = 'memory'
  readonly jobs: MemoryJobs
  readonly #sequence: Sequence
  readonly #newView: () => View
  readonly #includeLimit: number
  readonly #committed: VersionTable
  /** The transaction whose work is running: opening another one in there would wait for itself. */
  readonly #running = new AsyncLocalStorage<MemoryTransaction>()
  #previous: Promise<unknown> = Promise.resolve()

  constructor({ clock = Date.now, definitions = r4, includeLimit = 1000 }: MemoryStorageOptions) {
    const committed: VersionTable = new Map()
    const newView = () => new View(committed, definitions.compartments)
    super(newView, includeLimit)
    this.#committed = committed
    this.#newView = newView
    this.#includeLimit = includeLimit
    this.#sequence = new Sequence(clock)
    this.jobs = new MemoryJobs(clock)
  }

  async transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    if (this.#running.getStore()?.ended === false) {
      throw new Error(
        'A transaction is open here already: use its own `tx`, a second one would wait for it forever.',
      )
    }
    const result = this.#previous.then(() => this.#run(work))
    this.#previous = result.catch(() => undefined)
    return result
  }

  write(changes: readonly Change[]): Promise<WriteResult[]> {
    return this.transaction((tx) => tx.write(changes))
  }

  newId(_type: string, _patient?: string): string {
    return randomBytes(10).toString('hex')
  }

  async index(entries: readonly IndexEntry[]): Promise<number> {
    // Nothing waits in here, so no transaction can commit in between.
    const view = this.#newView()
    const current = entries.filter(({ type, id, version }) => view.get(type, id)?.version === version)
    for (const { type, id, values, generation } of current) view.reindex(type, id, values, generation)
    return current.length
  }

  async outdated(
    type: string,
    generation: bigint,
    { after = -1n, limit }: { readonly after?: bigint; readonly limit: number },
  ): Promise<readonly StoredResource[]> {
    return [...this.#newView().all(type)]
      .filter((version) => version.generation < generation && version.seq > after)
      .sort((a, b) => (a.seq < b.seq ? -1 : 1))
      .slice(0, limit)
      .map(toStored)
  }

  async countOutdated(type: string, generation: bigint) {
    const all = [...this.#newView().all(type)]
    return { total: all.length, outdated: all.filter((version) => version.generation < generation).length }
  }

  async health(): Promise<void> {}

  async clear(): Promise<void> {
    await this.transaction(async () => this.#committed.clear())
    this.jobs.clear()
  }

  async #run<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    const tx = new MemoryTransaction(this.#newView(), this.#sequence, this.#includeLimit)
    try {
      const result = await this.#running.run(tx, () => work(tx))
      tx.commit()
      return result
    } finally {
      tx.end()
    }
  }
}
