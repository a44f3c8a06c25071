import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { RequestContext } from '../../plugin/context.js'
import type { OperationInteraction } from '../../plugin/interaction.js'
import { narrow } from '../../plugin/run-hooks.js'
import type { TerminologySource, TerminologyView } from '../../terminology/asking.js'
import type { TerminologyType } from '../../terminology/bundled.js'
import { storedTerminology } from '../../terminology/stored.js'

/** What a caller may see of the terminology that is stored. */
export function sourceOf(parts: EngineParts, ctx: RequestContext): TerminologySource {
  return storedTerminology(parts.definitions, ctx.transaction ?? parts.storage, (query) =>
    narrow(parts.registry, query, ctx),
  )
}

/** Runs work over what the caller may see. */
export function asking<T>(
  parts: EngineParts,
  ctx: RequestContext,
  work: (view: TerminologyView) => T,
): Promise<T> {
  return parts.terminology.ask(sourceOf(parts, ctx), work)
}

/** The resource that an operation on an instance is called on; undefined on a type. */
export async function instanceOf<T extends AnyResource>(
  parts: EngineParts,
  { type, id }: OperationInteraction,
  ctx: RequestContext,
): Promise<T | undefined> {
  if (id === undefined) return undefined
  const row = await sourceOf(parts, ctx).read(type as TerminologyType, id)
  if (row) return JSON.parse(row.content) as T
  throw new FhirError('not-found', `There is no ${type}/${id} here.`)
}

/** A parameter of the answer, left out where it has no value. */
export function parameter(name: string, type: string, value: unknown): Record<string, unknown>[] {
  return value === undefined ? [] : [{ name, [`value${type}`]: value }]
}

export function parameters(parameter: readonly Record<string, unknown>[]): AnyResource {
  return { resourceType: 'Parameters', ...(parameter.length > 0 ? { parameter: [...parameter] } : {}) }
}
