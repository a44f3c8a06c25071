import { FhirError } from '../errors/fhir-error.js'
import { contentOf } from '../fhir/content.js'
import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { CommittedChange } from '../plugin/hooks.js'
import { ResourceResult } from '../plugin/result.js'
import { beforeWrite, runInBackground } from '../plugin/run-hooks.js'
import { patientsOf } from '../search/compartments.js'
import type { Change, StorageTransaction, WriteResult } from '../storage/storage.js'
import type { EngineParts } from './engine.js'
import { validateWrite } from './validate.js'

/** A write on its way to storage. */
export interface PreparedWrite {
  readonly change: Change
  /** Absent for a delete. */
  readonly resource?: AnyResource
  /** What validation let pass. */
  readonly warnings?: readonly OperationOutcomeIssue[]
  /** As in the request. */
  readonly path?: string
}

/** What to write; a create without `id` gets one from storage. */
export interface WriteRequest {
  readonly kind: 'create' | 'update'
  readonly type: string
  readonly id?: string
  readonly resource: AnyResource
  readonly expect?: number
  /** Where the resource sits in the request, for messages: `Bundle.entry[3].resource`. */
  readonly path?: string
}

/**
 * The steps between the handlers and storage: `beforeWrite`, validation, search values, compartments, id, text.
 *
 * @throws FhirError `invalid-resource` with an issue for each fault.
 */
export async function prepareWrite(
  parts: EngineParts,
  request: WriteRequest,
  ctx: RequestContext,
): Promise<PreparedWrite> {
  const { kind, type } = request
  const resource = await beforeWrite(
    parts.registry,
    request.resource,
    request.id === undefined ? { kind, type } : { kind, type, id: request.id },
    ctx,
  )
  const checked = validateWrite(parts, resource, request.path, ctx)
  const warnings = checked && (await checked)
  if (resource.resourceType !== type) {
    throw new FhirError('invalid-resource', `Expected a ${type}, found a ${String(resource.resourceType)}.`, {
      status: 400,
      expression: [`${request.path ?? type}.resourceType`],
    })
  }
  const id = request.id ?? (type === 'Patient' ? parts.storage.newId(type) : undefined)
  const identified = id === undefined ? { ...resource, id: undefined } : { ...resource, id }
  await parts.indexing.fresh(ctx.transaction)
  const { values, generation } = parts.indexing.index(identified as AnyResource)
  const patients = patientsOf(identified as AnyResource, values)
  const finalId = id ?? parts.storage.newId(type, patients[0])
  const { head, tail } = contentOf(resource, finalId)
  const change: Change = { kind, type, id: finalId, head, tail, values, patients, generation }
  return {
    change: request.expect === undefined ? change : { ...change, expect: request.expect },
    resource: { ...resource, id: finalId },
    ...(request.path === undefined ? {} : { path: request.path }),
    ...(warnings === undefined || warnings.length === 0 ? {} : { warnings }),
  }
}

/** The tombstone of a resource. */
export function prepareDelete(type: string, id: string, expect?: number): PreparedWrite {
  const change: Change = { kind: 'delete', type, id, head: '', tail: '', values: [], patients: [] }
  return { change: expect === undefined ? change : { ...change, expect } }
}

/** What each open transaction has written so far, whichever interactions inside it wrote it. */
const written = new WeakMap<StorageTransaction, CommittedChange[]>()

/**
 * Runs `work` in the request's transaction, or in one of its own, and commits. `work` runs again when the database
 * retries. `afterCommit` hooks follow the commit of the outermost transaction and hear of all that was written in it, by
 * handlers and hooks through the engine too.
 */
export async function inTransaction<T>(
  parts: EngineParts,
  ctx: RequestContext,
  work: (tx: StorageTransaction) => Promise<T>,
): Promise<T> {
  if (ctx.transaction) return work(ctx.transaction)
  let changes: CommittedChange[] = []
  const value = await parts.storage.transaction((tx) => {
    changes = []
    written.set(tx, changes)
    return work(tx)
  })
  // The parameter is there, or gone, for whoever hears of the answer.
  if (changes.some(({ change }) => isSearchParameter(change))) await parts.indexing.committed()
  announce(parts, ctx, changes)
  return value
}

/** Writes inside a transaction and lets `beforeCommit` hooks judge. */
export async function applyWrites(
  parts: EngineParts,
  tx: StorageTransaction,
  writes: readonly PreparedWrite[],
  ctx: RequestContext,
): Promise<CommittedChange[]> {
  const parameters = writes.filter(({ change }) => isSearchParameter(change))
  if (parameters.length > 0) {
    await parts.indexing.admit(
      parameters.map(({ change: { id }, resource, path }) => ({
        id,
        ...(resource === undefined ? {} : { resource }),
        ...(path === undefined ? {} : { path }),
      })),
      tx,
    )
  }
  const current = writes.map((write) => upToDate(parts, write))
  const changes = pair(current, await tx.write(current.map((write) => write.change)))
  written.get(tx)?.push(...changes)
  for (const hook of parts.registry.hooks('beforeCommit')) await hook.run(changes, tx, ctx)
  return changes
}

/** What other resources are validated by. */
function isDefinition({ type }: { readonly type: string }): boolean {
  return type === 'StructureDefinition' || type === 'Questionnaire'
}

function isSearchParameter({ type }: { readonly type: string }): boolean {
  return type === 'SearchParameter'
}

/** A large bundle takes its time: what was prepared by earlier search parameters is indexed again. */
function upToDate({ indexing }: EngineParts, write: PreparedWrite): PreparedWrite {
  const { change, resource } = write
  if (!resource || change.generation === indexing.generationOf(change.type)) return write
  return { ...write, change: { ...change, ...indexing.index(resource) } }
}

/** One write with nothing to decide inside a transaction: the fastest way that the registered hooks allow. */
export async function writeOne(
  parts: EngineParts,
  request: WriteRequest,
  ctx: RequestContext,
): Promise<ResourceResult> {
  const inside = parts.registry.hooks('beforeCommit').length > 0 || isSearchParameter(request)
  if (ctx.transaction || inside) {
    return inTransaction(parts, ctx, async (tx) => {
      const changes = await applyWrites(
        parts,
        tx,
        [await prepareWrite(parts, request, { ...ctx, transaction: tx })],
        ctx,
      )
      return resultOf(changes[0] as CommittedChange)
    })
  }
  const write = await prepareWrite(parts, request, ctx)
  const changes = pair([write], await parts.storage.write([write.change]))
  announce(parts, ctx, changes)
  return resultOf(changes[0] as CommittedChange)
}

/** The outcome of one change, for handlers and answers. */
export function resultOf({ change, result, warnings }: CommittedChange): ResourceResult {
  return ResourceResult.stored(
    { ...result, deleted: change.kind === 'delete', content: result.content },
    { created: result.created, changed: result.changed, warnings },
  )
}

/** Tells `afterCommit` hooks what was committed. */
function announce(parts: EngineParts, ctx: RequestContext, changes: readonly CommittedChange[]): void {
  if (changes.length === 0) return
  if (changes.some(({ change }) => isDefinition(change))) parts.fullValidation.changed()
  runInBackground(parts.registry, 'afterCommit', ctx.log, (run) => run(changes, ctx))
}

function pair(writes: readonly PreparedWrite[], results: readonly WriteResult[]): CommittedChange[] {
  return writes.map(({ change, resource, warnings }, index) => {
    const result = results[index] as WriteResult
    if (!resource) return { change, result }
    return warnings ? { change, result, resource, warnings } : { change, result, resource }
  })
}
