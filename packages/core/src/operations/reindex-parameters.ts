import type { AnyResource } from '../fhir/types.js'
import { hasEnded } from '../jobs/jobs.js'
import type { ReindexInput, ReindexProgress } from '../search-parameters/reindex-input.js'
import type { Job } from '../storage/storage.js'

/**
 * A reindex job as Parameters: `job`, `state`, `phase`, `force`, `done`, `total`, `percent`, `rate` (resources per
 * second), `started`, `ended`, `eta`, `type` for each type, `reason` where it failed, `message` where nothing was to do.
 *
 * @param now milliseconds since the epoch.
 */
export function describeReindex(job: Job, now: number): AnyResource {
  const progress = job.progress as ReindexProgress | null
  const { force, types } = job.input as ReindexInput
  const ended = hasEnded(job)
  const nothing = job.state === 'done' && progress?.total === 0
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'job', valueId: job.id },
      { name: 'state', valueCode: job.state },
      ...(progress && !ended ? [{ name: 'phase', valueCode: progress.phase }] : []),
      ...(force ? [{ name: 'force', valueBoolean: true }] : []),
      ...(progress ? numbers(progress, job, now) : []),
      { name: 'created', valueInstant: instant(job.createdAt) },
      ...(progress ? [{ name: 'started', valueInstant: instant(progress.started) }] : []),
      ...(ended ? [{ name: 'ended', valueInstant: instant(job.updatedAt) }] : []),
      ...(progress ? progress.types.map(typeParameter) : (types ?? []).map((type) => waitingType(type))),
      ...(job.error === undefined ? [] : [{ name: 'reason', valueString: job.error }]),
      ...(nothing ? [{ name: 'message', valueString: nothingToDo }] : []),
    ],
  }
}

const nothingToDo = 'Every resource was indexed by the current search parameters already; nothing was to do.'

function numbers({ done, total, rate }: ReindexProgress, job: Job, now: number) {
  const percent = total === 0 ? (job.state === 'done' ? 100 : 0) : Math.floor((1000 * done) / total) / 10
  const running = job.state === 'running' && rate > 0
  return [
    { name: 'done', valueInteger: done },
    { name: 'total', valueInteger: total },
    { name: 'percent', valueDecimal: percent },
    { name: 'rate', valueDecimal: rate },
    ...(running ? [{ name: 'eta', valueInstant: instant(now + ((total - done) / rate) * 1000) }] : []),
  ]
}

function typeParameter({ type, done, total, complete }: ReindexProgress['types'][number]) {
  return {
    name: 'type',
    part: [
      { name: 'code', valueCode: type },
      { name: 'done', valueInteger: done },
      { name: 'total', valueInteger: total },
      { name: 'complete', valueBoolean: complete },
    ],
  }
}

function waitingType(type: string) {
  return { name: 'type', part: [{ name: 'code', valueCode: type }] }
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
