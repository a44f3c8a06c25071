/** What was used last, up to a total weight. */
export class Recent<T> {
  readonly #limit: number
  readonly #items = new Map<string, { readonly value: T; readonly weight: number }>()
  #weight = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What is kept under the key, else what `make` gives. */
  get(key: string, weight: number, make: () => T): T {
    const known = this.#items.get(key)
    if (known) {
      this.#items.delete(key)
      this.#items.set(key, known)
      return known.value
    }
    const value = make()
    if (weight > this.#limit) return value
    this.#items.set(key, { value, weight })
    this.#weight += weight
    for (const [oldest, { weight: freed }] of this.#items) {
      if (this.#weight <= this.#limit) break
      this.#items.delete(oldest)
      this.#weight -= freed
    }
    return value
  }
}
