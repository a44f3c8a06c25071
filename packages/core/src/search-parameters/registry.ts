import type { Logger } from 'pino'
import type { Definitions } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import type { Jobs } from '../jobs/jobs.js'
import type { ExtractOptions } from '../search/extract.js'
import type { SearchValue } from '../search/values.js'
import type { Storage, StorageReader } from '../storage/storage.js'
import { statusOf, whyUnusable } from './describe.js'
import { type CustomEntry, changedAt, type Entry, isCustom, keyOf, needOf } from './entry.js'
import { faultText } from './fault.js'
import { judgeAll } from './judge.js'
import { type Indexed, type IndexedParameter, ParameterSet } from './parameter-set.js'
import { type Coverage, coverageOf, isNothingOutdated } from './reindex-coverage.js'
import { reindexKind } from './reindex-input.js'
import type { SearchParameters } from './service.js'
import type { ParameterStatus } from './status.js'
import { newestChange, readStored, type StoredParameter } from './stored.js'

export interface RegistryOptions {
  /** R4's. */
  readonly definitions: Definitions
  readonly log: Logger
  /** How often to look whether another instance changed something, in milliseconds. */
  readonly poll: number
  /** The words that are indexed. */
  readonly words: NonNullable<ExtractOptions['words']>
}

/**
 * The custom search parameters of a server: reads the SearchParameter resources, follows what other instances change,
 * sees to it that a reindex job runs for what is new, and offers a parameter to searches when its job is done.
 */
export class SearchParameterRegistry implements SearchParameters {
  readonly definitions: Definitions
  /** R4's definitions, without what is custom. */
  readonly base: Definitions
  readonly #log: Logger
  readonly #poll: number
  readonly #words: RegistryOptions['words']
  #storage: Storage | undefined
  #jobs: Jobs | undefined
  #set: ParameterSet
  #entries: readonly Entry[] = []
  /** What the jobs do about parameters that are not complete, by `id/seq`. */
  #coverage = new Map<string, Coverage>()
  /** `id/seq` of parameters whose index was seen to be complete. */
  #complete = new Set<string>()
  #newest: bigint | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #checking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #polls = 0
  #failing = false
  #revision = 0

  constructor({ definitions, log, poll, words }: RegistryOptions) {
    this.base = definitions
    this.#log = log
    this.#poll = poll
    this.#words = words
    this.#set = new ParameterSet(definitions, [], words)
    this.definitions = Object.freeze({
      ...definitions,
      searchParameters: (type: string) => this.#set.searchParameters(type),
      unusable: (type: string, code: string) => this.#set.unusable(type, code),
    })
  }

  /** Types with custom parameters. */
  get types(): readonly string[] {
    return this.#set.types
  }

  get revision(): number {
    return this.#revision
  }

  /** For how long an instance may index by what was valid before: what is finished only counts after that. */
  get grace(): number {
    return 3 * this.#poll
  }

  extract(resource: AnyResource): SearchValue[] {
    return this.#set.extract(resource)
  }

  generationOf(type: string): bigint {
    return this.#set.generationOf(type)
  }

  index(resource: AnyResource): Indexed {
    const set = this.#set
    return { values: set.extract(resource), generation: set.generationOf(resource.resourceType) }
  }

  status(): readonly ParameterStatus[] {
    return this.#entries.map((entry) => this.#statusOf(entry))
  }

  /** Reads what is stored, and follows it from now on. */
  async start(storage: Storage, jobs: Jobs): Promise<void> {
    this.#storage = storage
    this.#jobs = jobs
    await this.check({ force: true, start: true })
    this.#timer = setInterval(() => void this.#tick(), this.#poll).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#checking?.catch(() => {})
  }

