import { canonicalUnit, ucumSystem } from '../../fhir/ucum.js'
import { isObject, numberOf } from './items.js'

/**
 * How a value compares with a limit (`minValue[x]`, `maxValue[x]`): negative where it is less. Quantities compare in
 * units that UCUM converts. Undefined where the two cannot be compared.
 */
export function compareWithLimit(value: unknown, limit: unknown): number | undefined {
  const number = numberOf(value)
  const bound = numberOf(limit)
  if (number !== undefined && bound !== undefined) return number - bound
  if (typeof value === 'string' && typeof limit === 'string') return compareText(value, limit)
  if (isObject(value) && isObject(limit)) return compareQuantities(value, limit)
  return undefined
}

/** Dates and times; those of different precision only as far as both go. */
function compareText(value: string, limit: string): number | undefined {
  if (/T.*(Z|[+-]\d\d:\d\d)$/.test(value) && /T.*(Z|[+-]\d\d:\d\d)$/.test(limit)) {
    return Date.parse(value) - Date.parse(limit)
  }
  const length = Math.min(value.length, limit.length)
  const [a, b] = [value.slice(0, length), limit.slice(0, length)]
  if (a === b) return value.length === limit.length ? 0 : undefined
  return a < b ? -1 : 1
}

function compareQuantities(
  value: Readonly<Record<string, unknown>>,
  limit: Readonly<Record<string, unknown>>,
): number | undefined {
  const number = numberOf(value.value)
  const bound = numberOf(limit.value)
  if (number === undefined || bound === undefined) return undefined
  if (limit.code === undefined || (value.code === limit.code && value.system === limit.system)) {
    return number - bound
  }
  if (value.system !== ucumSystem || limit.system !== ucumSystem) return undefined
  const from = canonicalUnit(String(value.code))
  const to = canonicalUnit(String(limit.code))
  if (!from || !to || from.unit !== to.unit) return undefined
  return from.toBase(number) - to.toBase(bound)
}
