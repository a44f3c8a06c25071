import { matchesAll } from '../../search/match.js'
import type { Clause, SearchQuery } from '../../search/query.js'
import type {
  HistoryPage,
  HistoryQuery,
  ResourceKey,
  SearchPage,
  StorageReader,
  StoredResource,
} from '../storage.js'
import { readHistory } from './history.js'
import { findMatches, searchPage } from './search.js'
import { toStored } from './version.js'
import type { View } from './view.js'

/** The read half of the contract over what `view` gives; each call sees one state, since none waits midway. */
export class MemoryReader implements StorageReader {
  readonly #view: () => View
  readonly #includeLimit: number

  constructor(view: () => View, includeLimit: number) {
    this.#view = view
    this.#includeLimit = includeLimit
  }

  async read(
    keys: readonly ResourceKey[],
    access: readonly Clause[] = [],
  ): Promise<(StoredResource | undefined)[]> {
    const view = this.#view()
    return keys.map(({ type, id }) => {
      const current = view.current(type, id)
      return current && matchesAll(access, current, view) ? toStored(current) : undefined
    })
  }

  async vread(
    { type, id }: ResourceKey,
    version: number,
    access: readonly Clause[] = [],
  ): Promise<StoredResource | undefined> {
    const view = this.#view()
    const found = view.versions(type, id).find((each) => each.version === version)
    return found && matchesAll(access, found, view) ? toStored(found) : undefined
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    return readHistory(this.#view(), query)
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    return searchPage(this.#view(), query, this.#includeLimit)
  }

  async match(queries: readonly SearchQuery[]): Promise<readonly (readonly ResourceKey[])[]> {
    const view = this.#view()
    return queries.map((query) =>
      findMatches(view, query)
        .slice(0, 2)
        .map(({ version: { type, id } }) => ({ type, id })),
    )
  }

  async *stream(query: SearchQuery): AsyncIterable<StoredResource> {
    for (const { found } of findMatches(this.#view(), query)) yield* found
  }
}
