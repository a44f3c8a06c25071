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

  /** Visits the indexes of codes with exactly this text, ascending. */
  exact(text: string, visit: (index: number) => void): void {
    const key = Buffer.from(text)
    const entry = this.#entries.lowerBound(key)
    if (entry < this.#entries.size && this.#entries.bytes(entry).equals(key)) this.#visit(entry, visit)
  }

  /** Visits the indexes of codes with a text that begins so, in no order, some more than once. */
  prefix(text: string, visit: (index: number) => void): void {
    const key = Buffer.from(text)
    for (let entry = this.#entries.lowerBound(key); entry < this.#entries.size; entry++) {
      if (!this.#entries.bytes(entry).subarray(0, key.length).equals(key)) return
      this.#visit(entry, visit)
    }
  }

  /** Differences of ascending numbers, seven bits to a byte. */
  #visit(entry: number, visit: (index: number) => void): void {
    const bytes = this.#postings.bytes(entry)
    let index = 0
    let difference = 0
    let scale = 1
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!
      difference += (byte & 0x7f) * scale
      scale *= 0x80
      if (byte & 0x80) continue
      index += difference
      visit(index)
      difference = 0
      scale = 1
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
