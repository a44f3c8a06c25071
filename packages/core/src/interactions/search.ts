// search: by type, by compartment, of the system. https://hl7.org/fhir/R4/http.html#search
import type { OperationOutcomeIssue } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, SearchInteraction, View } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import type { SearchQuery } from '../search/query.js'
import type { SearchPage, StoredResource } from '../storage/storage.js'
import { bundleText, outcomeEntry, searchEntry } from './bundle-text.js'
import { runHandlers } from './compose.js'
import type { EngineParts } from './engine.js'
import { outgoing } from './respond.js'
import { checkUnchanged, linksOf, longLinkIssues, placeOf } from './search-links.js'
import { typedSearch } from './typed-search.js'

export async function search(
  parts: EngineParts,
  interaction: SearchInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const place = placeOf(parts, interaction, ctx)
  const { type, compartment } = interaction
  const { parsed, query } = await typedSearch(parts, { type, compartment, ...place }, ctx)
  checkUnchanged(interaction, place, parsed.self)
  const reader = ctx.transaction ?? parts.storage
  const found = await (interaction.type === undefined
    ? reader.search(query)
    : runHandlers(
        parts.registry.handlers(interaction.type, 'search'),
        { type: interaction.type, query },
        ctx,
        (input) => reader.search(input.query),
      ))
  const links = linksOf(parts, interaction, place, parsed.self, found, ctx)
  const issues = [
    ...parsed.ignored,
    ...(found.includesTruncated ? [includesCut] : []),
    ...longLinkIssues(links, parts.limits.urlBytes),
  ]
  const entries = await entriesOf(parts, found, issues, parsed.options, ctx)
  const facts = { lastUpdated: ctx.clock(), links }
  return {
    status: 200,
    content: bundleText('searchset', { ...facts, ...totalOf(query, found) }, entries),
  }
}

/** A count that stopped at a limit is no total; an estimate is one only where an estimate was asked for. */
function totalOf({ total }: SearchQuery, found: SearchPage): { readonly total?: number } {
  if (found.total === undefined || (found.totalExact === false && total !== 'estimate')) return {}
  return { total: found.total }
}

const includesCut: OperationOutcomeIssue = {
  severity: 'warning',
  code: 'too-costly',
  diagnostics:
    'Not all included resources are in this page: there were more than the limit. Ask for a smaller _count.',
}

async function entriesOf(
  parts: EngineParts,
  found: SearchPage,
  issues: readonly OperationOutcomeIssue[],
  view: View,
  ctx: RequestContext,
): Promise<string[]> {
  // The elements asked for are those of the matches; a summary is of everything.
  const { elements: _, ...viewOfIncludes } = view
  const entry = async (row: StoredResource, mode: 'match' | 'include') => {
    const shown = await outgoing(
      parts,
      ResourceResult.stored(row),
      ctx,
      mode === 'match' ? view : viewOfIncludes,
    )
    return searchEntry(ctx.baseUrl, row, shown.content, mode)
  }
  const entries = await Promise.all([
    ...found.matches.map((row) => entry(row, 'match')),
    ...found.includes.map((row) => entry(row, 'include')),
  ])
  if (issues.length > 0)
    entries.push(outcomeEntry(JSON.stringify({ resourceType: 'OperationOutcome', issue: issues })))
  return entries
}
