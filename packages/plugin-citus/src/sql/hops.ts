import type { ChainClause, Clause, Definitions, HasClause, SearchParameter } from '@anamnesis/core'
import { parameterKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { all, either, type SqlContext } from './context.js'

/**
 * Chains and `_has`, judged row by row. Each is a scalar subquery, which the planner cannot turn into a join: a page
 * needs few rows, and a join would read all.
 */

/** Turns clauses into conditions; handed in, since clauses hold hops and hops hold clauses. */
type ToConditions = (context: SqlContext, clauses: readonly Clause[]) => string[]

/** One of the references that a row `context.row` has by a parameter leads to a resource that matches. */
export function chainCondition(
  context: SqlContext,
  { param, targets }: ChainClause,
  toConditions: ToConditions,
): string {
  return either(targets.map((target) => targetCondition(context, param, target, toConditions)))
}

function targetCondition(
  context: SqlContext,
  param: SearchParameter,
  { type, where }: ChainClause['targets'][number],
  toConditions: ToConditions,
): string {
  const { row } = context
  const target = `${row}t`
  const conditions = toConditions({ ...context, types: [type], row: target }, where)
  return (
    `coalesce((select true from ${referencedIds(context, param, type)} x(id), resource ${target}` +
    ` where ${[isAt(context, target, type, 'x.id'), `not ${target}.deleted`, refersTo(context, param, type, 'x.id'), ...conditions].join(' and ')} limit 1), false)`
  )
}

/** Something that matches refers to a row `context.row` by a parameter. */
export function hasCondition(context: SqlContext, clause: HasClause, toConditions: ToConditions): string {
  const { row } = context
  const referrer = `${row}o`
  const inner: SqlContext = { ...context, types: [clause.type], row: referrer }
  const key = `hash64(${referencePrefix(context, clause)} || ${row}.id)`
  // Beside `z`, whose `offset` keeps it, the limit does not reach the scan: for one row it would not use its index.
  return (
    `coalesce((select true from (select 1 offset 0) z cross join lateral (select ${referrer}.* from resource ${referrer}` +
    ` where ${referrer}.tokens @> array[${key}] and not ${referrer}.deleted offset 0) ${referrer}` +
    ` where ${all(toConditions(inner, clause.where))} limit 1), false)`
  )
}

/** A set of ids that holds every id of a type to which a row refers by a parameter, and maybe others. */
export function referencedIds(context: SqlContext, param: SearchParameter, target: string): string {
  const { row, types, definitions } = context
  if (target === 'Patient' && types.every((type) => isMembership(definitions, type, param))) {
    return `unnest(array[${row}.patient] || ${row}.patients)`
  }
  if (types.includes('Bundle')) return `member_ids(${row}.content)`
  return `reference_ids(${row}.content, ${context.parameters.add(target, 'text')})`
}

/** Whether a row refers to an id of a type by a parameter. */
export function refersTo(context: SqlContext, param: SearchParameter, target: string, id: string): string {
  return `hash64(${prefixByType(context, context.types, (type) => `${parameterKey(type, param.code)}=${target}/`)} || ${id}) = any (${context.row}.tokens)`
}

/** What the key of a reference to a row starts with, its id following; null for a type that nothing refers to. */
function referencePrefix(context: SqlContext, { type, param }: HasClause): string {
  const targets = context.types.filter((target) => param.target?.includes(target) ?? true)
  return prefixByType(context, targets, (target) => `${parameterKey(type, param.code)}=${target}/`)
}

function prefixByType(
  { types, parameters, definitions, row }: SqlContext,
  told: readonly string[],
  prefixOf: (type: string) => string,
): string {
  const [only] = told
  if (types.length === 1 && only !== undefined) return parameters.add(prefixOf(only), 'text')
  const cases = told.map(
    (type) => ` when ${typeNumber(definitions, type)} then ${parameters.add(prefixOf(type), 'text')}`,
  )
  return cases.length === 0 ? 'null' : `case ${row}.type${cases.join('')} end`
}

/** A row is the resource of a type and id, wherever it is stored. */
export function isAt({ definitions }: SqlContext, row: string, type: string, id: string): string {
  const number = typeNumber(definitions, type)
  const named = `(${id} collate "C")`
  const home = `bucket_of(${id})`
  const isMember = type !== 'Patient' && definitions.compartments.get('Patient')?.resource[type] !== undefined
  const bucket = isMember
    ? `coalesce((select l.bucket from resource_location l where l.id = ${named} and l.type = ${number}), ${home})`
    : home
  return `${row}.bucket = ${bucket} and ${row}.type = ${number} and ${row}.id = ${named}`
}

/** Every Patient to whom a parameter of a type refers is one of the row's patients. */
export function isMembership(definitions: Definitions, type: string, param: SearchParameter): boolean {
  const memberships = definitions.compartments.get('Patient')?.resource[type] ?? []
  // `patient` is the part of `subject` that names Patients, and seldom named by the compartment itself.
  const isSubject =
    param.code === 'patient' && param.expression === `${type}.subject.where(resolve() is Patient)`
  return memberships.includes(isSubject ? 'subject' : param.code)
}

/** True for clauses that look at other resources, row by row. */
export function isHop(clause: Clause): clause is ChainClause | HasClause {
  return clause.kind === 'chain' || clause.kind === 'has'
}
