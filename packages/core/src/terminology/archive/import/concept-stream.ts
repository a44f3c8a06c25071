import type { Concept } from '../../content.js'
import { ImportError } from './import-error.js'

/** Bytes of one concept, with what is nested in it, and of all else in the resource. */
const maxBytes = 64 * 1024 * 1024

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Takes a CodeSystem apart while it is read: its concepts one by one, and the rest of the resource. At a time one concept is
 * in memory. JSON is only followed as far as it takes to know where a concept ends; `JSON.parse` judges it.
 */
export class ConceptStream {
  readonly #concept: (concept: Concept) => void
  /** Bytes of the concept, or of the rest, that are not parsed yet. */
  readonly #open = new Bytes()
  readonly #rest = new Bytes()
  #depth = 0
  #inString = false
  #escaped = false
  /** Where the string at the top level began that may be a key; the key before a colon. */
  #keyFrom = -1
  #key = ''
  #inConcepts = false

  constructor(concept: (concept: Concept) => void) {
    this.#concept = concept
  }

  /** @throws ImportError for broken JSON, and for what is too large */
  write(chunk: Buffer): void {
    // The piece of the chunk that belongs to the concept, or to the rest, and is not taken yet.
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#inString = false
        continue
      }
      switch (byte) {
        case quote:
          this.#inString = true
          if (this.#depth === 1) {
            this.#rest.add(chunk.subarray(from, at))
            from = at
            this.#keyFrom = this.#rest.length
          }
          break
        case colon:
          if (this.#depth !== 1) break
          this.#rest.add(chunk.subarray(from, at))
          from = at
          this.#key = this.#rest.text(this.#keyFrom).trim()
          break
        case openBrace:
        case openBracket:
          if (this.#inConcepts && this.#depth === 2) from = at
          this.#depth++
          if (byte === openBracket && this.#depth === 2 && this.#key === '"concept"') {
            this.#rest.add(chunk.subarray(from, at + 1))
            this.#inConcepts = true
            from = at + 1
          }
          break
        case closeBrace:
        case closeBracket:
          this.#depth--
          if (!this.#inConcepts) break
          if (this.#depth === 2) {
            this.#open.add(chunk.subarray(from, at + 1))
            this.#concept(parse(this.#open.take()) as Concept)
            from = at + 1
          } else if (this.#depth === 1) {
            this.#inConcepts = false
            this.#key = ''
            from = at
          }
          break
        case comma:
          if (this.#inConcepts && this.#depth === 2) from = at + 1
      }
    }
    if (!this.#inConcepts) this.#rest.add(chunk.subarray(from))
    else if (this.#depth > 2) this.#open.add(chunk.subarray(from))
  }

  /** The resource with an empty list of concepts. @throws ImportError where it is cut off or no JSON */
  end(): unknown {
    return parse(this.#rest.take())
  }
}

class Bytes {
  #parts: Buffer[] = []
  length = 0

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#parts.push(bytes)
    this.length += bytes.length
    if (this.length > maxBytes) {
      throw new ImportError(
        `expected a CodeSystem with a list of concepts, found more than ${maxBytes} bytes that are none.`,
      )
    }
  }

  text(from: number): string {
    return this.#whole().toString('utf8', from)
  }

  take(): Buffer {
    const whole = this.#whole()
    this.#parts = []
    this.length = 0
    return whole
  }

  #whole(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)]
    return this.#parts[0] ?? Buffer.alloc(0)
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new ImportError(`it is no JSON: ${(error as Error).message}. Mend the file, or fetch it again.`)
  }
}
