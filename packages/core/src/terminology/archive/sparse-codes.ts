import type { BlockFile } from './block-file.js'
import { Table } from './table.js'

/** Every so many codes, in memory: where the search for a code begins. Half a byte for each code of the archive. */
export class SparseCodes {
  readonly #offsets: Uint32Array
  readonly #bytes: Buffer

  constructor(file: BlockFile) {
    const table = new Table(file, 'sparse')
    this.#offsets = new Uint32Array(table.size + 1)
    for (let index = 0; index < table.size; index++) {
      this.#offsets[index + 1] = this.#offsets[index]! + table.length(index)
    }
    const [position = 0, length = 0] = file.header.sections['sparse.data'] ?? []
    this.#bytes = Buffer.from(file.read(position, length))
  }

  /** Which of them is the last that is not above the key; the first where all are. */
  atOrBefore(key: Buffer): number {
    let low = 0
    let high = this.#offsets.length - 1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      const order = this.#bytes.compare(key, 0, key.length, this.#offsets[middle], this.#offsets[middle + 1])
      if (order > 0) high = middle
      else low = middle
    }
    return low
  }
}
