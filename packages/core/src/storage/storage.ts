import type { Clause, PageKey, SearchQuery } from '../search/query.js'
import type { SearchValue } from '../search/values.js'

/**
 * The storage contract. One implementation holds resources in memory, one in PostgreSQL; `storageConformance` in
 * `@anamnesis/core/testing` certifies any other. Everything is set-based: a call's cost in round trips does not grow
 * with the number of keys or changes.
 */
export interface Storage extends StorageReader {
  /** For the boot report and logs, e.g. `memory`, `postgresql`. */
  readonly name: string

  /**
   * Runs `work` in one database transaction and commits when it resolves. A serialization failure or deadlock runs it
   * again from the start, so `work` must rebuild all its state; anything that `work` throws rolls back and is rethrown.
   *
   * @throws FhirError `unavailable` when the database cannot be reached, `write-conflict` when the retries are used up.
   */
  transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T>

  /**
   * Applies changes in a transaction of their own, as `transaction(tx => tx.write(changes))` would. Concurrent calls
   * that only create may be joined into one statement.
   */
  write(changes: readonly Change[]): Promise<WriteResult[]>

  /**
   * A new id for a resource of `type`. The id places the resource: a member of a Patient compartment names its patient,
   * so that both are stored together.
   */
  newId(type: string, patient?: string): string

  /** Rejects when storage cannot serve; used by readiness. */
  health(): Promise<void>
  /** Removes every resource and its history. Only for tests and demo data. */
  clear(): Promise<void>
}

/** What can be read, inside a transaction and outside. */
export interface StorageReader {
  /**
   * Current versions, in the order of the keys; `undefined` where nothing was ever stored or `access` hides it.
   * Deleted resources come back with `deleted: true` and empty content.
   */
  read(keys: readonly ResourceKey[], access?: readonly Clause[]): Promise<(StoredResource | undefined)[]>
  /** One version, current or superseded. `access` judges the version by its own compartment. */
  vread(key: ResourceKey, version: number, access?: readonly Clause[]): Promise<StoredResource | undefined>
  history(query: HistoryQuery): Promise<HistoryPage>
  search(query: SearchQuery): Promise<SearchPage>
  /**
   * Up to two live matches for each query, as conditional interactions and references need them, in a number of round
   * trips that does not grow with the number of queries. `sort`, `page`, `count`, `total` and includes are ignored.
   */
  match(queries: readonly SearchQuery[]): Promise<readonly (readonly ResourceKey[])[]>
  /** Every match of the query in ascending `seq`, with bounded memory; `count`, `sort` and `page` are ignored. */
  stream(query: SearchQuery): AsyncIterable<StoredResource>
}

export interface StorageTransaction extends StorageReader {
  /**
   * Applies changes in order and gives a result for each. All or nothing: a failed expectation throws and the whole
   * transaction rolls back.
   *
   * @throws FhirError `version-conflict` where `expect` does not hold, `write-conflict` where a create meets an
   * existing id.
   */
  write(changes: readonly Change[]): Promise<WriteResult[]>
  /**
   * Claims keys until the end of the transaction: another transaction that claims one of them waits. Conditional
   * interactions claim their normalised criteria before they search, so that of N racing ones one creates.
   */
  claim(keys: readonly string[]): Promise<void>
}

export interface ResourceKey {
  readonly type: string
  readonly id: string
}

/** A version of a resource as stored. */
export interface StoredResource extends ResourceKey {
  readonly version: number
  /** Order of all versions in the server: `milliseconds << 20 | n`. `lastUpdated` is `Number(seq >> 20n)`. */
  readonly seq: bigint
  readonly deleted: boolean
  /** The resource's JSON text, byte for byte; empty for a deleted version. */
  readonly content: string
}

/** One change to write. */
export interface Change extends ResourceKey {
  /**
   * `create`: the id must be new (or deleted, when `expect` is absent and the id was client-assigned: then a new
   * version follows the tombstone). `update`: creates or replaces. `delete`: leaves a tombstone; deleting what is
   * already deleted or never existed changes nothing.
   */
  readonly kind: 'create' | 'update' | 'delete'
  /**
   * The JSON text around the two facts that are only known under the row's lock:
   * `head + versionId + '","lastUpdated":"' + lastUpdated + '"' + tail`. Both empty for a delete.
   */
  readonly head: string
  readonly tail: string
  readonly values: readonly SearchValue[]
  /** Ids of the Patients in whose compartment the resource is, its primary one first; empty outside. */
  readonly patients: readonly string[]
  /** The version that must be current: `If-Match`. 0: must not exist. */
  readonly expect?: number
}

/** What a change did. */
export interface WriteResult extends ResourceKey {
  readonly version: number
  readonly seq: bigint
  /** True where no live resource was there before. */
  readonly created: boolean
  /** False for a delete that found nothing to delete; `version` is then that of the tombstone, or 0. */
  readonly changed: boolean
  /** The text as stored; empty for a delete. */
  readonly content: string
}

export interface HistoryQuery {
  /** Absent: system history. */
  readonly type?: string
  /** Absent: type history. */
  readonly id?: string
  /** Versions at or after this instant, milliseconds since the epoch. */
  readonly since?: number
  /** Versions that were current at some time in `[low, high)`. */
  readonly at?: { readonly low: number; readonly high: number }
  readonly count: number
  /** Versions older than this `seq`: the next page. */
  readonly before?: bigint
  /** Versions newer than this `seq`: the previous page. */
  readonly after?: bigint
  /** Each version is judged by its own compartment. */
  readonly access?: readonly Clause[]
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[]
  /** True where older versions follow. */
  readonly more: boolean
  readonly total?: number
}

export interface HistoryEntry extends StoredResource {
  /** How the version came about: its entry's `request.method`. */
  readonly method: 'POST' | 'PUT' | 'DELETE'
}

export interface SearchPage {
  readonly matches: readonly StoredResource[]
  readonly includes: readonly StoredResource[]
  readonly total?: number
  /** False where `total` is an estimate or was capped. */
  readonly totalExact?: boolean
  readonly next?: PageKey
  readonly previous?: PageKey
  /** Set where a limit cut the includes short; the bundle reports it. */
  readonly includesTruncated?: boolean
}

export type { Clause, PageKey, SearchQuery }
