// create: a new resource under an id of the server's, conditional with If-None-Exist. https://hl7.org/fhir/R4/http.html#create
import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { CreateInteraction, InteractionResult } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import { runHandlers } from './compose.js'
import { criteriaKey, findMatch } from './conditional.js'
import type { EngineParts } from './engine.js'
import { writeAnswer } from './respond.js'
import { applyWrites, inTransaction, prepareWrite, resultOf, writeOne } from './write.js'

export async function create(
  parts: EngineParts,
  interaction: CreateInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'create'),
    withoutId(interaction),
    ctx,
    (input) =>
      input.ifNoneExist
        ? createConditionally(parts, { ...input, ifNoneExist: input.ifNoneExist }, ctx)
        : writeOne(parts, { kind: 'create', type: input.type, resource: input.resource }, ctx),
  )
  return writeAnswer(parts, result, ctx)
}

/** The id of a created resource is the server's to choose; what the client wrote there counts for nothing. */
export function withoutId(interaction: CreateInteraction): CreateInteraction {
  if (interaction.resource.id === undefined) return interaction
  const { id: _, ...resource } = interaction.resource
  return { ...interaction, resource: resource as AnyResource }
}

/** Of any number of racing creates with the same criteria, one creates: the others wait for its claim, then find its resource. */
function createConditionally(
  parts: EngineParts,
  input: CreateInteraction & Required<Pick<CreateInteraction, 'ifNoneExist'>>,
  ctx: RequestContext,
): Promise<ResourceResult> {
  return inTransaction(parts, ctx, async (tx) => {
    const inside = { ...ctx, transaction: tx }
    await tx.claim([criteriaKey(input.type, input.ifNoneExist)])
    const match = await findMatch(parts, tx, input.type, input.ifNoneExist, inside)
    if (match) return ResourceResult.stored(match)
    const write = await prepareWrite(
      parts,
      { kind: 'create', type: input.type, resource: input.resource },
      inside,
    )
    const changes = await applyWrites(parts, tx, [write], inside)
    return resultOf(changes[0]!)
  })
}
