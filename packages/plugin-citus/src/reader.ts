import type {
  Clause,
  HistoryPage,
  HistoryQuery,
  ResourceKey,
  SearchPage,
  SearchQuery,
  StorageReader,
  StoredResource,
} from '@anamnesis/core'
import type { PostgresStorageOptions } from './options.js'
import { ComputedPageFinder, isComputed } from './read/computed.js'
import { ContainedFinder } from './read/contained.js'
import { readHistory } from './read/history.js'
import { collectIncludes } from './read/includes.js'
import { matchQueries } from './read/match.js'
import { PageFinder } from './read/page.js'
import { readMany, readOne, readVersion } from './read/read.js'
import { Resolver } from './read/resolve.js'
import { resolveTexts } from './read/texts.js'
import { toResource } from './sql/search.js'
import type { Statistics, StatisticsReader } from './sql/statistics.js'
import type { Queryable } from './statement.js'

export type ReaderOptions = Pick<
  PostgresStorageOptions,
  'definitions' | 'extract' | 'includeLimit' | 'listLimit'
> & {
  readonly statistics: StatisticsReader
}

/** The read half of the contract, over the pool or the connection of a transaction. */
export abstract class PostgresReader implements StorageReader {
  protected abstract readonly database: Queryable
  /** Where reads by key go. */
  protected get keyed(): Queryable {
    return this.database
  }

  protected readonly readerOptions: ReaderOptions

  constructor(options: ReaderOptions) {
    this.readerOptions = options
  }

  async read(
    keys: readonly ResourceKey[],
    access: readonly Clause[] = [],
  ): Promise<(StoredResource | undefined)[]> {
    const { definitions } = this.readerOptions
    if (keys.length === 0) return []
    const [only] = keys
    if (keys.length === 1 && access.length === 0) return [await readOne(this.keyed, definitions, only!)]
    const types = [...new Set(keys.map(({ type }) => type))]
    const rules = await resolveTexts(this.database, access, types)
    return readMany(this.database, definitions, keys, rules)
  }

  async vread(
    key: ResourceKey,
    version: number,
    access: readonly Clause[] = [],
  ): Promise<StoredResource | undefined> {
    const rules = await resolveTexts(this.database, access, [key.type])
    return readVersion(this.keyed, this.readerOptions.definitions, key, version, rules)
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const { definitions } = this.readerOptions
    if (!query.access) return readHistory(this.database, definitions, query)
    const types = query.type === undefined ? definitions.resourceTypes : [query.type]
    const access = await resolveTexts(this.database, query.access, types)
    return readHistory(this.database, definitions, { ...query, access })
  }

  search(query: SearchQuery): Promise<SearchPage> {
    return this.searchOn(this.database, query)
  }

  protected async searchOn(database: Queryable, query: SearchQuery): Promise<SearchPage> {
    const { definitions, statistics, includeLimit = 1000 } = this.readerOptions
    const known = await statistics.get(this.database)
    if (query.contained) {
      const resolver = this.resolver(known, database)
      const resolve = (each: SearchQuery) => resolver.resolve(each)
      return new ContainedFinder(database, this.readerOptions, query, resolve, known).find()
    }
    const resolved = await this.resolver(known, database).resolve(query)
    const isSortedHere = resolved.count > 0 && isComputed(resolved)
    const finder = isSortedHere
      ? new ComputedPageFinder(database, this.readerOptions, resolved, known)
      : new PageFinder(database, definitions, resolved, known)
    const { matches: rows, ...page } = await finder.find()
    const matches = rows.map((row) => toResource(definitions, row))
    const { includes, truncated } = await collectIncludes(
      database,
      this.readerOptions,
      matches,
      query,
      includeLimit,
    )
    return { matches, includes, ...page, ...(truncated ? { includesTruncated: true } : {}) }
  }

  async match(queries: readonly SearchQuery[]): Promise<ResourceKey[][]> {
    const { definitions, statistics } = this.readerOptions
    if (queries.length === 0) return []
    const known = await statistics.get(this.database)
    const resolver = this.resolver(known)
    const resolved: SearchQuery[] = []
    for (const query of queries) resolved.push(await resolver.resolve(query))
    return matchQueries(this.database, definitions, resolved, known)
  }

  protected resolver(statistics: Statistics | undefined, database: Queryable = this.database): Resolver {
    const { definitions, listLimit } = this.readerOptions
    return new Resolver(database, definitions, statistics, listLimit)
  }

  abstract stream(query: SearchQuery): AsyncIterable<StoredResource>
}
