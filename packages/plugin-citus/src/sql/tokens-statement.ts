import type { Clause, Definitions } from '@anamnesis/core'
import { int8Array } from '../binary.js'
import type { Statement } from '../statement.js'
import { typeNumber } from '../types.js'
import { toConditions } from './condition.js'
import { newContext } from './search.js'
import { simplify } from './simplify.js'

/**
 * Live resources with one of some tokens that `access` lets through, by ascending `seq`. The lookup in GIN is fenced off
 * from the order: the planner would walk all rows in wait for a rare one.
 */
export function tokensStatement(
  definitions: Definitions,
  type: string | undefined,
  hashes: readonly bigint[],
  limit: number,
  access: readonly Clause[],
): Statement {
  const types = type === undefined ? definitions.resourceTypes : [type]
  const context = newContext(definitions, types)
  const list = context.parameters.add(int8Array(hashes), 'bigint[]')
  const most = context.parameters.add(limit, 'int')
  const rules = toConditions(context, simplify(access, types))
  const ofType =
    type === undefined
      ? []
      : [`f.type = ${context.parameters.add(typeNumber(definitions, type), 'smallint')}`]
  const judged =
    rules.length === 0 ? '' : 'join resource r on r.bucket = f.bucket and r.type = f.type and r.id = f.id'
  return {
    ...(rules.length === 0 ? { name: type === undefined ? 'with-tokens' : 'with-tokens-of-type' } : {}),
    text: `with found as materialized (
        select bucket, type, id, seq from resource where tokens && ${list} and not deleted),
      page as materialized (select f.* from found f ${judged}
        where ${['true', ...ofType, ...rules].join(' and ')} order by f.seq limit ${most})
      select r.type, r.id, r.version, r.seq, r.content from page p
      join resource r on r.bucket = p.bucket and r.type = p.type and r.id = p.id order by r.seq`,
    values: context.parameters.values,
  }
}
