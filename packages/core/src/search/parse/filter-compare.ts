import type { SearchParameter, SearchParameterType } from '../../definitions/definitions.js'
import { isId } from '../../fhir/ids.js'
import type { Clause } from '../query.js'
import { listOf, type Place, type Reading, searchError } from './context.js'
import type { FilterOperator } from './filter-syntax.js'
import { requireParameter } from './parameters.js'
import { readBoolean } from './parts.js'
import { readDate } from './prefix.js'
import { readClause } from './values.js'

const ranges: readonly FilterOperator[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb']

/** What can be decided from the search values of each type. */
const operators: Readonly<Record<SearchParameterType, readonly FilterOperator[]>> = {
  string: ['eq', 'ne', 'co', 'sw', 'ew', 'pr'],
  token: ['eq', 'ne', 'ss', 'sb', 'in', 'pr'],
  reference: ['eq', 'ne', 're', 'pr'],
  date: [...ranges, 'po', 'pr'],
  number: [...ranges, 'pr'],
  quantity: [...ranges, 'pr'],
  uri: ['eq', 'ne', 'pr'],
  composite: ['eq', 'ne', 'pr'],
  special: [],
}

/**
 * The clause of one comparison. `ne` asks of dates, numbers and quantities for a value that is unequal, and of anything
 * else for values none of which is equal: search values do not tell more.
 */
export function compareClause(
  name: string,
  operator: FilterOperator,
  value: string,
  place: Place,
  reading: Reading,
): Clause {
  if (name === '_id') return compareId(operator, value, place)
  if (name === '_lastUpdated') return compareInstant(operator, value, place, reading)
  const param = requireParameter(place, name, reading)
  const allowed = name.startsWith('_text') || name.startsWith('_content') ? [] : operators[param.type]
  checkOperator(operator, allowed, name, param.type, place)
  if (operator === 'pr') return { kind: 'missing', param, missing: !readBoolean(value, place) }
  if (operator === 'ne' && !hasPrefixes(param)) {
    const equal = equals(param, value, place, reading)
    return {
      kind: 'and',
      clauses: [
        { kind: 'missing', param, missing: false },
        { kind: 'not', clauses: [equal] },
      ],
    }
  }
  switch (operator) {
    case 'eq':
      return equals(param, value, place, reading)
    case 'co':
      return readClause(param, 'contains', escaped(value), place, reading)
    case 'sw':
      return readClause(param, undefined, escaped(value), place, reading)
    case 'ew':
      return withModifier(readClause(param, undefined, escaped(value), place, reading), 'ends')
    case 'ss':
      return readClause(param, 'below', escaped(value), place, reading)
    case 'sb':
      return readClause(param, 'above', escaped(value), place, reading)
    case 'in':
      return readClause(param, 'in', escaped(value), place, reading)
    case 're':
      return readClause(param, undefined, escaped(value), place, reading)
    case 'po':
      return overlaps(equals(param, value, place, reading))
    default:
      return readClause(param, undefined, operator + escaped(value), place, reading)
  }
}

function equals(param: SearchParameter, value: string, place: Place, reading: Reading): Clause {
  if (hasPrefixes(param)) return readClause(param, undefined, `eq${escaped(value)}`, place, reading)
  return withModifier(readClause(param, undefined, escaped(value), place, reading), 'equals')
}

function hasPrefixes({ type }: SearchParameter): boolean {
  return operators[type].includes('gt')
}

/** In a filter nothing separates alternatives; `|` and `$` have their meaning. */
function escaped(value: string): string {
  return value.replace(/[\\,]/g, '\\$&')
}

function withModifier(clause: Clause, modifier: 'equals' | 'ends'): Clause {
  return clause.kind === 'string' ? { ...clause, modifier } : clause
}

/** `ap` looks for an overlap with a range that is not widened here. */
function overlaps(clause: Clause): Clause {
  if (clause.kind !== 'date') return clause
  return { ...clause, values: clause.values.map((value) => ({ ...value, prefix: 'ap' as const })) }
}

function checkOperator(
  operator: FilterOperator,
  allowed: readonly FilterOperator[],
  name: string,
  type: string,
  place: Place,
): void {
  if (allowed.includes(operator)) return
  const shown = allowed.length === 0 ? 'cannot be used in a filter' : `takes ${listOf(allowed)}`
  throw searchError(
    place,
    `${name} is a ${type} parameter, which ${shown}, found ${operator}.`,
    'unsupported-search',
  )
}

function compareId(operator: FilterOperator, value: string, place: Place): Clause {
  checkOperator(operator, ['eq', 'ne', 'pr'], '_id', 'token', place)
  if (operator === 'pr') return always(readBoolean(value, place))
  if (!isId(value)) {
    throw searchError(
      place,
      `expected an id (1 to 64 letters, digits, - and .), such as a1, found "${value}".`,
    )
  }
  const clause: Clause = { kind: 'id', ids: [value] }
  return operator === 'eq' ? clause : { kind: 'not', clauses: [clause] }
}

function compareInstant(operator: FilterOperator, value: string, place: Place, reading: Reading): Clause {
  checkOperator(operator, operators.date, '_lastUpdated', 'date', place)
  if (operator === 'pr') return always(readBoolean(value, place))
  const { low, high, prefix } = readDate(operator === 'po' ? value : operator + value, place, reading)
  return {
    kind: 'lastUpdated',
    values: [{ prefix: operator === 'po' ? 'ap' : prefix, low, high }],
  }
}

function always(holds: boolean): Clause {
  return holds ? { kind: 'and', clauses: [] } : { kind: 'nothing' }
}
