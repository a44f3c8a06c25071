import type { Job, Storage } from '../storage/storage.js'
import { instantOfGeneration } from './generation.js'
import type { ParameterSet } from './parameter-set.js'
import type { ReindexInput, ReindexProgress } from './reindex-input.js'

/** What a parameter needs before it can be used: an index of these types made after this instant. */
export interface IndexNeed {
  /** `id/seq` of the SearchParameter. */
  readonly key: string
  readonly types: readonly string[]
  /** Milliseconds since the epoch. */
  readonly changedAt: number
}

/** What the jobs do about a need. */
export type Coverage =
  | { readonly state: 'none' }
  | { readonly state: 'done' }
  | { readonly state: 'active'; readonly job: string; readonly done?: number; readonly total?: number }
  | { readonly state: 'failed'; readonly job: string; readonly reason: string }

/**
 * What reindex jobs have done, do, or failed to do for a parameter. A job counts as done for it only if it counted
 * nothing outdated in each of the parameter's types, by a set that the parameter was part of.
 *
 * @param jobs newest first.
 */
export function coverageOf(need: IndexNeed, jobs: readonly Job[]): Coverage {
  const reached = new Set<string>()
  for (const { state, progress } of jobs) {
    // What a job that failed elsewhere has completed is complete all the same.
    if (state === 'waiting') continue
    for (const { type, target, complete } of (progress as ReindexProgress | null)?.types ?? []) {
      if (complete && instantOfGeneration(BigInt(target)) >= need.changedAt) reached.add(type)
    }
  }
  const missing = need.types.filter((type) => !reached.has(type))
  if (missing.length === 0) return { state: 'done' }
  const active = jobs.find(
    (job) => (job.state === 'waiting' || job.state === 'running') && serves(job, need, missing),
  )
  if (active) {
    const progress = active.progress as ReindexProgress | null
    return progress
      ? { state: 'active', job: active.id, done: progress.done, total: progress.total }
      : { state: 'active', job: active.id }
  }
  const ended = jobs.find((job) => {
    const { parameters } = job.input as ReindexInput
    const failed = job.state === 'failed' || job.state === 'cancelled'
    return (
      failed &&
      (parameters?.includes(need.key) ?? job.createdAt >= need.changedAt) &&
      serves(job, need, missing)
    )
  })
  if (!ended) return { state: 'none' }
  const reason = ended.state === 'cancelled' ? 'the job was cancelled.' : (ended.error ?? 'the job failed.')
  return { state: 'failed', job: ended.id, reason }
}

/** Whether a job works on all the types towards a set that the parameter is part of. */
function serves({ input, progress }: Job, { key, changedAt }: IndexNeed, types: readonly string[]): boolean {
  const asked = input as ReindexInput
  if (asked.parameters?.includes(key)) return true
  const known = new Map((progress as ReindexProgress | null)?.types.map((each) => [each.type, each.target]))
  return types.every((type) => {
    if (asked.types && !asked.types.includes(type)) return false
    const target = known.get(type)
    return target === undefined || instantOfGeneration(BigInt(target)) >= changedAt
  })
}

/** True where there is nothing to index: no resources, or all were written by those who knew the parameter. */
export async function isNothingOutdated(
  storage: Storage,
  { types }: IndexNeed,
  set: ParameterSet,
): Promise<boolean> {
  for (const type of types) {
    const found = await storage.outdated(type, set.generationOf(type), { limit: 1 })
    if (found.length > 0) return false
  }
  return true
}
