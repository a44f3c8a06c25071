import {
  type AnyResource,
  type Clause,
  containedParameter,
  type FactSource,
  FhirError,
  matchesAll,
  type PageKey,
  parseJson,
  type SearchPage,
  type SearchQuery,
  type StoredResource,
  stringifyJson,
} from '@anamnesis/core'
import type { PostgresStorageOptions } from '../options.js'
import { toResource } from '../sql/search.js'
import type { Statistics } from '../sql/statistics.js'
import type { Queryable } from '../statement.js'
import { PageFinder } from './page.js'

/** Containers that one search may look into. */
const containerLimit = 10_000
const batchSize = 500

/** A container that is part of the answer, and what of it is returned. */
interface Answer {
  readonly seq: bigint
  readonly rows: readonly StoredResource[]
}

/** The clauses that look at other resources are refused before storage sees them (`SearchQuery.contained`). */
const nothingElse: FactSource = {
  get: () => undefined,
  all: () => [],
  compartmentParameters: () => [],
}

/**
 * Finds a page of contained resources, or of their containers. An index tells which resources contain one of the types;
 * what is in them is judged here, one after the other.
 *
 * @throws FhirError `too-costly` where more than 10,000 resources contain one of the types.
 */
export class ContainedFinder {
  readonly #database: Queryable
  readonly #options: Pick<PostgresStorageOptions, 'definitions' | 'extract'>
  readonly #query: SearchQuery
  readonly #resolve: (query: SearchQuery) => Promise<SearchQuery>
  readonly #statistics: Statistics | undefined

  /** @param resolve puts access rules in place, and lists what chains go through. */
  constructor(
    database: Queryable,
    options: Pick<PostgresStorageOptions, 'definitions' | 'extract'>,
    query: SearchQuery,
    resolve: (query: SearchQuery) => Promise<SearchQuery>,
    statistics: Statistics | undefined,
  ) {
    this.#database = database
    this.#options = options
    this.#query = query
    this.#resolve = resolve
    this.#statistics = statistics
  }

