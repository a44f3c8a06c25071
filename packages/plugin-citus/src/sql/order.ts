import type { PageKey, SearchQuery, Sort } from '@anamnesis/core'
import { promotionOf, storedParameters } from '../promoted.js'
import { all, either, parameterHashes, type SqlContext, seqOf, unsupported } from './context.js'
import { toTimestamp } from './ranges.js'

/** One key of the order of a search. */
export interface OrderKey {
  /** The value of a row `r`. */
  readonly expression: string
  /** `seq` and `id` are never missing. */
  readonly kind: 'seq' | 'id' | 'date' | 'text' | 'number'
  readonly descending: boolean
  /** Indexes of `resource` give the expression in order. */
  readonly indexed: boolean
  /** Where the values of one parameter are in the order of an index. */
  readonly side?: SortedSide
}

/** Side rows, which an index has in the order of their values, and a column of the resource where that holds some. */
export interface SortedSide {
  readonly table: 'search_string' | 'search_date' | 'search_quantity'
  readonly column: 'value' | 'low'
  readonly param: bigint
  readonly promoted?: 'quantity'
}

/** Whether the database has what a sort goes by; other keys are only in the resources' texts. */
export function isStored({ types }: Pick<SqlContext, 'types'>, { param }: Sort): boolean {
  if (param.code === '_id' || param.code === '_lastUpdated') return true
  if (param.type === 'date') {
    const promoted = types.filter((type) => promotionOf(type).date === param.code)
    return promoted.length === 0 || promoted.length === types.length
  }
  return param.type === 'string' || param.type === 'number' || param.type === 'quantity'
}

/** The order that `sort` asks for; ties are broken by ascending `seq`. */
export function toOrder(context: SqlContext, sort: readonly Sort[]): OrderKey[] {
  const keys: OrderKey[] = []
  for (const each of sort) {
    const key = toOrderKey(context, each)
    keys.push(key)
    // Nothing ties behind `seq`.
    if (key.kind === 'seq') return keys
  }
  return [...keys, { expression: seqOf(context, 'r'), kind: 'seq', descending: false, indexed: true }]
}

function toOrderKey(context: SqlContext, { param, descending }: Sort): OrderKey {
  const key = (expression: string, kind: OrderKey['kind'], indexed = false, side?: SortedSide) => ({
    expression,
    kind,
    descending,
    indexed,
    ...(side ? { side } : {}),
  })
  const [only, ...others] = context.types.length === 1 ? parameterHashes(context, param) : []
  const sorted = (table: SortedSide['table'], column: SortedSide['column'], promoted?: 'quantity') =>
    only === undefined || others.length > 0
      ? undefined
      : { table, column, param: only, ...(promoted ? { promoted } : {}) }
  if (param.code === '_id') return key('r.id', 'id', context.types.length === 1)
  if (param.code === '_lastUpdated') return key(seqOf(context, 'r'), 'seq', true)
  // Written out, not as a parameter: not every statement has a use for the expression.
  const side = (table: string, column: string) =>
    `(select ${descending ? 'max' : 'min'}(s.${column}) from ${table} s where s.bucket = r.bucket and s.seq = r.seq` +
    ` and s.param = any ('{${parameterHashes(context, param).join()}}'::bigint[]))`
  switch (param.type) {
    case 'string':
      return key(side('search_string', 'value'), 'text', false, sorted('search_string', 'value'))
    case 'date': {
      const promoted = context.types.filter((type) => promotionOf(type).date === param.code)
      if (promoted.length === context.types.length) return key('r.date', 'date', true)
      if (promoted.length === 0)
        return key(side('search_date', 'low'), 'date', false, sorted('search_date', 'low'))
      throw unsupported(param.code, 'sorting resources of different types')
    }
    case 'number':
    case 'quantity': {
      const columns = context.types.some((type) =>
        storedParameters(type, param.code).includes(promotionOf(type).quantity ?? ''),
      )
      const ofSide = side('search_quantity', 'low')
      const greatest = descending ? 'greatest' : 'least'
      const expression = columns ? `${greatest}(r.quantity, ${ofSide})` : ofSide
      return key(
        expression,
        'number',
        false,
        sorted('search_quantity', 'low', columns ? 'quantity' : undefined),
      )
    }
    default:
      throw unsupported(param.code, `sorting by a parameter of type ${param.type}`)
  }
}

/** The half of the results that one statement walks: keys that may be missing come last, in a walk of their own. */
export type Phase = 'present' | 'missing' | 'whole'

export interface Walk {
  readonly phase: Phase
  /** Where it starts, if not at the beginning. */
  readonly from?: PageKey
}

