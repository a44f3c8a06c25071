import { FhirError } from '../errors/fhir-error.js'
import type { OperationOutcomeIssue } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { QueryParameters, SearchInteraction } from '../plugin/interaction.js'
import type { SearchPlace } from '../search/page-link.js'
import type { PageKey } from '../search/query.js'
import type { SearchPage } from '../storage/storage.js'
import type { Link } from './bundle-text.js'
import type { EngineParts } from './engine.js'
import { searchUrl } from './search-url.js'

/** A search, and where in its results a request wants to be. */
export interface AskedPlace extends SearchPlace {
  /** The sealed text that the place comes from; absent where the request is the start of a search. */
  readonly page?: string
}

/** Parameters that say how to answer, not what to find: they may change from page to page. */
const ofAnswer = new Set(['_format', '_pretty'])

/** The search that the parameters ask for, or that the link which they repeat was given out for. */
export function placeOf(parts: EngineParts, interaction: SearchInteraction, ctx: RequestContext): AskedPlace {
  const page = interaction.parameters.find(([name]) => name === '_page')?.[1]
  if (page === undefined) return { parameters: interaction.parameters, now: ctx.clock() }
  const { parameters, key, now } = parts.pageLinks.openSearch(page, pathOf(interaction))
  const answer = interaction.parameters.filter(([name]) => ofAnswer.has(name))
  return {
    parameters: [...parameters.filter(([name]) => !ofAnswer.has(name)), ...answer],
    ...(key === undefined ? {} : { key }),
    now,
    page,
  }
}

/**
 * A page link is the whole search. What stands beside it may only say the same again, as the self link of a page does.
 *
 * @throws FhirError `invalid-page-link` for parameters that would change the search.
 */
export function checkUnchanged(
  { parameters }: SearchInteraction,
  place: AskedPlace,
  self: QueryParameters,
): void {
  if (place.page === undefined) return
  const said = new Set([...place.parameters, ...self].map(([name, value]) => `${name}=${value}`))
  const added = parameters.find(
    ([name, value]) => name !== '_page' && !ofAnswer.has(name) && !said.has(`${name}=${value}`),
  )
  if (!added) return
  throw new FhirError(
    'invalid-page-link',
    `A page link is followed as it is: ${added[0]} cannot be added to it. Start a new search without _page.`,
  )
}

/** What is searched, relative to the base. */
function pathOf({ compartment, type }: SearchInteraction): string {
  return [compartment?.type, compartment?.id, type ?? (compartment ? '*' : undefined)]
    .filter((part) => part !== undefined)
    .join('/')
}

/** The links of a page: `self` says the search, the others carry it sealed. */
export function linksOf(
  parts: EngineParts,
  interaction: SearchInteraction,
  place: AskedPlace,
  self: QueryParameters,
  found: SearchPage,
  ctx: RequestContext,
): Link[] {
  const path = pathOf(interaction)
  const link = (relation: string, parameters: QueryParameters): Link => ({
    relation,
    url: searchUrl(ctx.baseUrl, path, parameters),
  })
  const { now } = place
  const answer = place.parameters.filter(([name]) => ofAnswer.has(name))
  const parameters = place.parameters.filter(([name]) => !ofAnswer.has(name))
  const pageLink = (relation: string, key?: PageKey) =>
    link(relation, [
      ...answer,
      ['_page', parts.pageLinks.sealSearch({ parameters, now, ...(key === undefined ? {} : { key }) }, path)],
    ])
  const links = [link('self', place.page === undefined ? self : [...self, ['_page', place.page]])]
  if (place.key !== undefined) links.push(pageLink('first'))
  if (found.next) links.push(pageLink('next', found.next))
  if (found.previous) links.push(pageLink('previous', found.previous))
  return links
}

/** What to say where links exceed what a URL may be: never silent, never without a way on. */
export function longLinkIssues(links: readonly Link[], limit: number): OperationOutcomeIssue[] {
  if (links.every(({ url }) => url.length <= limit)) return []
  return [longLinks(limit)]
}

function longLinks(limit: number): OperationOutcomeIssue {
  return {
    severity: 'warning',
    code: 'too-long',
    diagnostics: `The search is so long that its page links exceed the ${limit} bytes that a URL may have here. Send the _page of a link as a form parameter in a POST to _search.`,
  }
}
