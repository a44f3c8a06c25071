import type { Clause, StoredResource } from '@anamnesis/core'
import type { Statement } from '../statement.js'
import { typeName } from '../types.js'
import { selectThrough, toBranches } from './branches.js'
import { Parameters, type SqlContext } from './context.js'
import type { Branch } from './lookups.js'
import { type OrderKey, orderBy, selectKey, type Walk, walkConditions } from './order.js'
import type { Strategy } from './strategy.js'

/** A live row as the statements here give it; `k0`, `k1`, ... are the values by which it was ordered. */
export interface RawRow {
  readonly type: number
  readonly id: string
  readonly version: number
  readonly seq: bigint
  readonly content: string
  readonly [key: `k${number}`]: unknown
}

export function toResource(
  definitions: SqlContext['definitions'],
  { type, id, version, seq, content }: RawRow,
): StoredResource {
  return { type: typeName(definitions, type), id, version, seq, deleted: false, content }
}

/**
 * The rows of one walk: first their keys in order, then the contents of those that make the page, so that nothing is
 * sorted with its content.
 */
export function rowsStatement(
  context: SqlContext,
  clauses: readonly Clause[],
  strategy: Strategy,
  order: readonly OrderKey[],
  walk: Walk,
  reversed: boolean,
  limit: number,
): Statement {
  const names = order.map((_, index) => `k${index}`)
  const branches = toBranches(context, clauses, strategy).map((branch) =>
    branchStatement(context, branch, order, walk, reversed, limit),
  )
  const chosen =
    branches.length === 1
      ? branches[0]!
      : `select * from (${branches.map((branch) => `(${branch})`).join(' union all ')}) b order by ${orderBy(order, names, reversed)} limit ${limit}`
  const keys = order.map(
    (key, index) => `${selectKey({ expression: `p.k${index}`, kind: key.kind })} as k${index}`,
  )
  return {
    text:
      `select r.type, r.id, r.version, r.seq, r.content, ${keys.join(', ')} from (${chosen}) p` +
      ' join resource r on r.bucket = p.bucket and r.type = p.type and r.id = p.id' +
      ` order by ${orderBy(
        order,
        names.map((name) => `p.${name}`),
        reversed,
      )}`,
    values: context.parameters.values,
  }
}

function branchStatement(
  context: SqlContext,
  branch: Branch,
  order: readonly OrderKey[],
  walk: Walk,
  reversed: boolean,
  limit: number,
): string {
  const expressions = order.map(
    ({ expression, kind, indexed }, index) =>
      (index === 0 && branch.expressions?.key) ||
      (indexed && kind === 'seq' && branch.expressions?.seq) ||
      (indexed && kind === 'date' && branch.expressions?.date) ||
      expression,
  )
  const columns = [
    'r.bucket, r.type, r.id',
    ...expressions.map((expression, index) => `${expression} as k${index}`),
  ].join(', ')
  const edge = walkConditions(context, order, expressions, walk, reversed)
  const sorted = orderBy(order, expressions, reversed)
  const { live = [] } = branch
  const where = (conditions: readonly string[]) =>
    conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  if (branch.fenced) {
    const names = order.map((_, index) => `k${index}`)
    return (
      `with found as materialized (select ${columns} from ${branch.from}${where([...branch.conditions, ...live, ...edge])})` +
      ` select * from found order by ${orderBy(order, names, reversed)} limit ${limit}`
    )
  }
  if (branch.walked) {
    const { from, conditions } = branch.walked
    const alias = from.split(' ').at(-1)
    // The values are never null, so these are in the order of their index without a word on nulls.
    const sorted = order
      .map(({ descending }, index) => `${expressions[index]}${descending !== reversed ? ' desc' : ''}`)
      .join(', ')
    return (
      `select ${columns} from (select ${alias}.* from ${from}${where([...conditions, ...edge])} order by ${sorted} limit ${branch.bounded}) ${alias}` +
      `${branch.from}${where([...branch.conditions, ...live])} order by ${sorted} limit ${limit}`
    )
  }
  if (branch.bounded !== undefined) {
    return (
      `select ${columns} from (select * from resource r${where([...live, ...edge])} order by ${sorted} limit ${branch.bounded}) r` +
      `${where(branch.conditions)} order by ${sorted} limit ${limit}`
    )
  }
  return `select ${columns} from ${branch.from}${where([...branch.conditions, ...live, ...edge])} order by ${sorted} limit ${limit}`
}

/** How many resources a strategy finds; stops counting at `limit`. */
export function countStatement(
  context: SqlContext,
  clauses: readonly Clause[],
  strategy: Strategy,
  limit?: number,
): Statement {
  const rows = selectThrough(context, clauses, strategy, '', limit)
  return {
    text: `select count(*)::int as total from (${rows}) c`,
    values: context.parameters.values,
  }
}

export function newContext(definitions: SqlContext['definitions'], types: readonly string[]): SqlContext {
  return { definitions, parameters: new Parameters(), types, row: 'r' }
}
