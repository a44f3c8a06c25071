import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import type { CommittedChange } from '../plugin/hooks.js'
import type {
  CreateInteraction,
  DeleteInteraction,
  InteractionResult,
  PatchInteraction,
  UpdateInteraction,
} from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import type { ResourceKey, StorageTransaction, StoredResource } from '../storage/storage.js'
import { accessTo } from './access.js'
import { runHandlers } from './compose.js'
import { withoutId } from './create.js'
import type { EngineParts } from './engine.js'
import { atEntry } from './entry.js'
import { patchedRequest } from './patch.js'
import { preconditionFailed } from './precondition.js'
import { notFound, resourceAnswer, writeAnswer } from './respond.js'
import type { ResolvedEntry } from './transaction-references.js'
import { conditionalRequest, updateRequest } from './update.js'
import {
  applyWrites,
  type PreparedWrite,
  prepareDelete,
  prepareWrite,
  resultOf,
  type WriteRequest,
} from './write.js'

/** R4's order of processing. */
const order: Readonly<Record<string, number>> = { delete: 0, create: 1, update: 2, patch: 2 }

/** A write that has passed its handlers and waits for the others. */
interface Waiting {
  readonly entry: ResolvedEntry
  readonly write: PreparedWrite
  readonly resolve: (result: ResourceResult) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes the entries of a transaction as one set. Each entry goes through the handlers of its type; the innermost step,
 * instead of writing, waits until every entry has come this far, then all are written in one call.
 */
export async function writeEntries(
  parts: EngineParts,
  tx: StorageTransaction,
  entries: readonly ResolvedEntry[],
  ctx: RequestContext,
): Promise<Map<number, InteractionResult>> {
  const writes = entries
    .filter(({ interaction }) => interaction.interaction in order)
    .sort((a, b) => (order[a.interaction.interaction] ?? 0) - (order[b.interaction.interaction] ?? 0))
  const stored = await readStored(parts, tx, writes, ctx)
  const waiting: Waiting[] = []
  const outcomes = new Map<number, Promise<ResourceResult | undefined>>()
  const failures: unknown[] = []

  for (const entry of writes) {
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const innermost = async (prepare: () => Promise<PreparedWrite | undefined>): Promise<ResourceResult> => {
      const write = await prepare()
      if (!write) return unchanged(entry, stored)
      return new Promise((resolve, reject) => {
        waiting.push({ entry, write, resolve, reject })
        arrive()
      })
    }
    const outcome = atEntry(entry.index, async () => runEntry(parts, entry, stored, ctx, innermost))
    const settled = outcome.catch((error: unknown) => {
      failures.push(error)
      return undefined
    })
    outcomes.set(entry.index, settled)
    await Promise.race([arrived, settled])
    if (failures.length > 0) break
  }

  await flush(parts, tx, waiting, failures, ctx)
  const results = new Map<number, InteractionResult>()
  for (const entry of writes) {
    const result = await outcomes.get(entry.index)
    if (failures.length > 0) throw failures[0]
    results.set(entry.index, await answerOf(parts, entry, result as ResourceResult, ctx))
  }
  return results
}

/** Writes what waits, or tells it of the failure so that no handler waits for ever. */
async function flush(
  parts: EngineParts,
  tx: StorageTransaction,
  waiting: readonly Waiting[],
  failures: unknown[],
  ctx: RequestContext,
): Promise<void> {
  try {
    if (failures.length > 0) throw failures[0]
    if (waiting.length === 0) return
    const apply = () =>
      applyWrites(
        parts,
        tx,
        waiting.map(({ write }) => write),
        ctx,
      )
    const changes = waiting.some(({ entry }) => isGuarded(entry))
      ? await preconditionFailed({ ifMatch: 0 }, apply)
      : await apply()
    for (const [position, { resolve }] of waiting.entries())
      resolve(resultOf(changes[position] as CommittedChange))
  } catch (error) {
    for (const { reject } of waiting) reject(error)
    throw error
  }
}

/** True where the client said which version it expects; a patch that was overtaken is another matter. */
function isGuarded({ interaction }: ResolvedEntry): boolean {
  return (
    ('ifMatch' in interaction && interaction.ifMatch !== undefined) ||
    ('ifNoneMatch' in interaction && interaction.ifNoneMatch === true)
  )
}

/**
 * The stored versions that patches start from, that conditional creates found, and that deletes may see, in one read for
 * each type.
 */
async function readStored(
  parts: EngineParts,
  tx: StorageTransaction,
  entries: readonly ResolvedEntry[],
  ctx: RequestContext,
): Promise<ReadonlyMap<number, StoredResource>> {
  const wanted = entries.filter(
    ({ interaction, matched, id }) =>
      id !== undefined &&
      (interaction.interaction === 'patch' ||
        (matched && interaction.interaction === 'create') ||
        (interaction.interaction === 'delete' && isNarrowed(parts))),
  )
  if (wanted.length === 0) return new Map()
  const keys = wanted.map(
    ({ interaction, id }): ResourceKey => ({
      type: (interaction as PatchInteraction).type,
      id: id as string,
    }),
  )
  // Patches address resources by id, so the caller's policy judges each; it may differ from type to type.
  const rows = new Map<number, StoredResource>()
  for (const type of new Set(keys.map((key) => key.type))) {
    const ofType = wanted.filter((_, position) => keys[position]?.type === type)
    const access = await accessTo(parts.registry, type, ctx)
    const found = await tx.read(
      ofType.map(({ id }) => ({ type, id: id as string })),
      access,
    )
    for (const [position, row] of found.entries()) if (row) rows.set(ofType[position]!.index, row)
  }
  return rows
}

function runEntry(
  parts: EngineParts,
  entry: ResolvedEntry,
  stored: ReadonlyMap<number, StoredResource>,
  ctx: RequestContext,
  innermost: (prepare: () => Promise<PreparedWrite | undefined>) => Promise<ResourceResult>,
): Promise<ResourceResult> {
  const { interaction, index } = entry
  const path = `Bundle.entry[${index}].resource`
  const prepare = (request: WriteRequest) => prepareWrite(parts, { ...request, path }, ctx)
  switch (interaction.interaction) {
    case 'create':
      return runHandlers(
        parts.registry.handlers(interaction.type, 'create'),
        withoutId(interaction),
        ctx,
        (input) => innermost(async () => (entry.matched ? undefined : prepare(createRequest(input, entry)))),
      )
    case 'update':
      return runHandlers(parts.registry.handlers(interaction.type, 'update'), interaction, ctx, (input) =>
        innermost(async () => prepare(updateEntryRequest(input, entry))),
      )
    case 'patch':
      return runHandlers(parts.registry.handlers(interaction.type, 'patch'), interaction, ctx, (input) =>
        innermost(async () => prepare(await patchEntryRequest(input, stored.get(index)))),
      )
    default: {
      const asked = interaction as DeleteInteraction
      return runHandlers(parts.registry.handlers(asked.type, 'delete'), asked, ctx, (input) =>
        innermost(async () => {
          // What the caller may not see is not there to be deleted.
          const hidden = entry.id !== undefined && isNarrowed(parts) && !stored.has(index)
          return entry.id === undefined || hidden
            ? undefined
            : prepareDelete(input.type, entry.id, input.ifMatch)
        }),
      )
    }
  }
}

function isNarrowed(parts: EngineParts): boolean {
  return parts.registry.hooks('narrow').length > 0
}

function createRequest(input: CreateInteraction, entry: ResolvedEntry): WriteRequest {
  return { kind: 'create', type: input.type, id: entry.id as string, resource: input.resource }
}

function updateEntryRequest(input: UpdateInteraction, entry: ResolvedEntry): WriteRequest {
  if (input.id !== undefined) return updateRequest(input, input.id)
  const request = conditionalRequest(input, entry.matched ? entry.id : undefined)
  return request.id === undefined && entry.id !== undefined ? { ...request, id: entry.id } : request
}

async function patchEntryRequest(
  input: PatchInteraction,
  row: StoredResource | undefined,
): Promise<WriteRequest> {
  if (row) return patchedRequest(input, row)
  if (input.id !== undefined) throw notFound(input.type, input.id)
  throw new FhirError('not-found', `No ${input.type} matches the criteria of this patch.`)
}

/** Nothing to write: a conditional create that found its match, or a delete of what is not there. */
function unchanged(entry: ResolvedEntry, stored: ReadonlyMap<number, StoredResource>): ResourceResult {
  const row = stored.get(entry.index)
  if (row && entry.interaction.interaction === 'create') return ResourceResult.stored(row)
  const { type } = entry.interaction as CreateInteraction
  const deleted = entry.interaction.interaction === 'delete'
  return new ResourceResult(
    { type, id: entry.id ?? '', version: 0, lastUpdated: 0, deleted, created: false, changed: false },
    '',
  )
}

async function answerOf(
  parts: EngineParts,
  entry: ResolvedEntry,
  result: ResourceResult,
  ctx: RequestContext,
): Promise<InteractionResult> {
  if (entry.interaction.interaction === 'delete') {
    const answer = { status: 204, type: result.type, id: result.id }
    return result.version > 0 ? { ...answer, version: result.version } : answer
  }
  if (result.content === '') return { status: 200, type: result.type, id: result.id, located: true }
  if (entry.matched && !result.changed)
    return { ...(await resourceAnswer(parts, result, ctx)), located: true }
  return writeAnswer(parts, result, ctx)
}
