import { randomUUID } from 'node:crypto'
import type { Job, JobStore } from '../storage.js'

interface Entry {
  job: Job
  owner?: string
  leasedUntil: number
}

/** Jobs in this process's memory. */
export class MemoryJobs implements JobStore {
  readonly #clock: () => number
  readonly #entries = new Map<string, Entry>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  async create({ kind, input }: { readonly kind: string; readonly input: unknown }): Promise<Job> {
    const now = this.#clock()
    const job: Job = {
      id: randomUUID(),
      kind,
      state: 'waiting',
      input: structuredClone(input),
      progress: null,
      createdAt: now,
      updatedAt: now,
    }
    this.#entries.set(job.id, { job, leasedUntil: 0 })
    return job
  }

  async get(id: string): Promise<Job | undefined> {
    return this.#entries.get(id)?.job
  }

  async list({
    kind,
    state,
  }: {
    readonly kind?: string
    readonly state?: Job['state']
  } = {}): Promise<readonly Job[]> {
    return [...this.#entries.values()]
      .map(({ job }) => job)
      .filter(
        (job) => (kind === undefined || job.kind === kind) && (state === undefined || job.state === state),
      )
      .reverse()
      .slice(0, 1000)
  }

  async lease(kinds: readonly string[], owner: string, milliseconds: number): Promise<Job | undefined> {
    const now = this.#clock()
    for (const entry of this.#entries.values()) {
      const { job, leasedUntil } = entry
      const free = job.state === 'waiting' || (job.state === 'running' && leasedUntil <= now)
      if (!free || !kinds.includes(job.kind)) continue
      entry.job = { ...job, state: 'running', updatedAt: now }
      entry.owner = owner
      entry.leasedUntil = now + milliseconds
      return entry.job
    }
    return undefined
  }

  async save(
    id: string,
    owner: string,
    { progress, state, error, milliseconds }: Parameters<JobStore['save']>[2],
  ): Promise<boolean> {
    const entry = this.#entries.get(id)
    if (!entry || entry.owner !== owner || entry.job.state !== 'running') return false
    const now = this.#clock()
    entry.job = {
      ...entry.job,
      ...(progress === undefined ? {} : { progress: structuredClone(progress) }),
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error }),
      updatedAt: now,
    }
    entry.leasedUntil = now + milliseconds
    return true
  }

  async cancel(id: string): Promise<boolean> {
    const entry = this.#entries.get(id)
    if (!entry || (entry.job.state !== 'waiting' && entry.job.state !== 'running')) return false
    entry.job = { ...entry.job, state: 'cancelled', updatedAt: this.#clock() }
    return true
  }

  clear(): void {
    this.#entries.clear()
  }
}
