/** What was used last, up to a total weight. */
export class Recent<T> {
  readonly #limit: number
  readonly #items = new Map<string, { readonly value: T; readonly weight: number }>()
  #weight = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What is kept under the key, else what `make` gives. The weight may depend on it. */
  get(key: string, weighed: number | ((made: T) => number), make: () => T): T {
    const known = this.peek(key)
    if (known !== undefined) return known
    const value = make()
    this.put(key, typeof weighed === 'number' ? weighed : weighed(value), value)
    return value
  }

  /** What is kept under the key. */
  peek(key: string): T | undefined {
    const known = this.#items.get(key)
    if (!known) return undefined
    this.#items.delete(key)
    this.#items.set(key, known)
    return known.value
  }

  /** Replaces what is kept under the key. What is too heavy for the whole is not kept. */
  put(key: string, weight: number, value: T): void {
    const before = this.#items.get(key)
    if (before) {
      this.#items.delete(key)
      this.#weight -= before.weight
    }
    if (weight > this.#limit) return
    this.#items.set(key, { value, weight })
    this.#weight += weight
    for (const [oldest, { weight: freed }] of this.#items) {
      if (this.#weight <= this.#limit) break
      this.#items.delete(oldest)
      this.#weight -= freed
    }
  }

  clear(): void {
    this.#items.clear()
    this.#weight = 0
  }
}
