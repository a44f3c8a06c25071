// delete: leaves a tombstone; history stays. Conditional by criteria. https://hl7.org/fhir/R4/http.html#delete
import type { RequestContext } from '../plugin/context.js'
import type { DeleteInteraction, InteractionResult } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import { accessTo } from './access.js'
import { runHandlers } from './compose.js'
import { criteriaKey, findMatch } from './conditional.js'
import type { EngineParts } from './engine.js'
import { preconditionFailed } from './precondition.js'
import { applyWrites, inTransaction, prepareDelete, resultOf } from './write.js'

export async function deleteResource(
  parts: EngineParts,
  interaction: DeleteInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'delete'),
    interaction,
    ctx,
    (input) => preconditionFailed(input, () => deleteStored(parts, input, ctx)),
  )
  const answer = { status: 204, type: result.type, id: result.id }
  return result.version > 0 ? { ...answer, version: result.version } : answer
}

function deleteStored(
  parts: EngineParts,
  input: DeleteInteraction,
  ctx: RequestContext,
): Promise<ResourceResult> {
  return inTransaction(parts, ctx, async (tx) => {
    const inside = { ...ctx, transaction: tx }
    let id = input.id
    if (id === undefined) {
      const criteria = input.criteria ?? []
      await tx.claim([criteriaKey(input.type, criteria)])
      id = (await findMatch(parts, tx, input.type, criteria, inside))?.id
    } else {
      const access = await accessTo(parts.registry, input.type, inside)
      if (access && !(await tx.read([{ type: input.type, id }], access))[0]) id = undefined
    }
    if (id === undefined) return nothingDeleted(input)
    const changes = await applyWrites(parts, tx, [prepareDelete(input.type, id, input.ifMatch)], inside)
    return resultOf(changes[0]!)
  })
}

/** Deleting what is not there succeeds: the wish is already true. */
function nothingDeleted(input: DeleteInteraction): ResourceResult {
  const facts = { type: input.type, id: input.id ?? '', version: 0, lastUpdated: 0, deleted: true }
  return new ResourceResult({ ...facts, created: false, changed: false }, '')
}
