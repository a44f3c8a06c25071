import { r4, type SearchQuery } from '@anamnesis/core'
import { Pool } from '../../src/pool.js'
import { PageFinder } from '../../src/read/page.js'
import { Resolver } from '../../src/read/resolve.js'
import { StatisticsReader } from '../../src/sql/statistics.js'
import type { Queryable, Statement } from '../../src/statement.js'

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

/** What a search cost, over all its statements. */
export interface SearchCost {
  readonly statements: number
  readonly indexes: ReadonlySet<string>
  /** Tables read from end to end. */
  readonly scanned: readonly string[]
  /** Rows that scans looked at. */
  readonly rows: number
  readonly matches: number
}

/** Runs a search and then each of its statements again under EXPLAIN ANALYZE. */
export class Explainer {
  readonly #pool: Pool
  readonly #statistics = new StatisticsReader(Date.now)

  constructor(connectionString: string) {
    this.#pool = new Pool({ connectionString })
  }

  /** @param listLimit as of the storage: a small one makes a hop dense that few resources make. */
  async search(
    query: SearchQuery,
    listLimit?: number,
  ): Promise<SearchCost & { readonly next: SearchQuery['page'] }> {
    const statements: Statement[] = []
    const recording: Queryable = {
      query: <Row>(statement: Statement) => {
        statements.push(statement)
        return this.#pool.query<Row>(statement)
      },
    }
    const statistics = await this.#statistics.get(this.#pool)
    const resolved = await new Resolver(recording, r4, statistics, listLimit).resolve(query)
    const page = await new PageFinder(recording, r4, resolved, statistics).find()
    const nodes = (await Promise.all(statements.map((statement) => this.#explain(statement)))).flatMap(
      flatten,
    )
    const scans = nodes.filter((node) => node['Node Type'].endsWith('Scan'))
    return {
      statements: statements.length,
      indexes: new Set(scans.flatMap((node) => node['Index Name'] ?? [])),
      scanned: scans
        .filter((node) => node['Node Type'] === 'Seq Scan')
        .map((node) => node['Relation Name'] ?? '?'),
      rows: scans
        .filter((node) => node['Relation Name'] !== undefined || node['Index Name'] !== undefined)
        .reduce((sum, node) => sum + rowsOf(node), 0),
      matches: page.matches.length,
      next: page.next,
    }
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  async #explain({ text, values }: Statement): Promise<PlanNode> {
    const [row] = await this.#pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
      text: `explain (analyze, format json) ${text}`,
      ...(values ? { values } : {}),
    })
    return row!['QUERY PLAN'][0].Plan
  }
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}

function rowsOf(node: PlanNode): number {
  const perLoop =
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return perLoop * node['Actual Loops']
}
