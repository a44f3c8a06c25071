import { setImmediate } from 'node:timers/promises'
import {
  type Clause,
  comparePlaces,
  FhirError,
  fromPageKey,
  type Place,
  placeOf,
  type SearchQuery,
  toPageKey,
} from '@anamnesis/core'
import { int2Array, int4Array, int8Array, textArray } from '../binary.js'
import type { PostgresStorageOptions } from '../options.js'
import { selectThrough } from '../sql/branches.js'
import type { SqlContext } from '../sql/context.js'
import { describeStrategy } from '../sql/describe.js'
import { isStored } from '../sql/order.js'
import { newContext, type RawRow } from '../sql/search.js'
import type { Statistics } from '../sql/statistics.js'
import { chooseStrategies, flatten } from '../sql/strategy.js'
import type { Queryable } from '../statement.js'
import { typeName } from '../types.js'
import type { MatchPage } from './page.js'

/** Matches that are read to sort by what only their texts tell. */
const sortLimit = 10_000
/** Matches whose texts are in memory at a time, beside those of the page. */
const batchSize = 250
/** Milliseconds of work after which others get their turn. */
const turn = 10

interface Key {
  readonly bucket: number
  readonly type: number
  readonly id: string
  readonly seq: bigint
}

interface Ranked {
  readonly place: Place
  readonly row: RawRow
}

/** True where a search asks for an order that the database does not have. */
export function isComputed({ types, sort }: SearchQuery): boolean {
  return sort.some((each) => !isStored({ types }, each))
}

/**
 * Finds the pages of a query that sorts by values which are not stored in an order: tokens, references, uris. Reads all
 * matches, and keeps those of the page.
 *
 * @throws FhirError `too-costly` where more than 10,000 match.
 */
export class ComputedPageFinder {
  readonly #database: Queryable
  readonly #options: Pick<PostgresStorageOptions, 'definitions' | 'extract'>
  readonly #query: SearchQuery
  readonly #clauses: readonly Clause[]
  readonly #statistics: Statistics | undefined

  constructor(
    database: Queryable,
    options: Pick<PostgresStorageOptions, 'definitions' | 'extract'>,
    query: SearchQuery,
    statistics: Statistics | undefined,
  ) {
    this.#database = database
    this.#options = options
    this.#query = query
    this.#clauses = flatten(query.where)
    this.#statistics = statistics
  }

  async find(): Promise<MatchPage> {
    const { count, page, sort, total } = this.#query
    const reversed = page?.direction === 'previous'
    const edge = page && fromPageKey(page)
    const best = new Best<Ranked>(
      (a, b) => comparePlaces(a.place, b.place, sort) * (reversed ? -1 : 1),
      count + 1,
    )
    let behind = 0
    let all = 0
    for await (const ranked of this.#ranked()) {
      all++
      const side = edge ? comparePlaces(ranked.place, edge, sort) * (reversed ? -1 : 1) : 1
      if (side > 0) best.add(ranked)
      else behind++
    }
    const found = best.take()
    const more = found.length > count
    const shown = found.slice(0, count)
    if (reversed) shown.reverse()
    const [first, last] = [shown[0], shown.at(-1)]
    return {
      matches: shown.map(({ row }) => row),
      ...(last && (reversed ? behind > 0 : more) ? { next: toPageKey(last.place, 'next') } : {}),
      ...(first && (reversed ? more : behind > 0) ? { previous: toPageKey(first.place, 'previous') } : {}),
      ...(total === 'none' ? {} : { total: all, totalExact: true }),
    }
  }

  async *#ranked(): AsyncGenerator<Ranked> {
    const keys = await this.#keys()
    let started = performance.now()
    for (let at = 0; at < keys.length; at += batchSize) {
      const rows = await this.#read(keys.slice(at, at + batchSize))
      started = performance.now()
      for (const row of rows) {
        yield { row, place: this.#placeOf(row) }
        if (performance.now() - started < turn) continue
        await setImmediate()
        started = performance.now()
      }
    }
  }

  #placeOf({ type, id, seq, content }: RawRow): Place {
    const { definitions, extract } = this.#options
    const values = extract?.(JSON.parse(content)) ?? []
    return placeOf({ type: typeName(definitions, type), id, seq, patients: [], values }, this.#query.sort)
  }

  async #keys(): Promise<Key[]> {
    const context = this.#context()
    const strategy = chooseStrategies(context, this.#clauses, 'none', this.#statistics).at(-1)!
    const columns = 'r.bucket, r.type, r.id, r.seq'
    const keys = await this.#database.query<Key>({
      purpose: `Keys of all matches, to sort them: ${describeStrategy(strategy)}`,
      text: selectThrough(context, this.#clauses, strategy, columns, sortLimit + 1),
      values: context.parameters.values,
    })
    if (keys.length > sortLimit) throw this.#tooCostly()
    return keys
  }

  #read(keys: readonly Key[]): Promise<RawRow[]> {
    return this.#database.query<RawRow>({
      name: 'read-keys',
      purpose: 'Texts of the matches, to sort them',
      text: `select r.type, r.id, r.version, r.seq, r.content
        from unnest($1::int[], $2::smallint[], $3::text[], $4::bigint[]) k(bucket, type, id, seq)
        join resource r on r.bucket = k.bucket and r.type = k.type and r.id = k.id and r.seq = k.seq`,
      values: [
        int4Array(keys.map(({ bucket }) => bucket)),
        int2Array(keys.map(({ type }) => type)),
        textArray(keys.map(({ id }) => id)),
        int8Array(keys.map(({ seq }) => seq)),
      ],
    })
  }

  #tooCostly(): FhirError {
    const { types, sort } = this.#query
    const slow = sort.filter((each) => !isStored({ types }, each)).map(({ param }) => param.code)
    return new FhirError(
      'too-costly',
      `More than ${sortLimit.toLocaleString('en')} resources match, too many to sort them by ${slow.join(', ')}. ` +
        `Narrow the search, or sort by one of ${this.#stored().join(', ')}, of which any number can be sorted.`,
    )
  }

  /** Parameters that sort any number of matches. */
  #stored(): string[] {
    const { definitions } = this.#options
    const [first, ...others] = this.#query.types.map((type) => definitions.searchParameters(type))
    const shared = [...(first?.values() ?? [])].filter(
      (param) =>
        isStored(this.#query, { param, descending: false }) && others.every((each) => each.has(param.code)),
    )
    return ['_lastUpdated', '_id', ...shared.map(({ code }) => code).filter((code) => !code.startsWith('_'))]
  }

  #context(): SqlContext {
    return newContext(this.#options.definitions, this.#query.types)
  }
}

/** The first few of many, by an order. */
class Best<T> {
  readonly #compare: (a: T, b: T) => number
  readonly #size: number
  #kept: T[] = []

  constructor(compare: (a: T, b: T) => number, size: number) {
    this.#compare = compare
    this.#size = size
  }

  add(item: T): void {
    this.#kept.push(item)
    if (this.#kept.length >= 2 * this.#size) this.#kept = this.take()
  }

  take(): T[] {
    return this.#kept.sort(this.#compare).slice(0, this.#size)
  }
}
