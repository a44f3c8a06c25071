// search: by type, by compartment, of the system. https://hl7.org/fhir/R4/http.html#search
import type { OperationOutcomeIssue } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, QueryParameters, SearchInteraction, View } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import { narrow } from '../plugin/run-hooks.js'
import { parseSearch } from '../search/parse.js'
import type { PageKey, SearchQuery } from '../search/query.js'
import type { SearchPage, StoredResource } from '../storage/storage.js'
import { bundleText, type Link, outcomeEntry, searchEntry } from './bundle-text.js'
import { runHandlers } from './compose.js'
import type { EngineParts } from './engine.js'
import { outgoing } from './respond.js'
import { searchUrl } from './search-url.js'

export async function search(
  parts: EngineParts,
  interaction: SearchInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const { compartment } = interaction
  const page = interaction.parameters.find(([name]) => name === '_page')?.[1]
  const parameters = interaction.parameters.filter(([name]) => name !== '_page')
  const parsed = parseSearch(
    {
      types: interaction.type === undefined ? undefined : [interaction.type],
      ...(compartment === undefined ? {} : { compartment }),
      parameters,
      handling: ctx.handling,
    },
    { definitions: parts.definitions, limits: parts.limits, baseUrl: ctx.baseUrl },
  )
  const scope = scopeOf(interaction, parameters)
  const placed: SearchQuery =
    page === undefined ? parsed.query : { ...parsed.query, page: parts.pageLinks.open(page, scope) }
  const query = await narrow(parts.registry, placed, ctx)
  const reader = ctx.transaction ?? parts.storage
  const found = await (interaction.type === undefined
    ? reader.search(query)
    : runHandlers(
        parts.registry.handlers(interaction.type, 'search'),
        { type: interaction.type, query },
        ctx,
        (input) => reader.search(input.query),
      ))
  const entries = await entriesOf(parts, found, parsed.ignored, parsed.options, ctx)
  const links = linksOf(parts, interaction, parsed.self, page, found, scope, ctx)
  const facts = { lastUpdated: ctx.clock(), links }
  return {
    status: 200,
    content: bundleText(
      'searchset',
      found.total === undefined ? facts : { ...facts, total: found.total },
      entries,
    ),
  }
}

async function entriesOf(
  parts: EngineParts,
  found: SearchPage,
  ignored: readonly OperationOutcomeIssue[],
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
  const issues = [...ignored]
  if (found.includesTruncated) {
    issues.push({
      severity: 'warning',
      code: 'too-costly',
      diagnostics:
        'Not all included resources are in this page: there were more than the limit. Ask for a smaller _count.',
    })
  }
  if (issues.length > 0)
    entries.push(outcomeEntry(JSON.stringify({ resourceType: 'OperationOutcome', issue: issues })))
  return entries
}

/** What a page link is bound to. */
function scopeOf(interaction: SearchInteraction, parameters: QueryParameters): string {
  const { compartment, type = '' } = interaction
  return searchUrl('', `${compartment ? `${compartment.type}/${compartment.id}/` : ''}${type}`, parameters)
}

function linksOf(
  parts: EngineParts,
  interaction: SearchInteraction,
  self: QueryParameters,
  page: string | undefined,
  found: SearchPage,
  scope: string,
  ctx: RequestContext,
): Link[] {
  const { compartment } = interaction
  const path = [compartment?.type, compartment?.id, interaction.type ?? (compartment ? '*' : undefined)]
    .filter((part) => part !== undefined)
    .join('/')
  const link = (relation: string, parameters: QueryParameters): Link => ({
    relation,
    url: searchUrl(ctx.baseUrl, path, parameters),
  })
  const seal = (key: PageKey): [string, string] => ['_page', parts.pageLinks.seal(key, scope)]
  // Page links carry the parameters as they were asked for, since the sealed position is bound to them.
  const asked = interaction.parameters.filter(([name]) => name !== '_page')
  const links = [link('self', page === undefined ? self : [...self, ['_page', page]])]
  if (page !== undefined) links.push(link('first', asked))
  if (found.next) links.push(link('next', [...asked, seal(found.next)]))
  if (found.previous) links.push(link('previous', [...asked, seal(found.previous)]))
  return links
}
