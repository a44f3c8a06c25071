import { FhirError } from '../../errors/fhir-error.js'
import type { Clause } from '../query.js'
import { chainClause, isUnknownParameter } from './chain.js'
import { checkDepth, type Place, type Reading, searchError } from './context.js'
import { compareClause } from './filter-compare.js'
import { type Comparison, type Filter, parseFilter } from './filter-syntax.js'
import { requireParameter } from './parameters.js'

/**
 * `_filter` (https://hl7.org/fhir/R4/search_filter.html) as ordinary clauses. A path is a chain, and a filter in
 * brackets holds of the same target as what follows it; only references have targets, so `component[...]` is refused.
 *
 * @throws FhirError `invalid-search` also for unknown parameters: ignoring one would find more than was asked for.
 */
export function readFilter(
  place: Place,
  modifier: string | undefined,
  value: string,
  reading: Reading,
  depth = 0,
): Clause {
  if (modifier !== undefined) throw searchError(place, '_filter takes no modifier.')
  const filter = parseFilter(value, place, reading.limits.maxValues)
  try {
    return clauseOf(filter, place, reading, depth)
  } catch (error) {
    if (!isUnknownParameter(error)) throw error
    throw new FhirError('invalid-search', error.message, { expression: error.expression, cause: error })
  }
}

function clauseOf(filter: Filter, place: Place, reading: Reading, depth: number): Clause {
  switch (filter.kind) {
    case 'not':
      return { kind: 'not', clauses: [clauseOf(filter.filter, place, reading, depth)] }
    case 'compare':
      return comparison(filter, 0, place, reading, depth)
    default: {
      const clauses = filter.filters.map((each) => clauseOf(each, place, reading, depth))
      return clauses.length === 1 && clauses[0] ? clauses[0] : { kind: filter.kind, clauses }
    }
  }
}

function comparison(
  { path, operator, value, at, kind }: Comparison,
  index: number,
  around: Place,
  reading: Reading,
  depth: number,
): Clause {
  checkDepth(depth, around, reading)
  const step = path[index]
  const next = path[index + 1]
  if (!step) throw new TypeError('a comparison without a path')
  const written = path.map(({ name }) => name).join('.')
  const place: Place = { ...around, detail: `at character ${at}, ${written}` }
  if (!next) {
    if (step.type !== undefined) {
      throw searchError(place, `:${step.type} needs a name after it, such as ${step.name}:${step.type}._id.`)
    }
    return compareClause(step.name, operator, value, place, reading)
  }
  const param = requireParameter(place, step.name, reading)
  if (param.type !== 'reference' && step.filter) {
    throw searchError(
      place,
      `[...] holds of what a reference leads to, and ${step.name} is a ${param.type} parameter. Search by a composite parameter where one has both parts.`,
      'unsupported-search',
    )
  }
  const read = (target: Place) => {
    const rest = comparison({ kind, path, operator, value, at }, index + 1, target, reading, depth + 1)
    return step.filter ? [clauseOf(step.filter, target, reading, depth + 1), rest] : [rest]
  }
  return chainClause(place, param, step.type, next.name, read, reading)
}
