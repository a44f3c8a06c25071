import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { Clause, SearchQuery } from '../search/query.js'
import type { StorageReader, StoredResource } from '../storage/storage.js'
import type { TerminologySource } from './asking.js'

/** How many of one URL are looked at to find an active one. */
const maxVersions = 20
/** Concept maps around one code system. */
const maxMaps = 200

/**
 * Code systems, value sets and concept maps in storage. Of several with one URL, the active one that changed last is used, else the one
 * that changed last.
 *
 * @param narrowed restricts a query to what the caller may see.
 */
export function storedTerminology(
  definitions: Definitions,
  reader: StorageReader,
  narrowed: (query: SearchQuery) => Promise<SearchQuery>,
): TerminologySource {
  async function searchAll(
    type: string,
    where: readonly Clause[],
    count: number,
  ): Promise<readonly StoredResource[]> {
    const query = await narrowed({
      types: [type],
      where,
      include: [],
      revinclude: [],
      sort: [{ param: parameter(type, '_lastUpdated'), descending: true }],
      count,
      total: 'none',
    })
    return (await reader.search(query)).matches
  }

  async function search(type: string, where: readonly Clause[]): Promise<StoredResource | undefined> {
    const matches = await searchAll(type, where, maxVersions)
    if (matches.length < 2) return matches[0]
    return matches.find(({ content }) => JSON.parse(content).status === 'active') ?? matches[0]
  }

  function parameter(type: string, code: string): SearchParameter {
    const found = definitions.searchParameters(type).get(code)
    if (!found) throw new Error(`R4 has no ${type}.${code}`)
    return found
  }

  return {
    find: (type, url, version) =>
      search(type, [
        { kind: 'uri', param: parameter(type, 'url'), values: [url] },
        ...(version === undefined
          ? []
          : [{ kind: 'token', param: parameter(type, 'version'), values: [{ code: version }] } as const]),
      ]),
    read: (type, id) => search(type, [{ kind: 'id', ids: [id] }]),
    mapsOf: (direction, system) =>
      searchAll(
        'ConceptMap',
        [{ kind: 'uri', param: parameter('ConceptMap', `${direction}-system`), values: [system] }],
        maxMaps,
      ),
  }
}
