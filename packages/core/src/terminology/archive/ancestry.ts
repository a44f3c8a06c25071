import type { Table } from './table.js'

/** Parents of every code in memory, eight bytes for a code and its parent: what climbing a hierarchy needs. */
export class Ancestry {
  readonly #ends: Uint32Array
  readonly #parents: Uint32Array

  /** @param table of parents, read as a whole */
  constructor(table: Table) {
    this.#ends = new Uint32Array(table.size + 1)
    for (let index = 0; index < table.size; index++) {
      this.#ends[index + 1] = this.#ends[index]! + table.length(index) / 4
    }
    this.#parents = new Uint32Array(this.#ends[table.size]!)
    for (let index = 0; index < table.size; index++) {
      this.#parents.set(table.integers(index), this.#ends[index])
    }
  }

  /** Whether the way up from a code leads through another, or it is the same. */
  leads(from: number, to: number): boolean {
    // Hierarchies that turn in a circle end all the same.
    const seen = new Set([from])
    for (const index of seen) {
      if (index === to) return true
      for (let at = this.#ends[index]!; at < this.#ends[index + 1]!; at++) seen.add(this.#parents[at]!)
    }
    return false
  }
}
