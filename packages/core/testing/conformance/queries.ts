import { r4 } from '../../src/definitions/r4.js'
import { parseSearch } from '../../src/search/parse.js'
import type { SearchQuery } from '../../src/search/query.js'
import type { StorageReader, StoredResource } from '../../src/storage/storage.js'
import { nameOf } from './changes.js'

/** The typed query of `Patient?name=x`, `Patient/p1/Observation?code=y` or `?_type=Patient`. */
export function queryOf(url: string, overrides: Partial<SearchQuery> = {}): SearchQuery {
  const [path = '', text = ''] = url.split(/\?(.*)/s)
  const [first = '', id, member] = path.split('/')
  const type = id === undefined ? first : member
  const { query } = parseSearch(
    {
      types: type ? [type] : undefined,
      parameters: [...new URLSearchParams(text)],
      ...(id === undefined ? {} : { compartment: { type: first, id } }),
      handling: 'strict',
    },
    { definitions: r4, baseUrl: 'http://localhost/fhir' },
  )
  return { ...query, ...overrides }
}

/** Names of the matches of the first page, which holds a thousand, in their order. */
export async function found(reader: StorageReader, url: string): Promise<string[]> {
  const page = await reader.search(queryOf(url.includes('?') ? `${url}&_count=1000` : `${url}?_count=1000`))
  return page.matches.map(nameOf)
}

/** All pages from the first by `next`, at most a hundred. */
export async function pagesForward(reader: StorageReader, query: SearchQuery) {
  const pages = [await reader.search(query)]
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    if (pages.length === 100) throw new Error('the pages do not end')
    pages.push(await reader.search({ ...query, page: next }))
  }
  return pages
}

/** The pages before the last one by `previous`, the nearest first. */
export async function pagesBack(
  reader: StorageReader,
  query: SearchQuery,
  last: { previous?: SearchQuery['page'] },
) {
  const pages = []
  for (let previous = last.previous; previous; previous = pages.at(-1)?.previous) {
    if (pages.length === 100) throw new Error('the pages do not end')
    pages.push(await reader.search({ ...query, page: previous }))
  }
  return pages
}

export function namesOf(page: { readonly matches: readonly StoredResource[] }): string[] {
  return page.matches.map(nameOf)
}
