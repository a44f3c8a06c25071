import type { RequestContext } from '../plugin/context.js'
import type { QueryParameters } from '../plugin/interaction.js'
import { narrow } from '../plugin/run-hooks.js'
import { type ParsedSearch, parseSearch } from '../search/parse.js'
import type { PageKey, SearchQuery } from '../search/query.js'
import type { EngineParts } from './engine.js'
import { resolveSearch } from './resolve-search.js'

/** A search as asked for. */
export interface AskedSearch {
  readonly type?: string | undefined
  readonly compartment?: { readonly type: string; readonly id: string } | undefined
  readonly parameters: QueryParameters
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly key?: PageKey
}

/**
 * What a search means, for this caller: its parameters read, and the query narrowed to what the caller may see.
 *
 * @throws FhirError as `parseSearch` and the `narrow` hooks do.
 */
export async function typedSearch(
  parts: EngineParts,
  { type, compartment, parameters, now, key }: AskedSearch,
  ctx: RequestContext,
): Promise<{ readonly parsed: ParsedSearch; readonly query: SearchQuery }> {
  const parsed = parseSearch(
    {
      types: type === undefined ? undefined : [type],
      ...(compartment === undefined ? {} : { compartment }),
      parameters,
      handling: ctx.handling,
    },
    {
      definitions: parts.definitions,
      limits: parts.limits,
      fullText: parts.fullText,
      baseUrl: ctx.baseUrl,
      now,
    },
  )
  const placed = key === undefined ? parsed.query : { ...parsed.query, page: key }
  const resolved = await resolveSearch(parts, placed, ctx)
  return { parsed, query: await narrow(parts.registry, resolved, ctx) }
}
