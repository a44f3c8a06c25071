import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import type { QueryParameters } from '../plugin/interaction.js'
import { narrow } from '../plugin/run-hooks.js'
import { parseSearch } from '../search/parse.js'
import type { SearchQuery } from '../search/query.js'
import type { StorageReader, StoredResource } from '../storage/storage.js'
import type { EngineParts } from './engine.js'
import { resolveSearch } from './resolve-search.js'

/**
 * The typed query behind the criteria of a conditional interaction, narrowed to what the caller may see
 * (https://hl7.org/fhir/R4/http.html#cond-update).
 *
 * @throws FhirError for criteria that are empty, unknown or no conditions at all: they could match anything.
 */
export async function criteriaQuery(
  parts: EngineParts,
  type: string,
  criteria: QueryParameters,
  ctx: RequestContext,
  count = 2,
): Promise<SearchQuery> {
  const { query } = parseSearch(
    { types: [type], parameters: criteria, handling: 'strict' },
    {
      definitions: parts.definitions,
      limits: parts.limits,
      fullText: parts.fullText,
      baseUrl: ctx.baseUrl,
    },
  )
  if (query.where.length === 0) {
    throw new FhirError(
      'invalid-search',
      `A conditional interaction needs at least one search parameter that selects ${type} resources, such as identifier=system|value.`,
    )
  }
  if (query.contained) {
    throw new FhirError(
      'invalid-search',
      'A conditional interaction selects resources of the server, never contained ones: leave out _contained.',
    )
  }
  const { where } = await resolveSearch(parts, query, ctx)
  return narrow(
    parts.registry,
    { ...query, where, include: [], revinclude: [], sort: [], count, total: 'none' },
    ctx,
  )
}

/**
 * The one live resource that the criteria select, or nothing.
 *
 * @throws FhirError `multiple-matches`.
 */
export async function findMatch(
  parts: EngineParts,
  reader: StorageReader,
  type: string,
  criteria: QueryParameters,
  ctx: RequestContext,
): Promise<StoredResource | undefined> {
  const page = await reader.search(await criteriaQuery(parts, type, criteria, ctx))
  if (page.matches.length > 1) throw multipleMatches(type, criteria)
  return page.matches[0]
}

/** More than one resource where the criteria should select one. Their number is not told. */
export function multipleMatches(type: string, criteria: QueryParameters): FhirError {
  return new FhirError(
    'multiple-matches',
    `More than one ${type} matches '${criteriaText(criteria)}'. Use criteria that select one, such as an identifier with its system.`,
  )
}

/** The key under which racing conditional interactions with the same criteria wait for each other: order does not count. */
export function criteriaKey(type: string, criteria: QueryParameters): string {
  const sorted = [...criteria].sort((a, b) => (a.join('=') < b.join('=') ? -1 : 1))
  return `${type}?${criteriaText(sorted)}`
}

function criteriaText(criteria: QueryParameters): string {
  return new URLSearchParams(criteria.map(([name, value]): [string, string] => [name, value])).toString()
}
