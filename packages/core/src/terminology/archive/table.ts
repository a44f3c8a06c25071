import type { BlockFile } from './block-file.js'
import type { TableName } from './format.js'

/** Records of any length by index. */
export class Table {
  readonly size: number
  readonly #file: BlockFile
  readonly #offsets: number
  readonly #data: number

  constructor(file: BlockFile, name: TableName) {
    const [offsets, length] = file.header.sections[`${name}.offsets`] ?? [0, 4]
    this.#file = file
    this.#offsets = offsets
    this.#data = file.header.sections[`${name}.data`]?.[0] ?? 0
    this.size = length / 4 - 1
  }

  bytes(index: number): Buffer {
    const start = this.#file.uint32(this.#offsets + index * 4)
    const end = this.#file.uint32(this.#offsets + index * 4 + 4)
    return start === end ? empty : this.#file.read(this.#data + start, end - start)
  }

  /** In bytes. */
  length(index: number): number {
    const at = this.#offsets + index * 4
    return this.#file.uint32(at + 4) - this.#file.uint32(at)
  }

  text(index: number): string {
    return this.bytes(index).toString('utf8')
  }

  /** A record that is JSON; an empty one stands for an empty list. */
  list<T>(index: number): readonly T[] {
    const bytes = this.bytes(index)
    return bytes.length === 0 ? [] : JSON.parse(bytes.toString('utf8'))
  }

  /** A record of 32-bit integers. */
  integers(index: number): number[] {
    const bytes = this.bytes(index)
    return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(at * 4))
  }

  /** The first index, from `low` and below `high`, whose record is not below the key, in a table whose records are in order. */
  lowerBound(key: Buffer, low = 0, high = this.size): number {
    let from = low
    let to = high
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.bytes(middle).compare(key) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
}

const empty = Buffer.alloc(0)
