import type { RangeCriterion } from './query.js'

interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Whether a date value, a half-open range of instants, satisfies a prefixed date
 * (https://hl7.org/fhir/R4/search.html#prefix). `eq` wants the searched range to contain the value's, the others compare
 * the value's range with what lies above and below the searched one.
 */
export function matchesInstants(value: Bounds, searched: RangeCriterion): boolean {
  const contained = searched.low <= value.low && value.high <= searched.high
  const reachesAbove = value.high > searched.high
  const reachesBelow = value.low < searched.low
  switch (searched.prefix) {
    case 'eq':
      return contained
    case 'ne':
      return !contained
    case 'gt':
      return reachesAbove
    case 'lt':
      return reachesBelow
    case 'ge':
      return reachesAbove || contained
    case 'le':
      return reachesBelow || contained
    case 'sa':
      return value.low >= searched.high
    case 'eb':
      return value.high <= searched.low
    case 'ap':
      return value.low < searched.high && searched.low < value.high
  }
}

/**
 * Whether a number, a point or a closed range, satisfies a prefixed number. `eq`, `ne` and `ap` go by the searched
 * number's range of implicit precision; the other prefixes ignore it and compare with the number exactly
 * (https://hl7.org/fhir/R4/search.html#number).
 */
export function matchesNumbers(
  value: Bounds,
  searched: RangeCriterion & { readonly value: number },
): boolean {
  const contained = searched.low <= value.low && value.high < searched.high
  switch (searched.prefix) {
    case 'eq':
      return contained
    case 'ne':
      return !contained
    case 'gt':
      return value.high > searched.value
    case 'lt':
      return value.low < searched.value
    case 'ge':
      return value.high >= searched.value
    case 'le':
      return value.low <= searched.value
    case 'sa':
      return value.low > searched.value
    case 'eb':
      return value.high < searched.value
    case 'ap':
      return value.low < searched.high && searched.low <= value.high
  }
}
