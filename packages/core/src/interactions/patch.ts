// patch: changes parts of a resource, by JSON Patch or FHIRPath Patch. https://hl7.org/fhir/R4/http.html#patch
import { FhirError } from '../errors/fhir-error.js'
import { applyFhirPathPatch } from '../fhir/fhirpath-patch.js'
import { parseJson } from '../fhir/json.js'
import { applyJsonPatch } from '../fhir/json-patch.js'
import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, PatchInteraction } from '../plugin/interaction.js'
import type { ResourceResult } from '../plugin/result.js'
import type { StoredResource } from '../storage/storage.js'
import { accessTo } from './access.js'
import { runHandlers } from './compose.js'
import { criteriaKey, findMatch } from './conditional.js'
import type { EngineParts } from './engine.js'
import { preconditionFailed } from './precondition.js'
import { gone, notFound, writeAnswer } from './respond.js'
import { applyWrites, inTransaction, prepareWrite, resultOf, type WriteRequest } from './write.js'

/** How often a patch starts over when others write the same resource meanwhile. */
const attempts = 10

export async function patch(
  parts: EngineParts,
  interaction: PatchInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'patch'),
    interaction,
    ctx,
    (input) => preconditionFailed(input, () => patchStored(parts, input, ctx)),
  )
  return writeAnswer(parts, result, ctx)
}

async function patchStored(
  parts: EngineParts,
  input: PatchInteraction,
  ctx: RequestContext,
): Promise<ResourceResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await patchOnce(parts, input, ctx)
    } catch (error) {
      const raced = FhirError.is(error) && error.code === 'version-conflict' && input.ifMatch === undefined
      // Inside a bundle's transaction there is no second try: its failure is the bundle's.
      if (!raced || ctx.transaction || attempt === attempts) throw error
    }
  }
}

function patchOnce(
  parts: EngineParts,
  input: PatchInteraction,
  ctx: RequestContext,
): Promise<ResourceResult> {
  return inTransaction(parts, ctx, async (tx) => {
    const inside = { ...ctx, transaction: tx }
    let row: StoredResource | undefined
    if (input.id === undefined) {
      const criteria = input.criteria ?? []
      await tx.claim([criteriaKey(input.type, criteria)])
      row = await findMatch(parts, tx, input.type, criteria, inside)
      if (!row) throw new FhirError('not-found', `No ${input.type} matches the criteria of this patch.`)
    } else {
      const access = await accessTo(parts.registry, input.type, inside)
      row = (await tx.read([{ type: input.type, id: input.id }], access))[0]
      if (!row) throw notFound(input.type, input.id)
    }
    const write = await prepareWrite(parts, await patchedRequest(input, row), inside)
    const changes = await applyWrites(parts, tx, [write], inside)
    return resultOf(changes[0]!)
  })
}

/** Applies the patch to a stored version: the update to write, expecting that version still to be current. */
export async function patchedRequest(input: PatchInteraction, row: StoredResource): Promise<WriteRequest> {
  if (row.deleted) throw gone(row)
  if (input.ifMatch !== undefined && input.ifMatch !== row.version) {
    throw new FhirError(
      'precondition-failed',
      `${row.type}/${row.id} is at version ${row.version}, not at the one in If-Match. Read it again and try anew.`,
    )
  }
  const current = parseJson(row.content).value as AnyResource
  const resource =
    input.patch.format === 'json-patch'
      ? applyJsonPatch(current, input.patch.document)
      : await applyFhirPathPatch(current, input.patch.document)
  return { kind: 'update', type: row.type, id: row.id, resource, expect: row.version }
}
