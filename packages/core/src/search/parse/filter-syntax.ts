import { listOf, type Place, searchError, suggestion } from './context.js'

/** Operators of `_filter` (https://hl7.org/fhir/R4/search_filter.html#ops). */
export const filterOperators = [
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'lt',
  'ge',
  'le',
  'ap',
  'sa',
  'eb',
  'pr',
  'po',
  'ss',
  'sb',
  'in',
  're',
] as const

export type FilterOperator = (typeof filterOperators)[number]

/** A filter as written. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | Comparison

export interface Comparison {
  readonly kind: 'compare'
  readonly path: readonly FilterStep[]
  readonly operator: FilterOperator
  readonly value: string
  /** The character at which it starts, from 1. */
  readonly at: number
}

/** `subject`, `subject:Patient`, `subject[gender eq male]`. */
export interface FilterStep {
  readonly name: string
  readonly type?: string
  readonly filter?: Filter
}

/** Parentheses and brackets that may stand inside each other. */
const maxDepth = 50

const example = 'given eq "peter" and (birthdate ge 2014-10-10 or not(active eq true))'

/**
 * Reads a filter by the grammar of https://hl7.org/fhir/R4/search_filter.html. `and` and `or` have no precedence over
 * each other: `a and b or c` is `(a and b) or c`. Beyond the grammar, a step may name the type that it leads to.
 *
 * @throws FhirError `invalid-search` that names the character, `too-costly` for more comparisons than values are allowed.
 */
export function parseFilter(text: string, place: Place, maxComparisons: number): Filter {
  return new FilterParser(text, place, maxComparisons).parse()
}

class FilterParser {
  readonly #text: string
  readonly #place: Place
  #left: number
  #at = 0
  #depth = 0

  constructor(text: string, place: Place, maxComparisons: number) {
    this.#text = text
    this.#place = place
    this.#left = maxComparisons
  }

  parse(): Filter {
    const filter = this.#filter()
    if (this.#at < this.#text.length) throw this.#expected('and, or or the end')
    return filter
  }

  #filter(): Filter {
    let filter = this.#term()
    for (;;) {
      this.#space()
      const kind = this.#match(/(and|or)(?![^\s(])/iy)?.toLowerCase()
      if (kind !== 'and' && kind !== 'or') return filter
      const next = this.#term()
      filter =
        filter.kind === kind
          ? { kind, filters: [...filter.filters, next] }
          : { kind, filters: [filter, next] }
    }
  }

  #term(): Filter {
    this.#space()
    if (this.#match(/\(/y)) return this.#inside(')')
    if (this.#match(/not\s*\(/iy)) return { kind: 'not', filter: this.#inside(')') }
    return this.#comparison()
  }

  /** What follows an opening parenthesis or bracket, to its end. */
  #inside(end: ')' | ']'): Filter {
    if (++this.#depth > maxDepth) {
      throw searchError(this.#place, `more than ${maxDepth} parentheses inside each other.`, 'too-costly')
    }
    const filter = this.#filter()
    this.#space()
    if (this.#text.charAt(this.#at) !== end) throw this.#expected(`and, or or ${end}`)
    this.#at++
    this.#depth--
    // A parenthesis keeps its own and or or apart from those around it.
    return filter.kind === 'and' || filter.kind === 'or' ? { kind: filter.kind, filters: [filter] } : filter
  }

  #comparison(): Comparison {
    if (--this.#left < 0) throw searchError(this.#place, 'too many comparisons.', 'too-costly')
    const at = this.#at + 1
    const path = this.#path()
    if (!this.#space()) throw this.#expected(`a space and an operator after ${path.at(-1)?.name}`)
    const operator = this.#operator()
    if (!this.#space()) throw this.#expected(`a space and a value after ${operator}`)
    return { kind: 'compare', path, operator, value: this.#value(), at }
  }

  #path(): FilterStep[] {
    const steps: FilterStep[] = []
    do {
      const name = this.#match(/[A-Za-z_][A-Za-z0-9_-]*/y)
      if (name === undefined) throw this.#expected('the name of a search parameter')
      const type = this.#match(/:[A-Za-z]+/y)?.slice(1)
      const filter = this.#match(/\[/y) === undefined ? undefined : this.#inside(']')
      steps.push({
        name,
        ...(type === undefined ? {} : { type }),
        ...(filter === undefined ? {} : { filter }),
      })
      if (filter !== undefined && this.#text.charAt(this.#at) !== '.') {
        throw this.#expected(`.name after ${name}[...]`)
      }
    } while (this.#match(/\./y) !== undefined)
    return steps
  }

  #operator(): FilterOperator {
    const start = this.#at
    const word = this.#match(/[^\s()\]]+/y) ?? ''
    const operator = filterOperators.find((each) => each === word.toLowerCase())
    if (operator !== undefined) return operator
    this.#at = start
    throw this.#expected(`an operator (${listOf(filterOperators)})`, suggestion(word, filterOperators))
  }

  #value(): string {
    if (this.#text.charAt(this.#at) !== '"') {
      const token = this.#match(/[^\s()\]"]+/y)
      if (token !== undefined) return token
      throw this.#expected('a value: a word, a number, a date or a text in double quotes')
    }
    const start = this.#at
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/sy)
    try {
      if (quoted !== undefined) return JSON.parse(quoted) as string
    } catch {
      // Reported below, at the start of the text.
    }
    this.#at = start
    throw this.#expected('a text in double quotes, with \\" and \\\\ for these characters in it')
  }

  #space(): boolean {
    return this.#match(/\s+/y) !== undefined
  }

  /** Moves past what a sticky pattern finds here. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #expected(what: string, hint = ''): Error {
    const rest = this.#text.slice(this.#at, this.#at + 20)
    const found = rest === '' ? 'its end' : `"${rest}"`
    return searchError(
      this.#place,
      `at character ${this.#at + 1} expected ${what}, found ${found}.${hint} A filter looks like ${example}.`,
    )
  }
}
