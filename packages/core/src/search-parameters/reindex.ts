import { FhirError } from '../errors/fhir-error.js'
import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import { defineJob, type JobContext } from '../jobs/define.js'
import { sleep } from '../jobs/runner.js'
import type { IndexEntry, Storage, StoredResource } from '../storage/storage.js'
import type { SearchParameterRegistry } from './registry.js'
import { type ReindexInput, type ReindexProgress, reindexKind, type TypeProgress } from './reindex-input.js'

/** What reindexing works with. */
export interface ReindexParts {
  readonly storage: () => Storage
  readonly registry: SearchParameterRegistry
  readonly clock: () => number
  readonly resourceTypes: readonly string[]
  /** Resources per step; 500 by default. */
  readonly batch?: number
}

/** Times that the resources of a type are gone through while others keep writing by older parameters. */
const mostPasses = 10

/** Resources parsed in one go, before requests get their turn. */
const slice = 25

/** Above every generation: `outdated` then gives everything. */
const everything = 2n ** 62n

/**
 * The job that brings the index of stored resources up to date: type by type, in the order of `seq`, in batches. A
 * type is complete when every instance has learnt of the parameters and a count then finds nothing outdated; a job that
 * cannot get there fails with the numbers.
 */
export function reindexJob(parts: ReindexParts) {
  return defineJob<ReindexInput, ReindexProgress>(reindexKind, async (input, context) => {
    const { registry } = parts
    await registry.check({ force: true })
    refuseUnknown(input, registry)
    const began = performance.now()
    const run = new Run(parts, input, context)
    await run.prepare()
    for (const type of run.open()) await run.index(type)
    // Until now another instance may have written by what it knew before.
    await sleep(registry.grace - (performance.now() - began), context.signal)
    await run.complete()
  })
}

/** An older release may not understand a parameter that a newer one accepted: it must not call its index complete. */
function refuseUnknown({ parameters = [] }: ReindexInput, registry: SearchParameterRegistry): void {
  for (const key of parameters) {
    const reason = registry.refusedHere(key)
    if (reason !== undefined) {
      throw new FhirError('internal', `SearchParameter/${key.split('/')[0]} cannot be used: ${reason}`)
    }
  }
}

/** One run of the job, from wherever the last one stopped. */
class Run {
  readonly #parts: ReindexParts
  readonly #input: ReindexInput
  readonly #context: JobContext<ReindexProgress>
  readonly #types: Map<string, TypeProgress>
  readonly #started: number
  readonly #countedBefore: number
  readonly #began = performance.now()
  #phase: ReindexProgress['phase'] = 'counting'

  constructor(parts: ReindexParts, input: ReindexInput, context: JobContext<ReindexProgress>) {
    this.#parts = parts
    this.#input = input
    this.#context = context
    this.#types = new Map(context.progress?.types.map((each) => [each.type, each]))
    this.#started = context.progress?.started ?? parts.clock()
    this.#countedBefore = context.progress?.done ?? 0
  }

  /** Types that are not complete. */
  open(): string[] {
    return [...this.#types.values()].filter(({ complete }) => !complete).map(({ type }) => type)
  }

  /**
   * Finds out what there is to do; a job that is resumed knows it. The target of a type is that of this moment: what
   * is added later has a job of its own, since instances may not have heard of it when this one is through.
   */
  async prepare(): Promise<void> {
    const { registry, resourceTypes } = this.#parts
    if (this.#types.size > 0) {
      for (const known of this.#types.values()) {
        if (!known.complete)
          this.#types.set(known.type, { ...known, target: String(registry.generationOf(known.type)) })
      }
      return
    }
    const custom = new Set(registry.types)
    for (const type of this.#input.types ?? resourceTypes) {
      this.#context.signal.throwIfAborted()
      const generation = registry.generationOf(type)
      const { total, outdated } = await this.#storage.countOutdated(type, generation)
      const amount = this.#input.force ? total : outdated
      if (amount === 0 && !this.#input.types && !custom.has(type)) continue
      const target = String(generation)
      this.#types.set(type, { type, target, done: 0, total: amount, passes: 0, complete: false })
    }
    await this.#save()
  }

  /** Goes once through the resources of a type that are outdated. */
  async index(type: string): Promise<void> {
    const { batch = 500 } = this.#parts
    this.#phase = 'indexing'
    for (;;) {
      this.#context.signal.throwIfAborted()
      const known = this.#types.get(type) as TypeProgress
      const force = this.#input.force === true && known.passes === 0
      const generation = force ? everything : BigInt(known.target)
      const after = known.after === undefined ? {} : { after: BigInt(known.after) }
      const rows = (await this.#storage.outdated(type, generation, { ...after, limit: batch })).filter(
        // What was written since the job began was indexed as it is now.
        ({ seq }) => !force || Number(seq >> 20n) <= this.#started,
      )
      if (rows.length > 0) await this.#storage.index(await this.#entries(rows))
      const last = rows.at(-1)
      const { after: _, ...rest } = known
      const done = known.done + rows.length
      const next = { ...rest, done, total: Math.max(known.total, done) }
      this.#types.set(
        type,
        last ? { ...next, after: String(last.seq) } : { ...next, passes: known.passes + 1 },
      )
      await this.#save()
      if (!last) return
    }
  }

  /** Counts until nothing is outdated, going through the resources again where something is. */
  async complete(): Promise<void> {
    const { registry } = this.#parts
    for (const type of this.open()) {
      for (;;) {
        this.#phase = 'checking'
        this.#context.signal.throwIfAborted()
        const known = this.#types.get(type) as TypeProgress
        const { total, outdated } = await this.#storage.countOutdated(type, BigInt(known.target))
        if (outdated === 0) {
          // Some of what was counted at the beginning may have been deleted or written anew since.
          this.#types.set(type, { ...known, total: known.done, complete: true })
          break
        }
        if (known.passes >= mostPasses) {
          throw new FhirError(
            'internal',
            `${outdated} of ${total} ${type} resources are still indexed by older search parameters after ${known.passes} passes. An instance that does not follow the others may be writing; stop it and POST $reindex.`,
          )
        }
        // Not at once: whoever writes by older parameters needs a moment to learn of them.
        if (known.passes > 1) await sleep(registry.grace, this.#context.signal)
        await this.index(type)
      }
      await this.#save()
    }
    this.#phase = 'done'
    await this.#save()
  }

  get #storage(): Storage {
    return this.#parts.storage()
  }

  /** Search values of a batch; requests get their turn in between. */
  async #entries(rows: readonly StoredResource[]) {
    const entries: IndexEntry[] = []
    for (const [position, { type, id, version, seq, content }] of rows.entries()) {
      if (position % slice === slice - 1) await new Promise((resolve) => setImmediate(resolve))
      try {
        const resource = parseJson(content).value as AnyResource
        entries.push({ type, id, version, ...this.#parts.registry.index(resource) })
      } catch (error) {
        // The count at the end tells of it; the others are indexed first.
        this.#context.log.error({ err: error, type, seq: String(seq) }, 'resource could not be reindexed')
      }
    }
    return entries
  }

  async #save(): Promise<void> {
    const types = [...this.#types.values()]
    const done = types.reduce((sum, each) => sum + each.done, 0)
    const total = types.reduce((sum, each) => sum + each.total, 0)
    const seconds = (performance.now() - this.#began) / 1000
    const rate = seconds > 0 ? Math.round(((done - this.#countedBefore) / seconds) * 10) / 10 : 0
    await this.#context.save({ types, done, total, rate, started: this.#started, phase: this.#phase })
  }
}
