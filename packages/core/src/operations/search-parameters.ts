import { FhirError } from '../errors/fhir-error.js'
import type { AnyResource } from '../fhir/types.js'
import { hasEnded, type Jobs } from '../jobs/jobs.js'
import type { Clock, RequestContext } from '../plugin/context.js'
import type { OperationInteraction } from '../plugin/interaction.js'
import { defineOperation, OperationAnswer, type OperationDefinition } from '../plugin/operation.js'
import { concreteTypes } from '../search-parameters/definition.js'
import { type ReindexInput, reindexKind } from '../search-parameters/reindex-input.js'
import type { SearchParameters } from '../search-parameters/service.js'
import type { ParameterStatus } from '../search-parameters/status.js'
import type { Job } from '../storage/storage.js'
import { booleanOf, numberOf, textsOf } from './parameters.js'
import { describeReindex } from './reindex-parameters.js'

/** What the operations work with. */
export interface SearchParameterOperationParts {
  readonly jobs: Jobs
  readonly parameters: SearchParameters & { refresh(): Promise<void> }
  readonly clock: Clock
}

const base = 'https://anamnesis.dev/fhir/OperationDefinition'

/** `$reindex`, `$reindex-status`, `$reindex-cancel`, and `$status` on SearchParameter: docs/search-parameters.md. */
export function searchParameterOperations(parts: SearchParameterOperationParts): OperationDefinition[] {
  return [
    defineOperation({
      name: 'reindex',
      url: `${base}/reindex`,
      level: { system: true },
      affectsState: true,
      run: (input, ctx) => reindex(parts, input, ctx),
    }),
    defineOperation({
      name: 'reindex-status',
      url: `${base}/reindex-status`,
      level: { system: true },
      affectsState: false,
      run: (input, ctx) => reindexStatus(parts, input, ctx),
    }),
    defineOperation({
      name: 'reindex-cancel',
      url: `${base}/reindex-cancel`,
      level: { system: true },
      affectsState: true,
      async run(input, ctx) {
        const job = await jobOf(parts, input)
        await parts.jobs.cancel(job.id)
        return answer(parts, (await parts.jobs.get(job.id)) ?? job, 200, ctx)
      },
    }),
    defineOperation({
      name: 'status',
      url: `${base}/SearchParameter-status`,
      level: { type: true, instance: true },
      types: ['SearchParameter'],
      affectsState: false,
      async run(input) {
        await parts.parameters.refresh()
        return parameterStatus(parts, input)
      },
    }),
  ]
}

/** Starts a job, or names the one that does the same already. */
async function reindex(
  parts: SearchParameterOperationParts,
  input: OperationInteraction,
  ctx: RequestContext,
): Promise<OperationAnswer> {
  const { jobs, parameters } = parts
  const types = new Set(
    textsOf(input, 'type').flatMap((type) => {
      const concrete = concreteTypes(type, parameters.definitions)
      if (concrete.every((each) => parameters.definitions.isResourceType(each))) return concrete
      throw new FhirError('malformed-request', `type: '${type.slice(0, 60)}' is no R4 resource type.`)
    }),
  )
  const wanted: ReindexInput = {
    ...(types.size === 0 ? {} : { types: [...types].sort() }),
    ...(booleanOf(input, 'force') ? { force: true } : {}),
  }
  const open = (await jobs.list({ kind: reindexKind })).filter((job) => !hasEnded(job))
  const same = open.find(
    (job) => JSON.stringify(job.input) === JSON.stringify(wanted) && job.state === 'waiting',
  )
  return answer(parts, same ?? (await jobs.start(reindexKind, wanted)), 202, ctx)
}

/** How a job stands: at once, or with `wait` when it has ended or so many seconds are over. */
async function reindexStatus(
  parts: SearchParameterOperationParts,
  input: OperationInteraction,
  ctx: RequestContext,
): Promise<OperationAnswer> {
  const job = await jobOf(parts, input)
  const seconds = numberOf(input, 'wait', 0, 60) ?? 0
  const waited = seconds > 0 ? await parts.jobs.wait(job.id, seconds * 1000, ctx.signal) : job
  // Who hears that it is done will search next.
  if (waited && hasEnded(waited)) await parts.parameters.refresh()
  return answer(parts, waited ?? job, 200, ctx)
}

/** The job that `job` names, or the newest one. */
async function jobOf({ jobs }: SearchParameterOperationParts, input: OperationInteraction): Promise<Job> {
  const [id] = textsOf(input, 'job')
  const job = id === undefined ? (await jobs.list({ kind: reindexKind }))[0] : await jobs.get(id)
  if (job?.kind === reindexKind) return job
  throw new FhirError(
    'not-found',
    id === undefined
      ? 'Nothing has been reindexed on this server. POST $reindex starts a job.'
      : `There is no reindex job '${id.slice(0, 64)}'.`,
  )
}

function answer(
  { clock }: SearchParameterOperationParts,
  job: Job,
  status: number,
  { baseUrl }: RequestContext,
): OperationAnswer {
  return new OperationAnswer(describeReindex(job, clock()), status, {
    'content-location': `${baseUrl}/$reindex-status?job=${encodeURIComponent(job.id)}`,
  })
}

function parameterStatus(
  { parameters }: SearchParameterOperationParts,
  input: OperationInteraction,
): AnyResource {
  const urls = textsOf(input, 'url')
  const codes = textsOf(input, 'code')
  const found = parameters
    .status()
    .filter(({ id }) => input.id === undefined || id === input.id)
    .filter(({ url }) => urls.length === 0 || urls.includes(url))
    .filter(({ code }) => codes.length === 0 || codes.includes(code))
  if (input.id !== undefined && found.length === 0) {
    throw new FhirError('not-found', `There is no SearchParameter with the id '${input.id}'.`)
  }
  return {
    resourceType: 'Parameters',
    ...(found.length === 0
      ? {}
      : { parameter: found.map((each) => ({ name: 'searchParameter', part: partsOf(each) })) }),
  }
}

function partsOf({ id, url, code, base: types, state, reason, job, done, total }: ParameterStatus) {
  return [
    { name: 'reference', valueReference: { reference: `SearchParameter/${id}` } },
    { name: 'url', valueUri: url },
    { name: 'code', valueCode: code },
    ...types.map((type) => ({ name: 'base', valueCode: type })),
    { name: 'state', valueCode: state },
    ...(reason === undefined ? [] : [{ name: 'reason', valueString: reason }]),
    ...(job === undefined ? [] : [{ name: 'job', valueId: job }]),
    ...(done === undefined ? [] : [{ name: 'done', valueInteger: done }]),
    ...(total === undefined ? [] : [{ name: 'total', valueInteger: total }]),
  ]
}
