import { canonicalReferences, canonicalsOf, includesType, refersByCanonical } from '../../search/canonical.js'
import { localReferences, matchesAll } from '../../search/match.js'
import type { Include, SearchQuery } from '../../search/query.js'
import type { MemoryVersion } from './version.js'
import type { View } from './view.js'

/**
 * The resources that `_include` and `_revinclude` add to a page: first what its matches lead to, then, for `:iterate`,
 * what the added ones lead to, until nothing new comes (https://hl7.org/fhir/R4/search.html#revinclude).
 */
export function collectIncludes(
  view: View,
  matches: readonly MemoryVersion[],
  { include, revinclude, access = [] }: SearchQuery,
  limit: number,
): { readonly includes: readonly MemoryVersion[]; readonly truncated: boolean } {
  const seen = new Set(matches.map(keyOf))
  const includes: MemoryVersion[] = []
  let from = matches
  for (let round = 0; from.length > 0; round++) {
    const active = (each: Include) => round === 0 || each.iterate
    const added: MemoryVersion[] = []
    const found = [
      ...include.filter(active).flatMap((each) => targetsOf(view, from, each)),
      ...revinclude.filter(active).flatMap((each) => referrersOf(view, from, each)),
    ]
    for (const version of found) {
      if (!matchesAll(access, version, view)) continue
      const key = keyOf(version)
      if (seen.has(key)) continue
      if (includes.length === limit) return { includes, truncated: true }
      seen.add(key)
      includes.push(version)
      added.push(version)
    }
    from = added
  }
  return { includes, truncated: false }
}

function targetsOf(view: View, from: readonly MemoryVersion[], include: Include): MemoryVersion[] {
  const sources = from.filter(({ type }) => type === include.source)
  const byId = sources
    .flatMap((version) => localReferences(version, parameterOf(include)))
    .filter(({ targetType }) => include.target === undefined || include.target === targetType)
    .flatMap(({ targetType, targetId }) => view.get(targetType, targetId) ?? [])
  const canonicals = sources.flatMap(({ values }) => canonicalReferences(values, include))
  if (canonicals.length === 0) return byId
  const byUrl = [...view.types()]
    .filter((type) => includesType(include, type))
    .flatMap((type) => [...view.all(type)])
    .filter((version) =>
      canonicalsOf(version.values).some((canonical) =>
        canonicals.some((reference) => refersByCanonical(reference, canonical)),
      ),
    )
  return [...byId, ...byUrl]
}

function referrersOf(view: View, to: readonly MemoryVersion[], include: Include): MemoryVersion[] {
  const targets = to.filter(({ type }) => include.target === undefined || include.target === type)
  const wanted = new Set(targets.map(keyOf))
  const canonicals = targets
    .filter(({ type }) => includesType(include, type))
    .flatMap(({ values }) => canonicalsOf(values))
  return [...view.all(include.source)].filter(
    (version) =>
      localReferences(version, parameterOf(include)).some(({ targetType, targetId }) =>
        wanted.has(keyOf({ type: targetType, id: targetId })),
      ) ||
      canonicalReferences(version.values, include).some((reference) =>
        canonicals.some((canonical) => refersByCanonical(reference, canonical)),
      ),
  )
}

function parameterOf({ param }: Include): string {
  return param === '*' ? '*' : param.code
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}/${id}`
}
