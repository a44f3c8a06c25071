// history: the versions of a resource, of a type, of the system, newest first. https://hl7.org/fhir/R4/http.html#history
import { FhirError } from '../errors/fhir-error.js'
import { parseDateRange } from '../fhir/dates.js'
import type { RequestContext } from '../plugin/context.js'
import type { HistoryInteraction, InteractionResult, QueryParameters } from '../plugin/interaction.js'
import { ResourceResult } from '../plugin/result.js'
import type { HistoryPage, HistoryQuery } from '../storage/storage.js'
import { accessTo } from './access.js'
import { bundleText, historyEntry, type Link } from './bundle-text.js'
import { runHandlers } from './compose.js'
import type { EngineParts } from './engine.js'
import { notFound, outgoing } from './respond.js'
import { searchUrl } from './search-url.js'

const known = new Set(['_count', '_since', '_at', '_page', '_format', '_pretty', '_sort'])

export async function history(
  parts: EngineParts,
  interaction: HistoryInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const asked = parseHistory(parts, interaction, ctx)
  const access = await accessTo(parts.registry, interaction.type, ctx)
  const query = access ? { ...asked, access } : asked
  const reader = ctx.transaction ?? parts.storage
  const page = await (interaction.type === undefined
    ? reader.history(query)
    : runHandlers(
        parts.registry.handlers(interaction.type, 'history'),
        { type: interaction.type, query },
        ctx,
        (input) => reader.history(input.query),
      ))
  if (interaction.id !== undefined && page.entries.length === 0) {
    const key = { type: interaction.type as string, id: interaction.id }
    const [row] = await reader.read([key], access)
    if (!row) throw notFound(key.type, key.id)
  }
  const entries = await Promise.all(
    page.entries.map(async (entry) =>
      historyEntry(ctx.baseUrl, entry, (await outgoing(parts, ResourceResult.stored(entry), ctx)).content),
    ),
  )
  const facts = { lastUpdated: ctx.clock(), links: linksOf(parts, interaction, query, page, ctx) }
  const content = bundleText(
    'history',
    page.total === undefined ? facts : { ...facts, total: page.total },
    entries,
  )
  return { status: 200, content }
}

function parseHistory(
  parts: EngineParts,
  interaction: HistoryInteraction,
  ctx: RequestContext,
): HistoryQuery {
  for (const [name] of interaction.parameters) {
    if (!known.has(name) && ctx.handling === 'strict') {
      throw new FhirError(
        'unknown-search-parameter',
        `History knows _count, _since and _at, not '${name.slice(0, 60)}'.`,
      )
    }
  }
  const last = (name: string) => interaction.parameters.filter(([found]) => found === name).at(-1)?.[1]
  const since = last('_since')
  const at = last('_at')
  const page = last('_page')
  const edge = page === undefined ? undefined : parts.pageLinks.open(page, scopeOf(interaction))
  return {
    ...(interaction.type === undefined ? {} : { type: interaction.type }),
    ...(interaction.id === undefined ? {} : { id: interaction.id }),
    ...(since === undefined ? {} : { since: dateOf('_since', since).low }),
    ...(at === undefined ? {} : { at: dateOf('_at', at) }),
    ...(edge === undefined
      ? {}
      : edge.direction === 'next'
        ? { before: BigInt(edge.seq) }
        : { after: BigInt(edge.seq) }),
    count: countOf(parts, last('_count')),
  }
}

function countOf(parts: EngineParts, text: string | undefined): number {
  if (text === undefined || text === '') return parts.limits.defaultCount
  if (!/^\d{1,9}$/.test(text)) {
    throw new FhirError(
      'invalid-search',
      `_count is a number of resources such as 50, not '${text.slice(0, 40)}'.`,
    )
  }
  // 0 asks for the total alone.
  return Math.min(Number(text), parts.limits.maxCount)
}

function dateOf(name: string, text: string): { low: number; high: number } {
  const range = parseDateRange(text)
  if (range) return range
  throw new FhirError(
    'invalid-search',
    `${name} is an instant such as 2024-02-29T12:00:00Z, not '${text.slice(0, 40)}'.`,
  )
}

/** What a page link is bound to: another history, or other parameters, refuses it. */
function scopeOf(interaction: HistoryInteraction): string {
  const kept = interaction.parameters.filter(([name]) => name === '_since' || name === '_at')
  return searchUrl('', `${interaction.type ?? ''}/${interaction.id ?? ''}/_history`, kept)
}

function linksOf(
  parts: EngineParts,
  interaction: HistoryInteraction,
  query: HistoryQuery,
  page: HistoryPage,
  ctx: RequestContext,
): Link[] {
  const path = [interaction.type, interaction.id, '_history'].filter((part) => part !== undefined).join('/')
  const link = (relation: string, parameters: QueryParameters): Link => ({
    relation,
    url: searchUrl(ctx.baseUrl, path, parameters),
  })
  const unpaged = interaction.parameters.filter(([name]) => name !== '_page')
  const links = [link('self', interaction.parameters)]
  const first = page.entries[0]
  const last = page.entries.at(-1)
  const seal = (seq: bigint, direction: 'next' | 'previous') =>
    parts.pageLinks.seal({ values: [], seq: String(seq), direction }, scopeOf(interaction))
  if (page.more && last) links.push(link('next', [...unpaged, ['_page', seal(last.seq, 'next')]]))
  if (query.before !== undefined && first)
    links.push(link('previous', [...unpaged, ['_page', seal(first.seq, 'previous')]]))
  return links
}
