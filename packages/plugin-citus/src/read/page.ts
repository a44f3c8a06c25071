import type { Clause, PageKey, SearchPage, SearchQuery } from '@anamnesis/core'
import type { SqlContext } from '../sql/context.js'
import { dateRange } from '../sql/date-range.js'
import { describeStrategy } from '../sql/describe.js'
import { isHop } from '../sql/hops.js'
import { toOrder, toPageKey, toWalks } from '../sql/order.js'
import { prepared } from '../sql/prepared.js'
import { countStatement, newContext, type RawRow, rowsStatement } from '../sql/search.js'
import type { Statistics } from '../sql/statistics.js'
import { chooseStrategies, flatten, sampleLengthOf } from '../sql/strategy.js'
import type { Queryable } from '../statement.js'
import { typeNumber } from '../types.js'

/** Counting for pages that did not ask for a total stops here. */
const countLimit = 1001
/** Matches in a sample below which it says too little of the rest. */
const fewest = 20

/** The matches of one page with its neighbours and total; includes come later. */
export type MatchPage = Omit<SearchPage, 'includes' | 'includesTruncated' | 'matches'> & {
  readonly matches: readonly RawRow[]
}

/** Finds the pages of one query. */
export class PageFinder {
  readonly #database: Queryable
  readonly #definitions: SqlContext['definitions']
  readonly #query: SearchQuery
  readonly #clauses: readonly Clause[]
  readonly #statistics: Statistics | undefined

  constructor(
    database: Queryable,
    definitions: SqlContext['definitions'],
    query: SearchQuery,
    statistics: Statistics | undefined,
  ) {
    this.#database = database
    this.#definitions = definitions
    this.#query = query
    this.#clauses = flatten(query.where)
    this.#statistics = statistics
  }

