/**
 * Answers by key, the ones used lately: two generations, of which the older is dropped when the younger is full. Cheaper
 * for each use than a list in order of use.
 */
export class BoundedCache<T> {
  readonly #half: number
  #young = new Map<string, T>()
  #old = new Map<string, T>()

  /** @param size of answers kept at most. */
  constructor(size: number) {
    this.#half = Math.ceil(size / 2)
  }

  get(key: string, make: () => T): T {
    const known = this.#young.get(key)
    if (known !== undefined || this.#young.has(key)) return known as T
    const value = this.#old.has(key) ? (this.#old.get(key) as T) : make()
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
    return value
  }
}
