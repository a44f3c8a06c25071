import { withAccess } from '../../search/access.js'
import { matchesAll } from '../../search/match.js'
import type { SearchQuery } from '../../search/query.js'
import type { SearchPage } from '../storage.js'
import { collectIncludes } from './includes.js'
import { comparePlaces, fromPageKey, placeOf, toPageKey } from './order.js'
import { type MemoryVersion, toStored } from './version.js'
import type { View } from './view.js'

/** Every live resource that the query matches, by ascending `seq`. */
export function findMatches(view: View, query: SearchQuery): MemoryVersion[] {
  const { types, where } = withAccess(query)
  return [...new Set(types)]
    .flatMap((type) => [...view.all(type)])
    .filter((version) => matchesAll(where, version, view))
    .sort((a, b) => (a.seq < b.seq ? -1 : 1))
}

/** One page of the matches in the order asked for, with what the page includes. */
export function searchPage(view: View, query: SearchQuery, includeLimit: number): SearchPage {
  const { sort, count, page } = query
  const rows = findMatches(view, query)
    .map((version) => ({ version, place: placeOf(version, sort) }))
    .sort((a, b) => comparePlaces(a.place, b.place, sort))
  const total = query.total === 'none' && count > 0 ? {} : { total: rows.length, totalExact: true }
  if (count === 0) return { matches: [], includes: [], ...total }

  let start = 0
  let end = count
  if (page) {
    const edge = fromPageKey(page)
    const before = rows.filter(({ place }) => comparePlaces(place, edge, sort) < 0).length
    const upTo = rows.filter(({ place }) => comparePlaces(place, edge, sort) <= 0).length
    start = page.direction === 'next' ? upTo : Math.max(0, before - count)
    end = page.direction === 'next' ? upTo + count : before
  }
  const shown = rows.slice(start, end)
  const first = shown[0]
  const last = shown.at(-1)
  const matches = shown.map(({ version }) => version)
  const { includes, truncated } = collectIncludes(view, matches, query, includeLimit)
  return {
    matches: matches.map(toStored),
    includes: includes.map(toStored),
    ...total,
    ...(last && end < rows.length ? { next: toPageKey(last.place, 'next') } : {}),
    ...(first && start > 0 ? { previous: toPageKey(first.place, 'previous') } : {}),
    ...(truncated ? { includesTruncated: true } : {}),
  }
}
