// update: replaces a resource or creates it under the client's id, conditional by criteria. https://hl7.org/fhir/R4/http.html#update
import { FhirError } from '../errors/fhir-error.js'
import { isId } from '../fhir/ids.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, UpdateInteraction } from '../plugin/interaction.js'
import type { ResourceResult } from '../plugin/result.js'
import { runHandlers } from './compose.js'
import { criteriaKey, findMatch } from './conditional.js'
import type { EngineParts } from './engine.js'
import { preconditionFailed } from './precondition.js'
import { writeAnswer } from './respond.js'
import { applyWrites, inTransaction, prepareWrite, resultOf, type WriteRequest, writeOne } from './write.js'

export async function update(
  parts: EngineParts,
  interaction: UpdateInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'update'),
    interaction,
    ctx,
    (input) =>
      input.id === undefined
        ? updateConditionally(parts, input, ctx)
        : preconditionFailed(input, () => writeOne(parts, updateRequest(input, input.id as string), ctx)),
  )
  return writeAnswer(parts, result, ctx)
}

/** The write of an update under a known id. The body's id has to be that of the URL. */
export function updateRequest(input: UpdateInteraction, id: string): WriteRequest {
  checkBodyId(input, id)
  const request = { kind: 'update' as const, type: input.type, id, resource: input.resource }
  if (input.ifNoneMatch) return { ...request, expect: 0 }
  return input.ifMatch === undefined ? request : { ...request, expect: input.ifMatch }
}

function checkBodyId(input: UpdateInteraction, id: string): void {
  if (input.resource.id === id) return
  const found =
    input.resource.id === undefined ? 'has no id' : `has the id '${String(input.resource.id).slice(0, 64)}'`
  throw new FhirError(
    'id-mismatch',
    `The resource ${found}; it has to be '${id.slice(0, 64)}', the id in the URL.`,
    {
      expression: [`${input.type}.id`],
    },
  )
}

/**
 * No match: create, under the body's id if it has one (update-as-create). One match: update it
 * (https://hl7.org/fhir/R4/http.html#cond-update).
 */
function updateConditionally(
  parts: EngineParts,
  input: UpdateInteraction,
  ctx: RequestContext,
): Promise<ResourceResult> {
  const criteria = input.criteria ?? []
  return preconditionFailed(input, () =>
    inTransaction(parts, ctx, async (tx) => {
      const inside = { ...ctx, transaction: tx }
      await tx.claim([criteriaKey(input.type, criteria)])
      const match = await findMatch(parts, tx, input.type, criteria, inside)
      const write = await prepareWrite(parts, conditionalRequest(input, match?.id), inside)
      const changes = await applyWrites(parts, tx, [write], inside)
      return resultOf(changes[0]!)
    }),
  )
}

/** What a conditional update writes, given the id of its match. */
export function conditionalRequest(input: UpdateInteraction, matchId: string | undefined): WriteRequest {
  if (matchId !== undefined) {
    if (input.resource.id !== undefined) checkBodyId(input, matchId)
    return updateRequest({ ...input, resource: { ...input.resource, id: matchId } }, matchId)
  }
  const { type, resource } = input
  if (resource.id === undefined) {
    // If-Match on something that is not there: nothing to create.
    if (input.ifMatch !== undefined)
      throw new FhirError('precondition-failed', `No ${type} matches the criteria, so If-Match cannot hold.`)
    return { kind: 'create', type, resource }
  }
  if (!isId(resource.id)) {
    throw new FhirError(
      'invalid-resource',
      "The resource's id is no id: those have 1 to 64 characters out of A-Z, a-z, 0-9, '-' and '.'.",
      {
        status: 400,
        expression: [`${type}.id`],
      },
    )
  }
  return updateRequest({ ...input, ifNoneMatch: true }, resource.id)
}
