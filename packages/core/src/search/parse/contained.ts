import type { Clause, SearchQuery } from '../query.js'
import { searchError } from './context.js'
import type { Results } from './results.js'

/**
 * `_contained` and `_containedType` (https://hl7.org/fhir/R4/search.html#contained), with what cannot be asked of
 * contained resources refused: they have no id of their own, and nothing outside of their container refers to them.
 */
export function readContained(results: Results, where: readonly Clause[]): SearchQuery['contained'] {
  const { containedMode: mode, containedType: returns } = results
  if (mode === 'false') return undefined
  const refuse = (what: string) => {
    const place = { types: [], name: '_contained' }
    throw searchError(
      place,
      `${what} cannot be used on contained resources; use _contained=false.`,
      'unsupported-search',
    )
  }
  if (where.some(leadsAway)) refuse('chains, _has, _list and compartments')
  if (results.include.length > 0 || results.revinclude.length > 0) refuse('_include and _revinclude')
  if (results.sort.some(({ param }) => param.code !== '_lastUpdated'))
    refuse('_sort by anything but _lastUpdated')
  return { mode, returns }
}

/** True for a clause that other resources decide. */
function leadsAway(clause: Clause): boolean {
  switch (clause.kind) {
    case 'chain':
    case 'has':
    case 'compartment':
      return true
    case 'and':
    case 'or':
    case 'not':
      return clause.clauses.some(leadsAway)
    default:
      return false
  }
}