  async find(): Promise<MatchPage> {
    const { count, page, sort } = this.#query
    if (count === 0) return { matches: [], ...(await this.#total(false)) }
    const reversed = page?.direction === 'previous'
    const rows = await this.#rows(page, reversed, count + 1)
    const more = rows.length > count
    const matches = rows.slice(0, count)
    if (reversed) matches.reverse()
    const [first, last] = [matches[0], matches.at(-1)]
    const nextKey = last && toPageKey(sort, last, 'next')
    const previousKey = first && toPageKey(sort, first, 'previous')
    const hasNext = reversed ? await this.#exists(nextKey) : more
    const hasPrevious = reversed ? more : page !== undefined && (await this.#exists(previousKey))
    return {
      matches,
      ...(nextKey && hasNext ? { next: nextKey } : {}),
      ...(previousKey && hasPrevious ? { previous: previousKey } : {}),
      ...(await this.#total(!hasNext && !hasPrevious, matches.length)),
    }
  }

  /** Rows from an edge on, in the direction of the walk. */
  async #rows(page: PageKey | undefined, reversed: boolean, limit: number): Promise<RawRow[]> {
    const found: RawRow[] = []
    const order = this.#order()
    for (const walk of toWalks(order, page, reversed)) {
      // What is in a range of dates has one.
      if (walk.phase === 'missing' && order[0]!.expression === 'r.date' && this.#isDated()) continue
      const wanted = limit - found.length
      if (wanted === 0) break
      found.push(...(await this.#walk(walk, reversed, wanted)))
    }
    return found
  }

  async #walk(walk: ReturnType<typeof toWalks>[number], reversed: boolean, limit: number): Promise<RawRow[]> {
    const strategies = chooseStrategies(this.#context(), this.#clauses, this.#order(), this.#statistics)
    let rows: RawRow[] = []
    for (const strategy of strategies) {
      if (strategy.by === 'sorted' && walk.phase !== 'present') continue
      const context = this.#context()
      const order = toOrder(context, this.#query.sort)
      const statement = rowsStatement(context, this.#clauses, strategy, order, walk, reversed, limit)
      const which = walk.phase === 'missing' ? ', among those without a value to sort by' : ''
      const purpose = `Page: ${describeStrategy(strategy)}${which}`
      rows = await this.#database.query<RawRow>({ ...prepared(statement, strategy), purpose })
      if (rows.length === limit) break
    }
    return rows
  }

  /** Whether a link with this key would lead to a page with entries. */
  async #exists(key: PageKey | undefined): Promise<boolean> {
    return key !== undefined && (await this.#rows(key, key.direction === 'previous', 1)).length > 0
  }

  async #total(isWhole: boolean, matches = 0): Promise<Pick<SearchPage, 'total' | 'totalExact'>> {
    const { total, count } = this.#query
    if (total === 'none' && count > 0) return {}
    if (isWhole) return { total: matches, totalExact: true }
    if (total === 'estimate') return { total: await this.#estimate(), totalExact: false }
    if (total === 'accurate' || count === 0) return { total: await this.#count(), totalExact: true }
    return this.#unasked()
  }

  /** The total for those who did not ask for one: exact up to a limit, then by a sample, and none where it is dear. */
  async #unasked(): Promise<Pick<SearchPage, 'total' | 'totalExact'>> {
    const [walk] = chooseStrategies(
      this.#context(),
      this.#clauses,
      toOrder(this.#context(), []),
      this.#statistics,
    )
    if (walk?.by === 'walk' && walk.bounded !== undefined) {
      const length = sampleLengthOf(this.#clauses)
      const matches = await this.#count({ ...walk, bounded: length }, countLimit)
      if (matches === countLimit) return { total: countLimit, totalExact: false }
      if (matches >= fewest || this.#clauses.some(isHop)) return this.#bySample(matches, length)
    }
    const total = await this.#count(undefined, countLimit)
    return { total, totalExact: total < countLimit }
  }

  /** `matches` among the oldest `limit` resources, or all where there are fewer. */
  async #bySample(matches: number, limit: number): Promise<Pick<SearchPage, 'total' | 'totalExact'>> {
    const seen = await this.#count({ by: 'walk' }, limit, [])
    if (seen < limit) return { total: matches, totalExact: true }
    const rows = this.#query.types.reduce(
      (sum, type) => sum + (this.#statistics?.typeRows(typeNumber(this.#definitions, type)) ?? 0),
      0,
    )
    return matches === 0
      ? {}
      : { total: Math.max(matches, Math.round((matches / seen) * rows)), totalExact: false }
  }

  async #count(
    strategy = chooseStrategies(this.#context(), this.#clauses, 'none', this.#statistics).at(-1)!,
    limit?: number,
    clauses = this.#clauses,
  ): Promise<number> {
    const statement = countStatement(this.#context(), clauses, strategy, limit)
    const purpose = `Total: ${describeStrategy(strategy)}`
    const [row] = await this.#database.query<{ total: number }>({ ...prepared(statement, strategy), purpose })
    return row!.total
  }

  async #estimate(): Promise<number> {
    const strategy = chooseStrategies(this.#context(), this.#clauses, 'none', this.#statistics).at(-1)
    const { text, values } = countStatement(this.#context(), this.#clauses, strategy!)
    const [row] = await this.#database.query<{ 'QUERY PLAN': [{ Plan: ExplainedPlan }] }>({
      purpose: 'Total: as the planner estimates it',
      text: `explain (format json) ${text}`,
      ...(values ? { values } : {}),
    })
    const aggregate = row!['QUERY PLAN'][0].Plan
    return Math.round(aggregate.Plans?.[0]?.['Plan Rows'] ?? 0)
  }

  #isDated(): boolean {
    return this.#clauses.some((clause) => dateRange(this.#context(), clause) !== undefined)
  }

  #context(): SqlContext {
    return newContext(this.#definitions, this.#query.types)
  }

  #order() {
    return toOrder(this.#context(), this.#query.sort)
  }
}

interface ExplainedPlan {
  readonly 'Plan Rows': number
  readonly Plans?: readonly ExplainedPlan[]
}
