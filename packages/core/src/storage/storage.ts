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

  /**
   * Replaces what is indexed of current versions, without making new versions: reindexing. An entry whose version is not
   * current any more is left alone, for whoever wrote the newer one has indexed it. Resolves to the number replaced.
   */
  index(entries: readonly IndexEntry[]): Promise<number>
  /**
   * Live resources of a type that were indexed under an older generation than `generation`, by ascending `seq`: at most
   * `limit`, after `after`.
   */
  outdated(
    type: string,
    generation: bigint,
    options: { readonly after?: bigint; readonly limit: number },
  ): Promise<readonly StoredResource[]>
  /** How many live resources of a type there are, and how many of them `outdated` would give. */
  countOutdated(
    type: string,
    generation: bigint,
  ): Promise<{ readonly total: number; readonly outdated: number }>
  /** Long-running work and its progress, kept with the data. */
  readonly jobs: JobStore

  /** How a search would be run, for operators; reads no resource's content. Absent where there is nothing to tell. */
  explain?(query: SearchQuery): Promise<SearchExplanation>

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
  /**
   * Set on a match of a search for contained resources that returns them: the id of the contained resource. `content` is
   * then its JSON text, written anew; everything else is its container's.
   */
  readonly contained?: string
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
  /** The set of search parameters that `values` were extracted by; 0 where absent. See `Storage.outdated`. */
  readonly generation?: bigint
  /** The version that must be current: `If-Match`. 0: must not exist, or be deleted. */
  readonly expect?: number
}

/** New search values of the current version of a resource. */
export interface IndexEntry extends ResourceKey {
  readonly version: number
  readonly values: readonly SearchValue[]
  readonly generation: bigint
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

/** Work that outlives requests and restarts. */
export interface Job {
  readonly id: string
  /** Names the work, and with it who can do it: `reindex`. */
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  /** What was asked for; JSON. */
  readonly input: unknown
  /** Where the work stands, for resuming it and for showing its progress; JSON. */
  readonly progress: unknown
  /** Why it failed. */
  readonly error?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** Keeps jobs. One instance at a time works on a job, for as long as its lease lasts. */
export interface JobStore {
  create(job: { readonly kind: string; readonly input: unknown }): Promise<Job>
  get(id: string): Promise<Job | undefined>
  /** Newest first, at most 1,000. */
  list(filter?: { readonly kind?: string; readonly state?: Job['state'] }): Promise<readonly Job[]>
  /**
   * Takes the oldest job of one of the kinds that waits, or that runs under a lease that has expired; it is running
   * then, leased to `owner` for `milliseconds`.
   */
  lease(kinds: readonly string[], owner: string, milliseconds: number): Promise<Job | undefined>
  /**
   * Saves progress and renews the lease; with a final state it ends the job. False where the lease was lost or the job
   * was cancelled: stop working then.
   */
  save(
    id: string,
    owner: string,
    update: {
      readonly progress?: unknown
      readonly state?: 'done' | 'failed'
      readonly error?: string
      readonly milliseconds: number
    },
  ): Promise<boolean>
  /** Ends a job that has not ended; false where it had. */
  cancel(id: string): Promise<boolean>
}

/** How storage would run a search. */
export interface SearchExplanation {
  /** One per way that is tried, in order: what it does in words, its statement and the plan of that. */
  readonly steps: readonly {
    readonly description: string
    readonly statement?: string
    readonly plan?: string
    /** Measured, where the plan was run. */
    readonly milliseconds?: number
  }[]
  /** Shards that the search touches, of how many; absent where data is not sharded. */
  readonly shards?: { readonly touched: number; readonly total: number }
}

export type { Clause, PageKey, SearchQuery }
