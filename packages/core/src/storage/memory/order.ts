import type { ResourceFacts } from '../../search/match.js'
import { normalizeString } from '../../search/normalize.js'
import type { PageKey, Sort } from '../../search/query.js'
import type { SearchValue } from '../../search/values.js'

/** The place of a resource in the order of a search: a value per sort, then `seq`. */
export interface Place {
  readonly values: readonly SortValue[]
  readonly seq: bigint
}

type SortValue = string | number | null

/** Where a resource stands in the order that `sort` asks for. */
export function placeOf(facts: ResourceFacts, sort: readonly Sort[]): Place {
  return { values: sort.map((each) => sortValue(facts, each)), seq: facts.seq }
}

/** The page that starts behind `place`, or the one that ends before it. */
export function toPageKey({ values, seq }: Place, direction: PageKey['direction']): PageKey {
  return { values, seq: seq.toString(), direction }
}

export function fromPageKey({ values, seq }: PageKey): Place {
  return { values, seq: BigInt(seq) }
}

/** Negative where `a` comes before `b`. Missing values come last in both directions. */
export function comparePlaces(a: Place, b: Place, sort: readonly Sort[]): number {
  for (const [index, { descending }] of sort.entries()) {
    const left = a.values[index] ?? null
    const right = b.values[index] ?? null
    if (left === null && right === null) continue
    if (left === null) return 1
    if (right === null) return -1
    const order = compareValues(left, right)
    if (order !== 0) return descending ? -order : order
  }
  return a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0
}

function sortValue(facts: ResourceFacts, { param, descending }: Sort): SortValue {
  if (param.code === '_id') return facts.id
  if (param.code === '_lastUpdated') return facts.seq.toString().padStart(20, '0')
  const keys = facts.values
    .filter((value) => value.param === param.code)
    .map(sortKey)
    .filter((key) => key !== undefined)
    .sort(compareValues)
  return (descending ? keys.at(-1) : keys[0]) ?? null
}

function sortKey(value: SearchValue): string | number | undefined {
  switch (value.type) {
    case 'string':
      return normalizeString(value.value)
    case 'uri':
      return value.value
    case 'token':
      return value.code
    case 'date':
    case 'number':
    case 'quantity':
      return value.low
    case 'reference':
      return value.targetId === undefined ? value.url : `${value.targetType}/${value.targetId}`
    case 'composite':
    case 'position':
    case 'words':
      return undefined
  }
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** By code point, as a database compares UTF-8 bytes; JavaScript's `<` goes by UTF-16 unit. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Lifts surrogates, which stand for the highest code points, above the rest of the basic plane. */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
