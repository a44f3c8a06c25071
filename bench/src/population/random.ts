/** Numbers that look random and are the same in every run for the same keys. */
export class Random {
  #state: number

  constructor(...keys: readonly number[]) {
    this.#state = mix(...keys)
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

  /** Around `mean`, mostly within one `deviation` of it and never beyond 2.4. */
  around(mean: number, deviation: number): number {
    return mean + (this.next() + this.next() + this.next() + this.next() - 2) * 1.2 * deviation
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T
  }

  /** An index below `length`; low ones far more often than high ones, each as often as 1 / (index + 1), nearly. */
  skewed(length: number): number {
    return Math.min(length - 1, Math.floor((length + 1) ** this.next()) - 1)
  }

  /** `pick`, with the first items far more often. */
  pickSkewed<T>(items: readonly T[]): T {
    return items[this.skewed(items.length)] as T
  }
}

/** 32 bits that depend on each bit of all keys. */
export function mix(...keys: readonly number[]): number {
  let hash = 0x9747b28c
  for (const key of keys) {
    hash = Math.imul(hash ^ key, 0xcc9e2d51)
    hash = Math.imul((hash << 15) | (hash >>> 17), 0x1b873593)
    hash ^= hash >>> 13
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
