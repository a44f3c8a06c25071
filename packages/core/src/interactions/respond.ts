import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, View } from '../plugin/interaction.js'
import type { ResourceResult } from '../plugin/result.js'
import { beforeReturn } from '../plugin/run-hooks.js'
import type { EngineParts } from './engine.js'
import { applyView } from './view.js'

/** Passes a resource that leaves through `beforeReturn` and a view; where there is neither, its text is not parsed. */
export async function outgoing(
  parts: EngineParts,
  result: ResourceResult,
  ctx: RequestContext,
  view?: View,
): Promise<ResourceResult> {
  if (result.deleted) return result
  const hooked = parts.registry.hooks('beforeReturn').length > 0
  const shown = hooked
    ? result.withResource(await beforeReturn(parts.registry, result.resource, ctx))
    : result
  return applyView(parts.definitions, shown, view)
}

/** The answer to a read: the resource with its version facts. */
export async function resourceAnswer(
  parts: EngineParts,
  result: ResourceResult,
  ctx: RequestContext,
  view?: View,
): Promise<InteractionResult> {
  const shown = await outgoing(parts, result, ctx, view)
  return { status: 200, ...versionFacts(result), content: shown.content, isResource: true }
}

/** The answer to a create, update or patch. */
export async function writeAnswer(
  parts: EngineParts,
  result: ResourceResult,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const shown = await outgoing(parts, result, ctx)
  return {
    status: result.created ? 201 : 200,
    ...versionFacts(result),
    located: true,
    content: shown.content,
    isResource: true,
    ...(result.warnings === undefined ? {} : { warnings: result.warnings }),
  }
}

function versionFacts(
  result: ResourceResult,
): Pick<InteractionResult, 'type' | 'id' | 'version' | 'lastUpdated'> {
  const named = { type: result.type, id: result.id }
  return result.version > 0 ? { ...named, version: result.version, lastUpdated: result.lastUpdated } : named
}

/** Nothing there, or nothing the caller may know of: the same answer for both. */
export function notFound(type: string, id: string): FhirError {
  return new FhirError('not-found', `There is no ${type} with the id '${id}'.`)
}

/** A deleted resource. */
export function gone(result: {
  readonly type: string
  readonly id: string
  readonly version: number
}): FhirError {
  return new FhirError(
    'deleted',
    `${result.type}/${result.id} was deleted. Its earlier versions are in its history; a PUT brings it back.`,
    { headers: { etag: `W/"${result.version}"` } },
  )
}
