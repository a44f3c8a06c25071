import type { SearchQuery } from '../query.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { readInclude } from './include.js'
import { readBoolean } from './parts.js'
import { readSort } from './sort.js'

/** How the caller should render what is found. */
export interface ResultOptions {
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false'
  /** Names of the elements asked for by `_elements`. */
  readonly elements?: readonly string[]
  readonly format?: string
  readonly pretty?: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What the parameters that shape the result ask for (https://hl7.org/fhir/R4/search.html#return). */
export class Results {
  readonly include: SearchQuery['include'][number][] = []
  readonly revinclude: SearchQuery['include'][number][] = []
  readonly sort: SearchQuery['sort'][number][] = []
  readonly options: Mutable<ResultOptions> = {}
  count: number | undefined
  total: SearchQuery['total'] = 'default'
  containedMode: 'false' | 'true' | 'both' = 'false'
  containedType: 'container' | 'contained' = 'container'
  /** The text of `_page`, still sealed. */
  page: string | undefined
  readonly #seen = new Set<string>()

  /** Takes a parameter; false where it is none of these. */
  take(place: Place, value: string, reading: Reading): boolean {
    const { name } = place
    const [base = ''] = name.split(':')
    if (base === '_include' || base === '_revinclude') {
      this[base === '_include' ? 'include' : 'revinclude'].push(...readInclude(place, value, reading))
      return true
    }
    if (!single.has(base)) return false
    if (base !== name) throw searchError(place, `${base} takes no modifier.`)
    if (this.#seen.has(name)) throw searchError(place, 'this parameter can be given once only.')
    this.#seen.add(name)
    this.#takeSingle(place, value, reading)
    return true
  }

  #takeSingle(place: Place, value: string, reading: Reading): void {
    const { options } = this
    switch (place.name) {
      case '_count':
        this.count = readCount(place, value, reading.limits.maxCount)
        break
      case '_sort':
        this.sort.push(...readSort(place, value, reading))
        break
      case '_total':
        this.total = oneOf(place, value, ['none', 'estimate', 'accurate'])
        break
      case '_summary':
        options.summary = oneOf(place, value, ['true', 'text', 'data', 'count', 'false'])
        break
      case '_elements':
        options.elements = readElements(place, value)
        break
      case '_contained':
        this.containedMode = oneOf(place, value, ['false', 'true', 'both'])
        break
      case '_containedType':
        this.containedType = oneOf(place, value, ['container', 'contained'])
        break
      case '_format':
        options.format = value
        break
      case '_pretty':
        options.pretty = readBoolean(value, place)
        break
      case '_page':
        this.page = value
        break
    }
  }
}

/** They can be given once, and take no modifier. */
const single = new Set([
  '_count',
  '_sort',
  '_total',
  '_summary',
  '_elements',
  '_contained',
  '_containedType',
  '_format',
  '_pretty',
  '_page',
])

function readCount(place: Place, value: string, maxCount: number): number {
  if (!/^\d+$/.test(value))
    throw searchError(place, `expected a number of at least 0, such as _count=50, found "${value}".`)
  return Math.min(Number(value), maxCount)
}

function readElements(place: Place, value: string): string[] {
  const elements = value.split(',').map((each) => each.trim())
  if (elements.every((each) => /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/.test(each))) return elements
  throw searchError(
    place,
    `expected names of elements joined by commas, such as _elements=name,birthDate, found "${value}".`,
  )
}

function oneOf<T extends string>(place: Place, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value)
  if (found !== undefined) return found
  throw searchError(place, `expected ${listOf(allowed)}, found "${value}".${suggestion(value, allowed)}`)
}