  /**
   * Makes sure that no other instance's change is missed for longer than two polls: called before what is written is
   * indexed, so that not even a process that hung for a while writes by what it knew before.
   */
  fresh(reader: StorageReader | undefined): Promise<void> | undefined {
    if (!this.#storage || performance.now() - this.#checkedAt < 2 * this.#poll) return undefined
    // Who holds a connection must not wait for a look that waits for one.
    return reader === undefined ? this.check() : this.#check({ reader })
  }

  /** A SearchParameter was committed here: takes effect before the answer leaves. Never rejects. */
  async committed(): Promise<void> {
    try {
      await this.#settled()
      await this.check({ force: true, start: true })
    } catch (error) {
      this.#log.error({ err: error }, 'search parameters could not be read after a change; trying again')
    }
  }

  /** Looks now: what a job has just completed can be used when this resolves. */
  async refresh(): Promise<void> {
    await this.#settled()
    await this.check()
  }

  /** A look that is under way may have missed what happened meanwhile. */
  async #settled(): Promise<void> {
    while (this.#checking) await this.#checking.catch(() => {})
  }

  /**
   * Looks whether SearchParameters or the jobs that index them changed. Calls at the same time share one look.
   *
   * @param options.start starts the job that a parameter needs at once, instead of leaving that to the instance where it
   * was changed for a while.
   */
  check(options: { force?: boolean; start?: boolean } = {}): Promise<void> {
    this.#checking ??= this.#check(options).finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** The entry of an active parameter that is neither usable nor about to be; for jobs that cannot know it. */
  refusedHere(key: string): string | undefined {
    const entry = this.#entries.find((each) => keyOf(each) === key)
    return entry?.judgement?.kind === 'refused' ? faultText(entry.judgement.faults) : undefined
  }

  async #tick(): Promise<void> {
    try {
      this.#polls++
      await this.check()
      if (this.#polls % sweepEvery === 0) await this.#sweep()
      if (this.#failing) this.#log.info('search parameters are checked again')
      this.#failing = false
    } catch (error) {
      // Once, not at each look while the database is away.
      if (!this.#failing) {
        this.#log.warn({ err: error }, 'search parameters cannot be checked; trying again until they can')
      }
      this.#failing = true
    }
  }

  async #check({
    force,
    start,
    reader,
  }: {
    force?: boolean
    start?: boolean
    reader?: StorageReader
  }): Promise<void> {
    const storage = reader ?? this.#storage
    if (!storage) return
    const began = performance.now()
    const newest = await newestChange(storage)
    const changed = force === true || newest !== this.#newest
    const entries = changed ? await this.#judgeAll(await readStored(storage)) : undefined
    // Another look may have seen more meanwhile.
    if (entries && (this.#newest === undefined || newest === undefined || newest >= this.#newest)) {
      this.#entries = entries
      this.#newest = newest
      const known = new Set(this.#entries.map(keyOf))
      for (const key of this.#coverage.keys()) if (!known.has(key)) this.#coverage.delete(key)
      for (const key of this.#complete) if (!known.has(key)) this.#complete.delete(key)
      // Takes effect for what is written even if the look at the jobs fails.
      this.#renew()
    }
    this.#checkedAt = began
    // Inside a transaction there is no second connection for the jobs.
    if (reader === undefined && this.#pending().length > 0) await this.#followJobs(start === true)
  }

  async #judgeAll(stored: readonly StoredParameter[]): Promise<Entry[]> {
    const judged = await judgeAll(this.base, stored)
    return stored.map((each): Entry => {
      const judgement = judged.get(each.row.id)
      if (judgement?.kind === 'refused') {
        const reason = faultText(judgement.faults)
        this.#log.warn({ searchParameter: each.row.id, reason }, 'search parameter cannot be used')
      }
      return judgement ? { ...each, judgement } : each
    })
  }

  /** Puts a new set in place. */
  #renew(): void {
    const parameters = this.#entries.filter(isCustom).map((entry): IndexedParameter => {
      const { definition, extract } = entry.judgement
      const parameter = { ...definition, extract, changedAt: changedAt(entry) }
      if (this.#complete.has(keyOf(entry))) return parameter
      return { ...parameter, unusable: () => whyUnusable(entry, this.#statusOf(entry)) }
    })
    this.#set = new ParameterSet(this.base, parameters, this.#words)
    this.#revision++
  }

  #pending(): CustomEntry[] {
    return this.#entries.filter(isCustom).filter((entry) => !this.#complete.has(keyOf(entry)))
  }

  async #followJobs(start: boolean): Promise<void> {
    const storage = this.#storage as Storage
    const jobs = await storage.jobs.list({ kind: reindexKind })
    const uncovered: CustomEntry[] = []
    let changed = false
    for (const entry of this.#pending()) {
      const need = needOf(entry)
      const coverage = coverageOf(need, jobs)
      this.#coverage.set(need.key, coverage)
      if (
        coverage.state === 'done' ||
        (coverage.state === 'none' && (await isNothingOutdated(storage, need, this.#set)))
      ) {
        this.#complete.add(need.key)
        changed = true
        this.#log.info({ searchParameter: entry.row.id }, 'search parameter can be used')
      }
      // Whoever made the change starts the job; should that instance be gone, another one does.
      const late = Date.now() - need.changedAt > this.grace
      if (coverage.state === 'none' && (start || late)) uncovered.push(entry)
    }
    if (changed) this.#renew()
    if (uncovered.length > 0) await this.#startJob(uncovered)
  }

  async #startJob(entries: readonly CustomEntry[]): Promise<void> {
    const types = [...new Set(entries.flatMap(({ judgement }) => judgement.definition.types))]
    const job = await this.#jobs?.start(reindexKind, { types, parameters: entries.map(keyOf) })
    if (!job) return
    for (const entry of entries) this.#coverage.set(keyOf(entry), { state: 'active', job: job.id })
  }

  /**
   * What was written lately and indexed by what was valid before does not stay so: a transaction that took very long may
   * have committed after the count of the job.
   */
  async #sweep(): Promise<void> {
    const storage = this.#storage as Storage
    const after = BigInt(Date.now() - sweepEvery * this.#poll - longestTransaction) << 20n
    const active = await storage.jobs.list({ kind: reindexKind })
    if (active.some(({ state }) => state === 'waiting' || state === 'running')) return
    const stale: string[] = []
    for (const type of this.#set.types) {
      const found = await storage.outdated(type, this.#set.generationOf(type), { after, limit: 1 })
      if (found.length > 0) stale.push(type)
    }
    const failing = new Set(this.#pending().flatMap(({ judgement }) => judgement.definition.types))
    const types = stale.filter((type) => !failing.has(type))
    if (types.length === 0) return
    this.#log.warn({ types }, 'resources were indexed by older search parameters; reindexing them')
    await this.#jobs?.start(reindexKind, { types })
  }

  #statusOf(entry: Entry): ParameterStatus {
    const key = keyOf(entry)
    return statusOf(entry, this.#complete.has(key), this.#coverage.get(key))
  }
}

/** Polls between two looks for resources that a late writer left behind. */
const sweepEvery = 150

/** Milliseconds; longer ones end by the time limits of requests and databases. */
const longestTransaction = 600_000
