/**
 * Which code is whose parent. Codes are told by numbers that are known only when all codes are in order, so a relation gets
 * a number of its own first, and its two ends later: eight bytes for each relation.
 */
export class Relations {
  #count = 0
  #children = new Uint32Array(1024).fill(unknown)
  #parents = new Uint32Array(1024).fill(unknown)

  /** @returns the number of the relation */
  add(): number {
    if (this.#count === this.#children.length) {
      this.#children = grown(this.#children)
      this.#parents = grown(this.#parents)
    }
    return this.#count++
  }

  setChild(relation: number, index: number): void {
    this.#children[relation] = index
  }

  setParent(relation: number, index: number): void {
    this.#parents[relation] = index
  }

  /** For each of `size` codes the indexes of its parents, ascending. */
  parents(size: number): Generator<Buffer> {
    return grouped(this.#children.subarray(0, this.#count), this.#parents, size)
  }

  /** For each of `size` codes the indexes of its children, ascending. */
  children(size: number): Generator<Buffer> {
    return grouped(this.#parents.subarray(0, this.#count), this.#children, size)
  }
}

const unknown = 0xffff_ffff

/** Relations to a code that is not here, of a code with itself, and those named twice do not count. */
function* grouped(from: Uint32Array, to: Uint32Array, size: number): Generator<Buffer> {
  const ends = new Uint32Array(size + 1)
  const counts = (relation: number) =>
    from[relation] !== unknown && to[relation] !== unknown && from[relation] !== to[relation]
  for (let relation = 0; relation < from.length; relation++) {
    if (counts(relation)) ends[from[relation]! + 1]!++
  }
  for (let index = 0; index < size; index++) ends[index + 1]! += ends[index]!
  const next = ends.slice()
  const targets = new Uint32Array(ends[size]!)
  for (let relation = 0; relation < from.length; relation++) {
    if (counts(relation)) targets[next[from[relation]!]!++] = to[relation]!
  }
  for (let index = 0; index < size; index++) {
    const own = [...new Set(targets.subarray(ends[index], ends[index + 1]).sort())]
    const record = Buffer.allocUnsafe(own.length * 4)
    for (const [at, target] of own.entries()) record.writeUInt32LE(target, at * 4)
    yield record
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2).fill(unknown)
  larger.set(array)
  return larger
}
