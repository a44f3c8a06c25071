// vread: one version of a resource, current or superseded. https://hl7.org/fhir/R4/http.html#vread
import { FhirError } from '../errors/fhir-error.js'
import { parseVersionId } from '../fhir/ids.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, VreadInteraction } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import type { Engine } from '../plugin/services.js'
import { accessTo } from './access.js'
import { runHandlers } from './compose.js'
import type { EngineParts } from './engine.js'
import { gone, resourceAnswer } from './respond.js'
import { isContextReadable } from './security-context.js'

export async function vread(
  parts: EngineParts,
  engine: Engine,
  interaction: VreadInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'vread'),
    interaction,
    ctx,
    (input) => vreadStored(parts, input, ctx),
  )
  if (!result || !(await isContextReadable(parts, engine, result, ctx))) {
    const { type, id, version } = interaction
    throw new FhirError(
      'not-found',
      `There is no version '${version}' of ${type}/${id}. Its history lists those there are.`,
    )
  }
  if (result.deleted) throw gone(result)
  return resourceAnswer(parts, result, ctx, interaction.view)
}

async function vreadStored(
  parts: EngineParts,
  input: VreadInteraction,
  ctx: RequestContext,
): Promise<ResourceResult | undefined> {
  const version = parseVersionId(input.version)
  if (version === undefined) return undefined
  const reader = ctx.transaction ?? parts.storage
  const access = await accessTo(parts.registry, input.type, ctx)
  const row = await reader.vread({ type: input.type, id: input.id }, version, access)
  return row && ResourceResult.stored(row)
}
