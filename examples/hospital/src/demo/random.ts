/** Numbers that look random and are the same in every run for the same seed. */
export class Random {
  #state: number

  constructor(seed: string) {
    // FNV-1a spreads similar seeds (`demo/1`, `demo/2`) over the whole state.
    let hash = 0x811c9dc5
    for (let index = 0; index < seed.length; index++)
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193)
    this.#state = hash >>> 0
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** Evenly between the two. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  /** Around `mean`, mostly within one `deviation` of it and never beyond 2.4 (a sum of four, near enough to normal). */
  around(mean: number, deviation: number): number {
    const sum = this.next() + this.next() + this.next() + this.next()
    return mean + (sum - 2) * 1.2 * deviation
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }
}
