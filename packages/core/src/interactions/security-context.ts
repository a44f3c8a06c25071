// Binary.securityContext: who may not read what it names does not find the Binary. https://hl7.org/fhir/R4/binary.html#security
import type { Definitions } from '../definitions/definitions.js'
import { FhirError } from '../errors/fhir-error.js'
import { parseReference } from '../fhir/references.js'
import type { RequestContext } from '../plugin/context.js'
import type { ResourceResult } from '../plugin/result.js'
import type { Engine } from '../plugin/services.js'
import type { ResourceKey } from '../storage/storage.js'
import { accessTo } from './access.js'
import type { EngineParts } from './engine.js'

/**
 * True where the caller may see a version as far as its `securityContext` goes. Without a policy in place nothing is
 * hidden, and nothing is parsed.
 */
export async function isContextReadable(
  parts: EngineParts,
  engine: Engine,
  result: ResourceResult,
  ctx: RequestContext,
): Promise<boolean> {
  const { registry, definitions, storage } = parts
  if (result.type !== 'Binary' || result.deleted) return true
  const narrows = registry.hooks('narrow').length > 0
  if (!narrows && registry.hooks('authorize').length === 0) return true
  const target = contextOf(definitions, result, ctx.baseUrl)
  if (!target) return true
  // A Binary may guard another, in a circle even: its own context is not followed.
  if (target.type === 'Binary') {
    const [row] = await (ctx.transaction ?? storage).read(
      [target],
      await accessTo(registry, target.type, ctx),
    )
    return row !== undefined || !narrows
  }
  try {
    await engine.execute({ interaction: 'read', ...target }, ctx)
    return true
  } catch (error) {
    if (!FhirError.is(error)) throw error
    if (error.status === 401 || error.status === 403) return false
    // Nobody knows whose a context was that never existed, or exists no more, unless a policy says so.
    if (error.status === 404 || error.status === 410) return !narrows
    throw error
  }
}

function contextOf(
  definitions: Definitions,
  { resource }: ResourceResult,
  baseUrl: string,
): ResourceKey | undefined {
  const reference = (resource.securityContext as { reference?: unknown } | undefined)?.reference
  if (typeof reference !== 'string') return undefined
  const parsed = parseReference(
    reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference,
  )
  if (parsed.kind !== 'relative' || !definitions.isResourceType(parsed.type)) return undefined
  return { type: parsed.type, id: parsed.id }
}
