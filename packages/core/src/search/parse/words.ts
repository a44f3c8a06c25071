import type { SearchParameter } from '../../definitions/definitions.js'
import type { Clause } from '../query.js'
import { wordsOf } from '../words.js'
import { type Place, type Reading, searchError } from './context.js'
import { splitValues, unescapeValue } from './parts.js'

/** Parentheses and `not` that may stand inside each other. */
const maxDepth = 50

/**
 * `_text` and `_content`: words that all have to occur, with `AND`, `OR` and `NOT` in any case and parentheses, as in
 * `(bone OR liver) and metastases`. `not` binds first, then `and` (which may be left out), then `or`, then the comma
 * (https://hl7.org/fhir/R4/search.html#text).
 *
 * @throws FhirError `unsupported-search` where the server does not index the words asked for.
 */
export function readWords(
  param: SearchParameter,
  modifier: string | undefined,
  value: string,
  place: Place,
  reading: Reading,
): Clause {
  const { code } = param
  if (reading.fullText === 'off' || (code === '_content' && reading.fullText !== 'content')) {
    const setting = code === '_content' ? "'content'" : "'text' or 'content'"
    throw searchError(
      place,
      `this server does not index the words that ${code} asks for: its setting fullText is '${reading.fullText}', and would have to be ${setting}.`,
      'unsupported-search',
    )
  }
  if (modifier !== undefined) throw searchError(place, `${code} takes no modifier.`)
  const alternatives = splitValues(value, place, reading).map((part) =>
    new Expression(param, unescapeValue(part, place), place).read(),
  )
  return group('or', alternatives)
}

/** One alternative, read by recursive descent. */
class Expression {
  readonly #param: SearchParameter
  readonly #text: string
  readonly #place: Place
  readonly #tokens: string[]
  #at = 0
  #depth = 0

  constructor(param: SearchParameter, text: string, place: Place) {
    this.#param = param
    this.#text = text
    this.#place = place
    this.#tokens = text.match(/[()]|[^\s()]+/g) ?? []
  }

  read(): Clause {
    const clause = this.#or()
    if (this.#at < this.#tokens.length) throw this.#unexpected()
    return clause
  }

  #or(): Clause {
    const clauses = [this.#and()]
    while (this.#takes('or')) clauses.push(this.#and())
    return group('or', clauses)
  }

  #and(): Clause {
    const clauses = [this.#not()]
    for (;;) {
      const joined = this.#takes('and')
      const next = this.#tokens[this.#at]
      if (!joined && (next === undefined || next === ')' || next.toLowerCase() === 'or')) break
      clauses.push(this.#not())
    }
    return group('and', joinWords(clauses))
  }

  #not(): Clause {
    if (!this.#takes('not')) return this.#term()
    return this.#deeper(() => ({ kind: 'not', clauses: [this.#not()] }))
  }

  #term(): Clause {
    if (this.#takes('(')) {
      const clause = this.#deeper(() => this.#or())
      if (!this.#takes(')')) throw this.#unexpected()
      return clause
    }
    const token = this.#tokens[this.#at] ?? ''
    const words = wordsOf(token)
    if (words.length === 0 || ['and', 'or'].includes(token.toLowerCase())) throw this.#unexpected()
    this.#at++
    return { kind: 'words', param: this.#param, words }
  }

  #takes(token: string): boolean {
    const taken = this.#tokens[this.#at]?.toLowerCase() === token
    if (taken) this.#at++
    return taken
  }

  #deeper(read: () => Clause): Clause {
    if (++this.#depth > maxDepth) {
      throw searchError(
        this.#place,
        `more than ${maxDepth} parentheses or nots inside each other.`,
        'too-costly',
      )
    }
    const clause = read()
    this.#depth--
    return clause
  }

  #unexpected(): Error {
    const token = this.#tokens[this.#at]
    const found = token === undefined ? 'found its end' : `found "${token}"`
    return searchError(
      this.#place,
      `expected words joined by AND, OR and NOT, with parentheses in pairs, such as (bone OR liver) AND metastases; ${found} in "${this.#text}".`,
    )
  }
}

/** Words that all have to occur are one clause. */
function joinWords(clauses: readonly Clause[]): Clause[] {
  const joined: Clause[] = []
  for (const clause of clauses) {
    const last = joined.at(-1)
    if (clause.kind === 'words' && last?.kind === 'words') {
      joined[joined.length - 1] = { ...last, words: [...new Set([...last.words, ...clause.words])] }
    } else joined.push(clause)
  }
  return joined
}

function group(kind: 'and' | 'or', clauses: readonly Clause[]): Clause {
  const [only] = clauses
  return only && clauses.length === 1 ? only : { kind, clauses }
}