  async find(): Promise<SearchPage> {
    const { count, page, sort, total: asked } = this.#query
    const reversed = page?.direction === 'previous'
    const descending = (sort[0]?.descending ?? false) !== reversed
    const inside = new Nearest(page && BigInt(page.seq), descending, count + 1)
    for await (const answer of this.#containers()) inside.add(answer)
    const own = await this.#own()
    const answers = merge(inside.take(), own.answers, descending)
    const shown = answers.slice(0, count)
    const ahead = answers.length > count || (reversed ? own.previous : own.next)
    const behind = inside.behind || (reversed ? own.next : own.previous)
    if (reversed) shown.reverse()
    const [first, last] = [shown[0], shown.at(-1)]
    const total = own.total === undefined || asked === 'none' ? undefined : own.total + inside.returned
    return {
      matches: shown.flatMap(({ rows }) => rows),
      includes: [],
      ...(last && (reversed ? behind : ahead) ? { next: this.#key(last, 'next') } : {}),
      ...(first && (reversed ? ahead : behind) ? { previous: this.#key(first, 'previous') } : {}),
      ...(total === undefined ? {} : { total, totalExact: own.totalExact }),
    }
  }

  /** Containers of what is searched, by ascending `seq`, with what of them matches. */
  async *#containers(): AsyncGenerator<Answer> {
    const { definitions } = this.#options
    const { types, contained, access } = this.#query
    const clause: Clause = {
      kind: 'token',
      param: containedParameter,
      values: types.map((code) => ({ code })),
    }
    const query = await this.#resolve({
      types: definitions.resourceTypes,
      where: [clause],
      ...(access === undefined ? {} : { access }),
      include: [],
      revinclude: [],
      sort: [],
      count: 0,
      total: 'none',
    })
    let looked = 0
    for await (const container of this.#pages(query)) {
      looked++
      if (looked > containerLimit) {
        throw new FhirError(
          'too-costly',
          `More than ${containerLimit} resources contain one of the types searched; at most so many are looked into. Search without _contained.`,
        )
      }
      const matches = this.#matchesIn(container)
      if (matches.length === 0) continue
      if (contained?.returns === 'contained') yield { seq: container.seq, rows: matches }
      // One that is found itself comes with those.
      else if (!this.#isFoundItself(container)) yield { seq: container.seq, rows: [container] }
    }
  }

  /** All matches of a resolved query, by ascending `seq`. */
  async *#pages(query: SearchQuery): AsyncGenerator<StoredResource> {
    const { definitions } = this.#options
    for (let page: PageKey | undefined, more = true; more; ) {
      const asked: SearchQuery = { ...query, count: batchSize, total: 'none', ...(page ? { page } : {}) }
      const found = await new PageFinder(this.#database, definitions, asked, this.#statistics).find()
      for (const row of found.matches) yield toResource(definitions, row)
      page = found.next
      more = page !== undefined
    }
  }

  #matchesIn(container: StoredResource): StoredResource[] {
    const { contained } = parseJson(container.content).value as { readonly contained?: unknown }
    const resources: AnyResource[] = Array.isArray(contained) ? contained : []
    return resources
      .filter((resource) => this.#matches(resource, '', container.seq))
      .map((resource) => ({
        ...container,
        content: stringifyJson(resource),
        contained: String(resource.id ?? ''),
      }))
  }

  #isFoundItself({ id, seq, content }: StoredResource): boolean {
    return (
      this.#query.contained?.mode === 'both' &&
      this.#matches(parseJson(content).value as AnyResource, id, seq)
    )
  }

  #matches(resource: AnyResource, id: string, seq: bigint): boolean {
    const { types, where } = this.#query
    const { resourceType: type } = resource
    if (!types.includes(type)) return false
    const values = this.#options.extract?.(resource) ?? []
    return matchesAll(where, { type, id, seq, patients: [], values }, nothingElse)
  }

  /** What is no contained resource and matches. */
  async #own() {
    const none = { answers: [], next: false, previous: false, total: 0, totalExact: true }
    const { contained: _, ...query } = this.#query
    if (this.#query.contained?.mode !== 'both') return none
    const { definitions } = this.#options
    const resolved = await this.#resolve(query)
    const found = await new PageFinder(this.#database, definitions, resolved, this.#statistics).find()
    const answers = found.matches.map((row): Answer => {
      return { seq: row.seq, rows: [toResource(definitions, row)] }
    })
    if (query.page?.direction === 'previous') answers.reverse()
    return {
      answers,
      next: found.next !== undefined,
      previous: found.previous !== undefined,
      total: found.total,
      totalExact: found.totalExact ?? true,
    }
  }

  #key({ seq }: Answer, direction: PageKey['direction']): PageKey {
    return { values: this.#query.sort.map(() => String(seq)), seq: String(seq), direction }
  }
}

/** Of answers that come by ascending `seq`: those nearest to an edge on one side, how many there are, and whether some lie behind. */
class Nearest {
  readonly #edge: bigint | undefined
  readonly #descending: boolean
  readonly #limit: number
  readonly #kept: Answer[] = []
  behind = false
  /** Matches in all of them. */
  returned = 0

  constructor(edge: bigint | undefined, descending: boolean, limit: number) {
    this.#edge = edge
    this.#descending = descending
    this.#limit = limit
  }

  add(answer: Answer): void {
    this.returned += answer.rows.length
    const isAhead =
      this.#edge === undefined || (this.#descending ? answer.seq < this.#edge : answer.seq > this.#edge)
    if (!isAhead) this.behind = true
    else if (this.#descending) {
      this.#kept.push(answer)
      if (this.#kept.length > this.#limit) this.#kept.shift()
    } else if (this.#kept.length < this.#limit) this.#kept.push(answer)
  }

  /** The nearest first. */
  take(): Answer[] {
    return this.#descending ? this.#kept.reverse() : this.#kept
  }
}

/** Joins two lists in order; what is in both becomes one, the resource itself before what it contains. */
function merge(inside: readonly Answer[], own: readonly Answer[], descending: boolean): Answer[] {
  const bySeq = new Map(own.map((answer) => [answer.seq, answer]))
  for (const { seq, rows } of inside)
    bySeq.set(seq, { seq, rows: [...(bySeq.get(seq)?.rows ?? []), ...rows] })
  return [...bySeq.values()].sort((a, b) => (a.seq < b.seq !== descending ? -1 : 1))
}
