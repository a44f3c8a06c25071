import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { Clause, SearchQuery } from '../search/query.js'
import type { StorageReader, StoredResource } from '../storage/storage.js'
import type { TerminologySource } from './asking.js'

/** How many of one URL are looked at to find an active one. */
const maxVersions = 20

/**
 * Code systems and value sets in storage. Of several with one URL, the active one that changed last is used, else the one
 * that changed last.
 *
 * @param narrowed restricts a query to what the caller may see.
 */
export function storedTerminology(
  definitions: Definitions,
  reader: StorageReader,
  narrowed: (query: SearchQuery) => Promise<SearchQuery>,
): TerminologySource {
  async function search(type: string, where: readonly Clause[]): Promise<StoredResource | undefined> {
    const query = await narrowed({
      types: [type],
      where,
      include: [],
      revinclude: [],
      sort: [{ param: parameter(type, '_lastUpdated'), descending: true }],
      count: maxVersions,
      total: 'none',
    })
    const { matches } = await reader.search(query)
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
  }
}
