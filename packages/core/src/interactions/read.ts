// read: the current version of a resource, by type and id. https://hl7.org/fhir/R4/http.html#read
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, ReadInteraction } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import type { Engine } from '../plugin/services.js'
import { accessTo } from './access.js'
import { runHandlers } from './compose.js'
import type { EngineParts } from './engine.js'
import { gone, notFound, resourceAnswer } from './respond.js'
import { isContextReadable } from './security-context.js'

export async function read(
  parts: EngineParts,
  engine: Engine,
  interaction: ReadInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const result = await runHandlers(
    parts.registry.handlers(interaction.type, 'read'),
    interaction,
    ctx,
    (input) => readStored(parts, input, ctx),
  )
  if (!result) throw notFound(interaction.type, interaction.id)
  if (result.deleted) throw gone(result)
  if (!(await isContextReadable(parts, engine, result, ctx))) throw notFound(interaction.type, interaction.id)
  const answer = await resourceAnswer(parts, result, ctx, interaction.view)
  return isUnchanged(interaction, answer) ? notModified(answer) : answer
}

async function readStored(
  parts: EngineParts,
  input: ReadInteraction,
  ctx: RequestContext,
): Promise<ResourceResult | undefined> {
  const reader = ctx.transaction ?? parts.storage
  const access = await accessTo(parts.registry, input.type, ctx)
  const [row] = await reader.read([{ type: input.type, id: input.id }], access)
  return row && ResourceResult.stored(row)
}

/** `If-None-Match` decides alone where it is present (RFC 9110, section 13.1.3). */
function isUnchanged(interaction: ReadInteraction, result: InteractionResult): boolean {
  if (result.version === undefined || result.lastUpdated === undefined) return false
  if (interaction.ifNoneMatch) {
    return interaction.ifNoneMatch.includes('*') || interaction.ifNoneMatch.includes(String(result.version))
  }
  if (interaction.ifModifiedSince === undefined) return false
  return Math.floor(result.lastUpdated / 1000) * 1000 <= interaction.ifModifiedSince
}

function notModified(result: InteractionResult): InteractionResult {
  const { content: _, isResource: __, ...facts } = result
  return { ...facts, status: 304 }
}
