import { FhirError } from '../errors/fhir-error.js'
import type { Job, Storage } from '../storage/storage.js'
import type { AnyJobDefinition } from './define.js'
import type { JobRunner } from './runner.js'

/** Long-running work: leased by one instance at a time, resumed after a crash, with progress that everybody sees. */
export interface Jobs {
  /**
   * Keeps a job for the first instance that is free to do it.
   *
   * @throws Error for a kind that no plugin defines.
   */
  start(kind: string, input: unknown): Promise<Job>
  get(id: string): Promise<Job | undefined>
  /** Newest first, at most 1,000. */
  list(filter?: { readonly kind?: string; readonly state?: Job['state'] }): Promise<readonly Job[]>
  /** Ends a job that has not ended, wherever it runs; false where it had. */
  cancel(id: string): Promise<boolean>
  /** The job when it has ended, or as it stands after so many milliseconds; undefined where there is none. */
  wait(id: string, milliseconds: number, signal?: AbortSignal): Promise<Job | undefined>
}

const ended: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'cancelled'])

/** True where nothing more will happen to a job. */
export function hasEnded({ state }: Job): boolean {
  return ended.has(state)
}

/** What the jobs of one server are made of; storage and runner come once the plugins are set up. */
export interface JobParts {
  readonly storage: () => Storage
  readonly runner: () => JobRunner
  readonly definitions: () => readonly AnyJobDefinition[]
}

export function createJobs({ storage, runner, definitions }: JobParts): Jobs {
  const jobs: Jobs = {
    async start(kind, input) {
      if (!definitions().some((known) => known.kind === kind)) {
        const kinds = definitions().map((known) => known.kind)
        throw new Error(`No plugin defines the job '${kind}'; there are: ${kinds.join(', ')}.`)
      }
      const job = await storage().jobs.create({ kind, input })
      runner().wake()
      return job
    },
    get: (id) => storage().jobs.get(id),
    list: (filter) => storage().jobs.list(filter),
    async cancel(id) {
      const cancelled = await storage().jobs.cancel(id)
      runner().abort(id)
      return cancelled
    },
    async wait(id, milliseconds, signal) {
      const until = performance.now() + milliseconds
      for (;;) {
        const job = await jobs.get(id)
        const left = until - performance.now()
        if (!job || hasEnded(job) || left <= 0 || signal?.aborted) return job
        await new Promise((resolve) => setTimeout(resolve, Math.min(100, left)))
      }
    },
  }
  return Object.freeze(jobs)
}

/** Another try may succeed: the database was away for a while. */
export function isTransient(error: unknown): boolean {
  return FhirError.is(error) && (error.code === 'unavailable' || error.code === 'storage-timeout')
}
