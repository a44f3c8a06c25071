import type { Clause, CompartmentClause } from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import { parameterKey, referenceKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { compositeCondition } from './composites.js'
import { all, either, type SqlContext } from './context.js'
import { chainCondition, hasCondition } from './hops.js'
import { nearCondition } from './near.js'
import { dateCondition, lastUpdatedCondition, quantityCondition } from './ranges.js'
import { stringCondition } from './strings.js'
import { hashedCondition, hasToken, missingCondition } from './tokens.js'
import { wordsCondition } from './words.js'

/** A clause as a condition on `context.row`. It may be null where the clause does not hold. */
export function toCondition(context: SqlContext, clause: Clause): string {
  switch (clause.kind) {
    case 'nothing':
      return 'false'
    case 'and':
      return all(clause.clauses.map((each) => toCondition(context, each)))
    case 'or':
      return either(clause.clauses.map((each) => toCondition(context, each)))
    case 'not':
      return `not coalesce(${all(clause.clauses.map((each) => toCondition(context, each)))}, false)`
    case 'id':
      return `${context.row}.id = any (${context.parameters.add(clause.ids, 'text[]')})`
    case 'type':
      return typeCondition(context, clause.types)
    case 'compartment':
      if (clause.compartment === 'Patient') return patientCondition(context, clause.ids)
      break
    case 'lastUpdated':
      return lastUpdatedCondition(context, clause)
  }
  return context.onVersion ? onCurrentVersion(context, clause) : valueCondition(context, clause)
}

export function toConditions(context: SqlContext, clauses: readonly Clause[]): string[] {
  return clauses.map((clause) => toCondition(context, clause))
}

/** By the ids themselves, never by their hashes: access rests on this. */
export function patientCondition({ parameters, row }: SqlContext, ids: readonly string[]): string {
  const list = parameters.add(ids, 'text[]')
  return `(${row}.patient = any (${list}) or ${row}.patients && ${list})`
}

function typeCondition({ definitions, row }: SqlContext, types: readonly string[]): string {
  const numbers = types.map((type) => typeNumber(definitions, type))
  return `${row}.type = any ('{${numbers.join(',')}}'::smallint[])`
}

function valueCondition(context: SqlContext, clause: Clause): string {
  switch (clause.kind) {
    case 'token':
    case 'reference':
    case 'uri':
      return hashedCondition(context, clause)
    case 'missing':
      return missingCondition(context, clause)
    case 'string':
      return stringCondition(context, clause)
    case 'date':
      return dateCondition(context, clause)
    case 'number':
    case 'quantity':
      return quantityCondition(context, clause)
    case 'compartment':
      return compartmentCondition(context, clause)
    case 'composite':
      return compositeCondition(context, clause, toCondition)
    case 'chain':
      return chainCondition(context, clause, toConditions)
    case 'has':
      return hasCondition(context, clause, toConditions)
    case 'words':
      return wordsCondition(context, clause)
    case 'near':
      return nearCondition(context, clause)
    default:
      throw new TypeError(`no condition for a clause of kind ${clause.kind}`)
  }
}

/** The values of superseded versions are gone, so the resource as it is now is judged in their place. */
function onCurrentVersion({ onVersion: _, ...context }: SqlContext, clause: Clause): string {
  const { row } = context
  return (
    `exists (select from resource v where v.bucket = ${row}.bucket and v.type = ${row}.type and v.id = ${row}.id` +
    ` and ${valueCondition({ ...context, row: 'v' }, clause)})`
  )
}

function compartmentCondition(context: SqlContext, { compartment, ids }: CompartmentClause): string {
  const { definitions, parameters, row, types } = context
  const members = definitions.compartments.get(compartment)?.resource ?? {}
  const hashes: bigint[] = []
  const conditions: string[] = []
  for (const type of types) {
    for (const param of members[type] ?? []) {
      if (param === '_id') {
        const own = type === compartment ? `${row}.type = ${typeNumber(definitions, type)}` : 'false'
        conditions.push(`(${own} and ${row}.id = any (${parameters.add(ids, 'text[]')}))`)
      } else {
        const key = parameterKey(type, param)
        hashes.push(...ids.map((id) => hash64(referenceKey(key, compartment, id))))
      }
    }
  }
  if (hashes.length > 0) conditions.push(hasToken(context, hashes))
  return either(conditions)
}
