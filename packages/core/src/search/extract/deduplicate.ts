import type { SearchValue } from '../values.js'

/** Past this many values of one parameter, comparing each with each is slower than a set of their texts. */
const manyValues = 8

/** Each distinct value once, in the order of first appearance. */
export function deduplicate(values: SearchValue[]): SearchValue[] {
  const seen = new Map<string, SearchValue[] | Set<string>>()
  return values.filter((value) => {
    const before = seen.get(value.param)
    if (before === undefined) {
      seen.set(value.param, [value])
      return true
    }
    if (before instanceof Set) return before.size < before.add(keyOf(value)).size
    if (before.some((other) => same(other, value))) return false
    before.push(value)
    if (before.length > manyValues) seen.set(value.param, new Set(before.map(keyOf)))
    return true
  })
}

/** Text that is the same for equal values only. JSON writes both infinities as null, but only lows are negative ones. */
function keyOf(value: SearchValue): string {
  return JSON.stringify(value)
}

function same(a: SearchValue, b: SearchValue): boolean {
  switch (a.type) {
    case 'token':
      if (b.type !== 'token' || a.code !== b.code || a.system !== b.system || a.text !== b.text) return false
      return a.ofType === b.ofType || keyOf(a) === keyOf(b)
    case 'string':
    case 'uri':
      return b.type === a.type && a.value === b.value
    case 'date':
      return b.type === 'date' && a.low === b.low && a.high === b.high
    default:
      return keyOf(a) === keyOf(b)
  }
}
