import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { FhirError } from '../errors/fhir-error.js'
import type { Job, Storage } from '../storage/storage.js'
import type { AnyJobDefinition } from './define.js'
import { isTransient } from './jobs.js'

/** Settings of a runner, in milliseconds. */
export interface RunnerOptions {
  readonly storage: Storage
  readonly definitions: readonly AnyJobDefinition[]
  readonly log: Logger
  /** How often to look for work that another instance left or accepted; 1,000 by default. */
  readonly poll?: number
  /** How long an instance that has died keeps others from its job; 30,000 by default. */
  readonly lease?: number
}

interface Running {
  readonly id: string
  readonly abort: AbortController
  readonly work: Promise<void>
}

/** Why a job's signal was aborted. */
class JobStopped extends Error {
  override readonly name = 'JobStopped'
}

const logEvery = 10_000

/**
 * Does jobs, one of each kind at a time: takes a lease, keeps it while the work goes on, and gives it back when the
 * server stops, so that another instance goes on from the saved progress. A lease that runs out is anybody's.
 */
export class JobRunner {
  readonly #storage: Storage
  readonly #definitions: ReadonlyMap<string, AnyJobDefinition>
  readonly #log: Logger
  readonly #poll: number
  readonly #lease: number
  readonly #owner = randomUUID()
  readonly #running = new Map<string, Running>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #again = false
  #stopped = true
  #failing = false

  constructor({ storage, definitions, log, poll = 1000, lease = 30_000 }: RunnerOptions) {
    this.#storage = storage
    this.#definitions = new Map(definitions.map((definition) => [definition.kind, definition]))
    this.#log = log
    this.#poll = poll
    this.#lease = lease
  }

  start(): void {
    if (this.#definitions.size === 0) return
    this.#stopped = false
    this.#timer = setInterval(() => this.wake(), this.#poll).unref()
    this.wake()
  }

  /** Looks for work now; never rejects. */
  wake(): void {
    if (this.#stopped) return
    if (this.#looking) {
      this.#again = true
      return
    }
    this.#looking = this.#look()
      .then(() => this.#tell(undefined))
      .catch((error: unknown) => this.#tell(error))
      .finally(() => {
        this.#looking = undefined
        if (!this.#again) return
        this.#again = false
        this.wake()
      })
  }

  /** Stops the work on a job that was cancelled, if it is done here. */
  abort(id: string): void {
    for (const running of this.#running.values()) {
      if (running.id === id) running.abort.abort(new JobStopped('the job was cancelled'))
    }
  }

  /** Stops all work at its next step and gives the leases back. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#looking
    const running = [...this.#running.values()]
    for (const { abort } of running) abort.abort(new JobStopped('the server stops'))
    await Promise.all(running.map(({ work }) => work))
  }

  /** Once, not at each look while the database is away. */
  #tell(error: unknown): void {
    const failing = error !== undefined
    if (failing === this.#failing) return
    this.#failing = failing
    if (failing) this.#log.warn({ err: error }, 'jobs cannot be looked for; trying again until they can')
    else this.#log.info('jobs are looked for again')
  }

  async #look(): Promise<void> {
    for (;;) {
      const free = [...this.#definitions.keys()].filter((kind) => !this.#running.has(kind))
      if (free.length === 0 || this.#stopped) return
      const job = await this.#storage.jobs.lease(free, this.#owner, this.#lease)
      const definition = job && this.#definitions.get(job.kind)
      if (!definition) return
      const abort = new AbortController()
      const work = this.#run(job, definition, abort).finally(() => {
        this.#running.delete(job.kind)
        this.wake()
      })
      this.#running.set(job.kind, { id: job.id, abort, work })
    }
  }

  /** One job under its lease; never rejects. */
  async #run(job: Job, definition: AnyJobDefinition, abort: AbortController): Promise<void> {
    const { id, kind } = job
    const log = this.#log.child({ job: kind, jobId: id })
    const { jobs } = this.#storage
    const milliseconds = this.#lease
    let progress = job.progress
    let logged = performance.now()
    const keep = async (update: { progress?: unknown; state?: 'done' | 'failed'; error?: string } = {}) => {
      if (await jobs.save(id, this.#owner, { ...update, milliseconds })) return
      abort.abort(new JobStopped('the job was cancelled, or another instance took it over'))
    }
    const renewal = setInterval(() => {
      keep().catch((error: unknown) => log.warn({ err: error }, 'lease could not be renewed'))
    }, milliseconds / 3).unref()
    log.info(progress == null ? 'job started' : 'job resumed')
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          await definition.run(job.input, {
            id,
            progress: progress ?? undefined,
            signal: abort.signal,
            log,
            save: async (saved) => {
              // Also when the server stops: the next one need not do this step again.
              await keep({ progress: saved })
              progress = saved
              abort.signal.throwIfAborted()
              if (performance.now() - logged < logEvery) return
              logged = performance.now()
              log.info({ progress: saved }, 'job goes on')
            },
          })
          break
        } catch (error) {
          if (!isTransient(error) || attempt === attempts || abort.signal.aborted) throw error
          log.warn({ err: error, attempt }, 'the database is away; the job tries again')
          await sleep(Math.min(30_000, 500 * 2 ** attempt), abort.signal)
        }
      }
      abort.signal.throwIfAborted()
      await keep({ state: 'done' })
      log.info({ progress }, 'job done')
    } catch (error) {
      await this.#end(job, error, abort.signal, log)
    } finally {
      clearInterval(renewal)
    }
  }

  async #end(job: Job, error: unknown, signal: AbortSignal, log: Logger): Promise<void> {
    const update = signal.aborted
      ? // Zero gives the lease back: whoever looks next goes on.
        { milliseconds: 0 }
      : { milliseconds: this.#lease, state: 'failed' as const, error: messageOf(error) }
    if (signal.aborted) log.info(`job stopped: ${messageOf(signal.reason)}`)
    else log.error({ err: error }, 'job failed')
    await this.#storage.jobs.save(job.id, this.#owner, update).catch((failure: unknown) => {
      log.warn({ err: failure }, 'the end of the job could not be saved; its lease will run out')
    })
  }
}

const attempts = 8

/** What may be shown to whoever asks for the job: only messages that were written to be read. */
function messageOf(error: unknown): string {
  if (FhirError.is(error) || error instanceof JobStopped) return error.message
  return 'The work failed for a reason that the log of the server tells.'
}

/** Waits; ends at once, without an error, when the signal is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
