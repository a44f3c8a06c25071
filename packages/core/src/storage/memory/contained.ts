import { parseJson, stringifyJson } from '../../fhir/json.js'
import type { AnyResource } from '../../fhir/types.js'
import { extractSearchValues } from '../../search/extract.js'
import { matchesAll } from '../../search/match.js'
import type { SearchQuery } from '../../search/query.js'
import type { StoredResource } from '../storage.js'
import { type MemoryVersion, toStored } from './version.js'
import type { View } from './view.js'

/** The contained resources of a version that the query matches, as they leave storage (`SearchQuery.contained`). */
export function containedMatches(
  view: View,
  version: MemoryVersion,
  { types, where, access = [] }: SearchQuery,
): StoredResource[] {
  if (!version.content.includes('"contained"') || !matchesAll(access, version, view)) return []
  const { seq, patients } = version
  return containedIn(version)
    .filter((resource) => {
      const { resourceType: type } = resource
      if (!types.includes(type)) return false
      const values = extractSearchValues(resource, { words: 'content' })
      // No id is empty, so that none finds it.
      return matchesAll(where, { type, id: '', seq, patients, values }, view)
    })
    .map((resource) => ({
      ...toStored(version),
      content: stringifyJson(resource),
      contained: String(resource.id ?? ''),
    }))
}

function containedIn({ content }: MemoryVersion): AnyResource[] {
  const { contained } = parseJson(content).value as { readonly contained?: unknown }
  return Array.isArray(contained) ? contained : []
}