/** The walks that give the results from a page's edge on, in their order. */
export function toWalks(order: readonly OrderKey[], page: PageKey | undefined, reversed: boolean): Walk[] {
  const nullable = order[0]!.kind !== 'seq' && order[0]!.kind !== 'id'
  if (!nullable) return [page ? { phase: 'whole', from: page } : { phase: 'whole' }]
  const phases: Phase[] = reversed ? ['missing', 'present'] : ['present', 'missing']
  if (!page) return phases.map((phase) => ({ phase }))
  const first: Phase = (page.values[0] ?? null) === null ? 'missing' : 'present'
  return phases
    .slice(phases.indexOf(first))
    .map((phase) => (phase === first ? { phase, from: page } : { phase }))
}

/** `order by` of a walk over a subquery or table that offers the given expressions. */
export function orderBy(
  order: readonly OrderKey[],
  expressions: readonly string[],
  reversed: boolean,
): string {
  return order
    .map(({ descending, kind }, index) => {
      const down = descending !== reversed
      // As the indexes are declared, so that they serve both directions; the leading key is never null in a walk.
      const nulls =
        kind === 'seq' || kind === 'id'
          ? ''
          : index === 0
            ? down
              ? ' nulls last'
              : ' nulls first'
            : reversed
              ? ' nulls first'
              : ' nulls last'
      return `${expressions[index]}${down ? ' desc' : ''}${nulls}`
    })
    .join(', ')
}

/** The conditions that keep a walk in its phase and behind the edge where it starts. */
export function walkConditions(
  context: SqlContext,
  order: readonly OrderKey[],
  expressions: readonly string[],
  { phase, from }: Walk,
  reversed: boolean,
): string[] {
  const leading = expressions[0]!
  const conditions: string[] = []
  if (phase === 'present') conditions.push(`${leading} is not null`)
  if (phase === 'missing') conditions.push(`${leading} is null`)
  if (!from) return conditions
  const values = order.map((key, index) => edgeValue(context, key, from, index))
  const beyond = (index: number): string => {
    const value = values[index]
    const expression = expressions[index]!
    const { kind, descending } = order[index]!
    const ahead = descending !== reversed ? '<' : '>'
    const rest = index + 1 < order.length ? beyond(index + 1) : 'false'
    if (value === undefined) {
      const tied = all([`${expression} is null`, rest])
      return reversed ? either([`${expression} is not null`, tied]) : tied
    }
    const strictly = `${expression} ${ahead} ${value}`
    const nullsAhead = kind !== 'seq' && kind !== 'id' && !reversed && !(index === 0 && phase === 'present')
    return either([
      ...(nullsAhead ? [`${expression} is null`] : []),
      strictly,
      ...(rest === 'false' ? [] : [all([`${expression} = ${value}`, rest])]),
    ])
  }
  if (phase === 'missing') return [...conditions, order.length > 1 ? beyond(1) : 'true']
  // Says again what the next condition implies, in the form that bounds an index scan.
  if (values[0] !== undefined && order.length > 1) {
    conditions.push(`${leading} ${order[0]!.descending !== reversed ? '<=' : '>='} ${values[0]}`)
  }
  return [...conditions, beyond(0)]
}

/** The parameter for a key of the edge; undefined where the value is missing. */
function edgeValue(
  context: SqlContext,
  { kind }: OrderKey,
  from: PageKey,
  index: number,
): string | undefined {
  const value = kind === 'seq' ? from.seq : (from.values[index] ?? null)
  if (value === null) return undefined
  switch (kind) {
    case 'seq':
      return context.parameters.add(value, 'bigint')
    case 'date':
      return context.parameters.add(toTimestamp(Number(value)), 'timestamptz')
    case 'number':
      return context.parameters.add(Number(value), 'double precision')
    case 'id':
    case 'text':
      return context.parameters.add(String(value), 'text')
  }
}

/** What a row brings back of a key, so that `toPageKey` can make a link of it. */
export function selectKey({ expression, kind }: Pick<OrderKey, 'expression' | 'kind'>): string {
  return kind === 'date' ? `extract(epoch from ${expression})::double precision * 1000` : expression
}

export function toPageKey(
  sort: SearchQuery['sort'],
  row: { readonly seq: bigint; readonly [key: `k${number}`]: unknown },
  direction: PageKey['direction'],
): PageKey {
  const values = sort.map((_, index) => {
    const key = row[`k${index}`] ?? null
    return typeof key === 'bigint' ? String(key) : (key as string | number | null)
  })
  return { values, seq: String(row.seq), direction }
}
