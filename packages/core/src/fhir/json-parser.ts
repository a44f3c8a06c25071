import { FhirError } from '../errors/fhir-error.js'
import { digits, type JsonContainer } from './digits.js'

/** How many levels of objects and arrays may nest in JSON that is read. FHIR's own resources stay below 20. */
export const maxJsonDepth = 100

const QUOTE = 34
const COMMA = 44
const COLON = 58
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y
/** What makes a string more than the characters between its quotes. Control characters are left to JSON.parse to refuse. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const special = /[\\\u0000-\u001f]/
const badEscape = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/

/**
 * A recursive descent parser of RFC 8259 JSON that keeps the source text of each number which JavaScript would alter.
 * It takes about as long as JSON.parse after a scan for such numbers and for depth would, and unlike it knows where an
 * error is, refuses duplicate keys and `__proto__`, and cannot be driven into a stack overflow.
 */
export class JsonParser {
  readonly #text: string
  readonly #maxDepth: number
  #position = 0
  #depth = 0
  /** The text of the number just read, if its digits need keeping; taken by the container that it goes into. */
  #source: string | undefined
  /** True once a number was read whose digits need keeping. */
  lossy = false

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  parse(): unknown {
    const value = this.#value()
    this.#skipSpace()
    if (this.#position < this.#text.length) throw this.#unexpected('the end of the text')
    return value
  }

  #value(): unknown {
    const code = this.#skipSpace()
    if (code === QUOTE) return this.#string()
    if (code === OPEN_BRACE) return this.#object()
    if (code === OPEN_BRACKET) return this.#array()
    if (code === 45 || (code >= 48 && code <= 57)) return this.#number()
    word.lastIndex = this.#position
    const match = word.exec(this.#text)
    if (match === null) throw this.#unexpected('a value')
    this.#position = word.lastIndex
    return match[0] === 'null' ? null : match[0] === 'true'
  }

  #object(): JsonContainer {
    const object: JsonContainer = {}
    this.#enter()
    if (this.#skipSpace() === CLOSE_BRACE) {
      this.#leave()
      return object
    }
    for (;;) {
      if (this.#skipSpace() !== QUOTE) throw this.#unexpected('a property name in double quotes')
      const start = this.#position
      const key = this.#string()
      if (key === '__proto__' || (object[key] !== undefined && Object.hasOwn(object, key))) {
        this.#position = start
        throw this.#error(
          key === '__proto__' ? 'the property name is not allowed' : 'the property is there twice',
        )
      }
      if (this.#skipSpace() !== COLON) throw this.#unexpected('":"')
      this.#position++
      object[key] = this.#value()
      if (this.#source !== undefined) this.#keep(object, key)
      const next = this.#skipSpace()
      if (next === CLOSE_BRACE) break
      if (next !== COMMA) throw this.#unexpected('"," or "}"')
      this.#position++
    }
    this.#leave()
    return object
  }

  #array(): unknown[] {
    const array: unknown[] = []
    this.#enter()
    if (this.#skipSpace() === CLOSE_BRACKET) {
      this.#leave()
      return array
    }
    for (;;) {
      array.push(this.#value())
      if (this.#source !== undefined) this.#keep(array as unknown as JsonContainer, String(array.length - 1))
      const next = this.#skipSpace()
      if (next === CLOSE_BRACKET) break
      if (next !== COMMA) throw this.#unexpected('"," or "]"')
      this.#position++
    }
    this.#leave()
    return array
  }

  #string(): string {
    const text = this.#text
    const start = this.#position
    let end = text.indexOf('"', start + 1)
    while (end > 0 && this.#isEscaped(end)) end = text.indexOf('"', end + 1)
    if (end < 0) throw this.#error('a string is not closed')
    this.#position = end + 1
    const inside = text.slice(start + 1, end)
    return special.test(inside) ? this.#decode(inside, start) : inside
  }

  /** Whether an odd number of backslashes stands before a quote. */
  #isEscaped(quote: number): boolean {
    let first = quote
    while (this.#text.charCodeAt(first - 1) === BACKSLASH) first--
    return (quote - first) % 2 === 1
  }

  #decode(inside: string, start: number): string {
    let decoded: string
    try {
      decoded = JSON.parse(`"${inside}"`) as string
    } catch {
      const at = badEscape.exec(inside.replaceAll('\\\\', '__'))?.index
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      this.#position = start + 1 + (at ?? /[\u0000-\u001f]/.exec(inside)?.index ?? 0)
      throw this.#error(
        at === undefined ? 'a control character in a string has to be escaped' : 'unknown escape',
      )
    }
    // No FHIR string has it (https://hl7.org/fhir/R4/datatypes.html#string), and PostgreSQL cannot hold it.
    if (decoded.includes('\0')) {
      this.#position = start
      throw this.#error('a string has the character U+0000, which no FHIR value contains')
    }
    return decoded
  }

  #number(): number {
    number.lastIndex = this.#position
    const source = number.exec(this.#text)?.[0]
    if (source === undefined) throw this.#unexpected('a number')
    this.#position = number.lastIndex
    const value = Number(source)
    if (String(value) !== source) this.#source = source
    return value
  }

  #keep(container: JsonContainer, key: string): void {
    container[digits] = Object.assign(container[digits] ?? {}, { [key]: this.#source as string })
    this.#source = undefined
    this.lossy = true
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) throw this.#error(`more than ${this.#maxDepth} levels are nested`)
    this.#position++
  }

  #leave(): void {
    this.#depth--
    this.#position++
  }

  /** Moves to the next character that is not white space and gives its code; NaN at the end. */
  #skipSpace(): number {
    let position = this.#position
    let code = this.#text.charCodeAt(position)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = this.#text.charCodeAt(++position)
    this.#position = position
    return code
  }

  #unexpected(expected: string): FhirError {
    if (this.#position >= this.#text.length)
      return this.#error(`expected ${expected}, found the end of the text`)
    const found = this.#text.slice(this.#position, this.#position + 12)
    return this.#error(`expected ${expected}, found ${JSON.stringify(found)}`)
  }

  #error(problem: string): FhirError {
    const before = this.#text.slice(0, this.#position)
    const line = before.split('\n').length
    const column = this.#position - before.lastIndexOf('\n')
    return new FhirError(
      'malformed-json',
      `The text is no JSON that this server reads: ${problem}, at line ${line}, column ${column}.`,
    )
  }
}
