import { parseDateRange } from '../../fhir/dates.js'
import { canonicalUnit, ucumSystem } from '../../fhir/ucum.js'
import type { AnswerValue } from './questionnaire.js'
import { isObject, type JsonObject } from './values.js'

/**
 * Below zero if the first value is before or less than the second, above zero if it is after or more; undefined where
 * they cannot be compared: other types, or units of other dimensions. A date that is within the other one is the same.
 */
export function compareValues(a: AnswerValue, b: AnswerValue): number | undefined {
  if (isObject(a.value) && isObject(b.value)) return compareQuantities(a.value, b.value)
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value
  if (typeof a.value !== 'string' || typeof b.value !== 'string') return undefined
  if (a.type === 'time') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
  const first = parseDateRange(a.value)
  const second = parseDateRange(b.value)
  if (!first || !second) return undefined
  if (first.high <= second.low) return -1
  if (first.low >= second.high) return 1
  return 0
}

function compareQuantities(a: JsonObject, b: JsonObject): number | undefined {
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return undefined
  if (a.system === undefined || a.code === undefined) return undefined
  if (a.system === b.system && a.code === b.code) return a.value - b.value
  if (a.system !== ucumSystem || b.system !== ucumSystem) return undefined
  const first = canonicalUnit(String(a.code))
  const second = canonicalUnit(String(b.code))
  if (!first || !second || first.unit !== second.unit) return undefined
  return first.toBase(a.value) - second.toBase(b.value)
}
