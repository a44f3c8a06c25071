import { withAccess } from '../../search/access.js'
import { matchesAll } from '../../search/match.js'
import type { SearchQuery } from '../../search/query.js'
import type { SearchPage, StoredResource } from '../storage.js'
import { containedMatches } from './contained.js'
import { collectIncludes } from './includes.js'
import { comparePlaces, fromPageKey, placeOf, toPageKey } from './order.js'
import { type MemoryVersion, toStored } from './version.js'
import type { View } from './view.js'

/** A version that matches, or contains what does, and what of it is returned: more than one only of contained ones. */
export interface Match {
  readonly version: MemoryVersion
  readonly found: readonly StoredResource[]
}

/** Everything live that the query matches, by ascending `seq`. */
export function findMatches(view: View, query: SearchQuery): Match[] {
  const { where } = withAccess(query)
  const { contained } = query
  const types = new Set(query.types)
  return [...(contained ? view.types() : types)]
    .flatMap((type) => [...view.all(type)])
    .map((version): Match => {
      const asked = contained?.mode !== 'true' && types.has(version.type)
      const own = asked && matchesAll(where, version, view) ? [toStored(version)] : []
      if (!contained) return { version, found: own }
      const inside = containedMatches(view, version, query)
      if (contained.returns === 'contained') return { version, found: [...own, ...inside] }
      return { version, found: own.length > 0 || inside.length > 0 ? [toStored(version)] : [] }
    })
    .filter(({ found }) => found.length > 0)
    .sort((a, b) => (a.version.seq < b.version.seq ? -1 : 1))
}

/** One page of the matches in the order asked for, with what the page includes. */
export function searchPage(view: View, query: SearchQuery, includeLimit: number): SearchPage {
  const { sort, count, page } = query
  const rows = findMatches(view, query)
    .map((match) => ({ ...match, place: placeOf(match.version, sort) }))
    .sort((a, b) => comparePlaces(a.place, b.place, sort))
  const all = rows.reduce((sum, { found }) => sum + found.length, 0)
  const total = query.total === 'none' && count > 0 ? {} : { total: all, totalExact: true }
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
  const versions = shown.map(({ version }) => version)
  const { includes, truncated } = collectIncludes(view, versions, query, includeLimit)
  return {
    matches: shown.flatMap(({ found }) => found),
    includes: includes.map(toStored),
    ...total,
    ...(last && end < rows.length ? { next: toPageKey(last.place, 'next') } : {}),
    ...(first && start > 0 ? { previous: toPageKey(first.place, 'previous') } : {}),
    ...(truncated ? { includesTruncated: true } : {}),
  }
}
