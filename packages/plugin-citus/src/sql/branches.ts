import type { ChainClause, Clause, HasClause } from '@anamnesis/core'
import * as keys from '../token-keys.js'
import { typeNumber } from '../types.js'
import { toConditions } from './condition.js'
import { type SqlContext, seqOf } from './context.js'
import { isAt, referencedIds, refersTo } from './hops.js'
import {
  type Branch,
  byCode,
  byDate,
  byId,
  byPatient,
  bySide,
  bySorted,
  byToken,
  quantityBranches,
} from './lookups.js'
import { nearTest } from './near.js'
import type { Strategy, Through } from './strategy.js'
import { stringTest } from './strings.js'
import { wordsLookup } from './words.js'

/** The rows that a strategy finds, in branches that share none. Only live rows; all clauses hold. */
export function toBranches(context: SqlContext, clauses: readonly Clause[], strategy: Strategy): Branch[] {
  const driving = 'clause' in strategy ? strategy.clause : undefined
  const branches = drivingBranches(context, strategy)
  const conditions = toConditions(
    context,
    clauses.filter((clause) => clause !== driving),
  )
  // What is found by a hash of a parameter is of its type: saying so again would draw in a second, large index scan.
  const typed = !['id', 'patient', 'date', 'sorted', 'walk', 'quantity'].includes(strategy.by)
  const live = ['not r.deleted', ...(typed ? [] : typeConditions(context))]
  return branches.map((branch) => ({ ...branch, live, conditions: [...branch.conditions, ...conditions] }))
}

function drivingBranches(context: SqlContext, strategy: Strategy): Branch[] {
  switch (strategy.by) {
    case 'id':
      return [byId(context, strategy.clause)]
    case 'patient':
      return byPatient(context, strategy.ids)
    case 'code':
      return byCode(context, strategy.clause, strategy.range)
    case 'date':
      return byDate(context, strategy.range, strategy.fenced)
    case 'token':
    case 'component':
      return [byToken(context, strategy.hashes)]
    case 'words':
      return [{ from: 'resource r', conditions: [wordsLookup(context, strategy.clause)], fenced: true }]
    case 'string':
      return [bySide(context, 'search_string', stringTest(context, strategy.clause))]
    case 'quantity':
      return quantityBranches(context, strategy.clause)
    case 'near':
      return [bySide(context, 'search_position', nearTest(context, strategy.clause))]
    case 'chain':
      return [byChain(context, strategy.clause, strategy.through)]
    case 'has':
      return [byHas(context, strategy.clause, strategy.through)]
    case 'sorted':
      return bySorted(context, strategy)
    case 'walk':
      return [
        {
          from: 'resource r',
          conditions: [],
          ...('bounded' in strategy ? { bounded: strategy.bounded } : {}),
        },
      ]
  }
}

function typeConditions({ types, definitions }: SqlContext): string[] {
  const numbers = types.map((type) => typeNumber(definitions, type))
  if (types.length === definitions.resourceTypes.length) return []
  return numbers.length === 1
    ? [`r.type = ${numbers[0]}`]
    : [`r.type = any ('{${numbers.join(',')}}'::smallint[])`]
}

/** Each statement of these finds its rows by itself, however many there are: they are all of a dense hop. */
function byChain(context: SqlContext, { param }: ChainClause, through: readonly Through[]): Branch {
  const parts = through.map(({ type, clauses, strategy }) => {
    const found = selectThrough({ ...context, types: [type] }, clauses, strategy, 'r.id')
    const keys = context.types.map(
      (source) =>
        `hash64(${context.parameters.add(`${keysOf(source, param.code)}=${type}/`, 'text')} || t.id)`,
    )
    const test = keys.length === 1 ? '@>' : '&&'
    return (
      `select h.bucket, h.type, h.id from (${found}) t cross join lateral (select h.bucket, h.type, h.id from resource h` +
      ` where h.tokens ${test} array[${keys.join(', ')}] and not h.deleted offset 0) h`
    )
  })
  return {
    from:
      `(select distinct h.bucket, h.type, h.id from (${parts.join(' union all ')}) h) h` +
      ' join resource r on r.bucket = h.bucket and r.type = h.type and r.id = h.id',
    conditions: [],
    fenced: true,
  }
}

const keysOf = keys.parameterKey

function byHas(context: SqlContext, clause: HasClause, through: Through): Branch {
  return {
    from:
      `(${referredIds(context, clause, selectThrough({ ...context, types: [through.type] }, through.clauses, through.strategy))}) k` +
      ` cross join lateral (${context.types
        .map(
          (type) =>
            `select r.* from resource r where k.type = ${typeNumber(context.definitions, type)} and ${isAt(context, 'r', type, 'k.id')}`,
        )
        .join(' union all ')}) r`,
    conditions: [],
    fenced: true,
  }
}

const referrerColumns = 'r.type, r.patient, r.patients, r.tokens, r.content'

/** `type` and `id` of what the rows `found` refer to by the parameter of `_has`, each once. */
export function referredIds(context: SqlContext, { type, param }: HasClause, found: string): string {
  const referrers: SqlContext = { ...context, types: [type], row: 'o' }
  const parts = context.types
    .filter((target) => param.target?.includes(target) ?? true)
    .map(
      (target) =>
        `select ${typeNumber(context.definitions, target)} as type, x.id from ${referencedIds(referrers, param, target)} x(id)` +
        ` where ${refersTo(referrers, param, target, 'x.id')}`,
    )
  const ids = parts.length === 0 ? "select 0 as type, '' as id where false" : parts.join(' union all ')
  return `select distinct x.type, x.id from (${found}) o cross join lateral (${ids}) x`
}

/** The rows through which a search goes, by a strategy. */
export function selectThrough(
  context: SqlContext,
  clauses: readonly Clause[],
  strategy: Strategy,
  columns: string = referrerColumns,
  limit?: number,
): string {
  const tail = limit === undefined ? '' : ` limit ${limit}`
  const where = (all: readonly string[]) => (all.length > 0 ? ` where ${all.join(' and ')}` : '')
  const parts = toBranches(context, clauses, strategy).map((branch) => {
    const { from, conditions, live = [], bounded, expressions } = branch
    if (bounded !== undefined) {
      return `select ${columns} from (select * from resource r${where(live)} order by ${seqOf(context, 'r')} limit ${bounded}) r${where(conditions)}${tail}`
    }
    // In the order of its index: in wait for a few rows the planner would read the table.
    const order =
      strategy.by === 'code' && tail !== ''
        ? ` order by ${expressions?.date ?? 'r.date'} desc nulls last`
        : ''
    return `select ${columns} from ${from}${where([...conditions, ...live])}${order}${tail}`
  })
  return parts.length === 1 ? parts[0]! : `${parts.map((part) => `(${part})`).join(' union all ')}${tail}`
}
