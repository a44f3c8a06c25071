import type { BlockFile } from './block-file.js'
import { Table } from './table.js'

/** A dictionary of texts in order, each with the indexes of the codes it belongs to. */
export class InvertedIndex {
  readonly #entries: Table
  readonly #postings: Table

  constructor(file: BlockFile, name: 'words' | 'values') {
    this.#entries = new Table(file, name)
    this.#postings = new Table(file, `${name}.postings`)
  }

  /** Indexes of codes with exactly this text, ascending. */
  *exact(text: string): Generator<number> {
    const key = Buffer.from(text)
    const index = this.#entries.lowerBound(key)
    if (index < this.#entries.size && this.#entries.bytes(index).equals(key)) yield* this.#indexes(index)
  }

  /** Indexes of codes with a text that begins so, in no order, some more than once. */
  *prefix(text: string): Generator<number> {
    const key = Buffer.from(text)
    for (let index = this.#entries.lowerBound(key); index < this.#entries.size; index++) {
      if (!this.#entries.bytes(index).subarray(0, key.length).equals(key)) return
      yield* this.#indexes(index)
    }
  }

  /** Differences of ascending numbers, seven bits to a byte. */
  *#indexes(entry: number): Generator<number> {
    let index = 0
    let difference = 0
    let shift = 0
    for (const byte of this.#postings.bytes(entry)) {
      difference += (byte & 0x7f) * 2 ** shift
      shift += 7
      if (byte & 0x80) continue
      index += difference
      yield index
      difference = 0
      shift = 0
    }
  }
}

/** What `InvertedIndex` reads. @param indexes ascending, each once */
export function encodePostings(indexes: readonly number[]): Buffer {
  const bytes: number[] = []
  let before = 0
  for (const index of indexes) {
    let difference = index - before
    before = index
    while (difference >= 0x80) {
      bytes.push((difference % 0x80) | 0x80)
      difference = Math.floor(difference / 0x80)
    }
    bytes.push(difference)
  }
  return Buffer.from(bytes)
}
