import {
  type ChainClause,
  type Clause,
  type Definitions,
  type HasClause,
  type ReferenceCriterion,
  type SearchQuery,
  withAccess,
} from '@anamnesis/core'
import { referredIds, selectThrough } from '../sql/branches.js'
import type { SqlContext } from '../sql/context.js'
import { describeStrategy } from '../sql/describe.js'
import { newContext } from '../sql/search.js'
import { simplify } from '../sql/simplify.js'
import type { Statistics } from '../sql/statistics.js'
import { chooseStrategies, flatten, patientsOf } from '../sql/strategy.js'
import type { Queryable, Statement } from '../statement.js'
import { typeName, typeNumber } from '../types.js'
import { resolveTexts } from './texts.js'

/**
 * A query as its statements need it: its access rules in place, what its types decide left out, and what chains and
 * `_has` go through listed where that is short. Answers do not depend on it, but a short list can drive a search.
 */
export class Resolver {
  readonly #database: Queryable
  readonly #definitions: Definitions
  readonly #statistics: Statistics | undefined
  readonly #listLimit: number

  /** @param listLimit resources that a chain or `_has` may list; where it leads to more, each row is judged. */
  constructor(
    database: Queryable,
    definitions: Definitions,
    statistics: Statistics | undefined,
    listLimit = 1_000,
  ) {
    this.#database = database
    this.#definitions = definitions
    this.#statistics = statistics
    this.#listLimit = listLimit
  }

  async resolve(query: SearchQuery): Promise<SearchQuery> {
    const { where, types } = withAccess(query)
    const found = await resolveTexts(this.#database, simplify(where, types), types)
    return { ...query, where: await this.#clauses(types, found) }
  }

  async #clauses(types: readonly string[], clauses: readonly Clause[]): Promise<Clause[]> {
    const flat = flatten(clauses)
    // Whatever is confined to a few rows looks only at what these lead to.
    const isNarrow = flat.some(({ kind }) => kind === 'id') || patientsOf(this.#context(types), flat)
    if (isNarrow) return flat
    const resolved: Clause[] = []
    for (const clause of flat) resolved.push(await this.#clause(types, clause))
    return simplify(resolved, types)
  }

  async #clause(types: readonly string[], clause: Clause): Promise<Clause> {
    switch (clause.kind) {
      case 'and':
      case 'or':
      case 'not': {
        const clauses: Clause[] = []
        for (const each of clause.clauses) clauses.push(await this.#clause(types, each))
        return { ...clause, clauses }
      }
      case 'chain':
        return this.#chain(clause)
      case 'has':
        return this.#has(types, clause)
      default:
        return clause
    }
  }

  async #chain({ kind, param, targets }: ChainClause): Promise<Clause> {
    const values: ReferenceCriterion[] = []
    const dense: ChainClause['targets'][number][] = []
    for (const { type, where } of targets) {
      const clauses = await this.#clauses([type], where)
      if (clauses[0]?.kind === 'nothing') continue
      const ids = await this.#targets(type, clauses)
      if (ids) values.push(...ids.map((id) => ({ type, id })))
      else dense.push({ type, where: clauses })
    }
    const ways: Clause[] = [
      ...(values.length > 0 ? [{ kind: 'reference', param, values } as const] : []),
      ...(dense.length > 0 ? [{ kind, param, targets: dense }] : []),
    ]
    return { kind: 'or', clauses: ways }
  }

  async #has(types: readonly string[], clause: HasClause): Promise<Clause> {
    const where = await this.#clauses([clause.type], clause.where)
    if (where[0]?.kind === 'nothing') return where[0]
    const resolved = { ...clause, where }
    const found = await this.#referred(types, resolved)
    if (!found) return resolved
    const ways = [...found].map(([type, ids]): Clause => {
      const byId: Clause = { kind: 'id', ids }
      return types.length === 1 ? byId : { kind: 'and', clauses: [{ kind: 'type', types: [type] }, byId] }
    })
    return { kind: 'or', clauses: ways }
  }

  /** Ids of all resources of a type that match; undefined where these are too many to list. */
  async #targets(type: string, clauses: readonly Clause[]): Promise<string[] | undefined> {
    const rows = await this.#find<{ id: string }>(type, clauses, (context, strategy) =>
      selectThrough(context, clauses, strategy, 'r.id', this.#listLimit + 1),
    )
    return rows?.map(({ id }) => id)
  }

  /** By type, the ids of all to which something that matches refers; undefined where too many do. */
  async #referred(
    types: readonly string[],
    clause: HasClause,
  ): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    const rows = await this.#find<{ n: number; type: number | null; id: string | null }>(
      clause.type,
      clause.where,
      (context, strategy) => {
        const found = selectThrough(context, clause.where, strategy, undefined, this.#listLimit + 1)
        const ids = referredIds({ ...context, types }, clause, 'select * from found')
        return (
          `with found as materialized (${found}), total as (select count(*)::int as n from found)` +
          ` select total.n, k.type, k.id from total left join lateral (select * from (${ids}) k where total.n <= ${this.#listLimit}) k on true`
        )
      },
      (found) => found[0]!.n,
    )
    if (!rows) return undefined
    const ids = new Map<string, string[]>()
    for (const { type, id } of rows) {
      if (type === null || id === null) continue
      const name = typeName(this.#definitions, type)
      ids.set(name, [...(ids.get(name) ?? []), id])
    }
    return ids
  }

  /** By one strategy after the other; the last finds all. Undefined where there are too many to list. */
  async #find<Row>(
    type: string,
    clauses: readonly Clause[],
    toText: (context: SqlContext, strategy: ReturnType<typeof chooseStrategies>[number]) => string,
    found: (rows: readonly Row[]) => number = (rows) => rows.length,
  ): Promise<Row[] | undefined> {
    let rows: Row[] = []
    const first = this.#context([type])
    for (const strategy of chooseStrategies(first, clauses, 'none', this.#statistics)) {
      const context = this.#context([type])
      const statement: Statement = {
        purpose: `Up to ${this.#listLimit.toLocaleString('en')} ${type} to go through: ${describeStrategy(strategy)}`,
        text: toText(context, strategy),
        values: context.parameters.values,
      }
      rows = await this.#database.query<Row>(statement)
      // A few of the rows tell well enough that there are many in all.
      const share = strategy.by === 'walk' && strategy.bounded ? found(rows) / strategy.bounded : 0
      const expected = found(rows) < this.#listLimit / 10 ? 0 : share * this.#rowsOf(type)
      if (Math.max(found(rows), expected) > this.#listLimit) return undefined
    }
    return rows
  }

  #rowsOf(type: string): number {
    return this.#statistics?.typeRows(typeNumber(this.#definitions, type)) ?? 0
  }

  #context(types: readonly string[]): SqlContext {
    return newContext(this.#definitions, types)
  }
}
