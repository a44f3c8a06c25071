const counters = 1024n

/**
 * Makes `seq`: 44 bits of milliseconds, 10 of the process's node number, 10 of a counter that runs on across
 * milliseconds. Node numbers come from a database sequence, so two processes share one only after 1,024 further starts.
 * `put` may lift the milliseconds of a `seq` above those of the version before; since the counter does not start
 * anew with each millisecond, the lifted one stays unique among the neighbouring 1,023 of this process.
 */
export class Sequence {
  readonly #clock: () => number
  readonly #node: bigint
  #milliseconds = 0
  #usedInMillisecond = 0
  #counter = 0n

  constructor(node: number, clock: () => number = Date.now) {
    this.#node = BigInt(node & 1023) << 10n
    this.#clock = clock
  }

  next(): bigint {
    const now = Math.floor(this.#clock())
    if (now > this.#milliseconds) {
      this.#milliseconds = now
      this.#usedInMillisecond = 0
    } else if (this.#usedInMillisecond === Number(counters)) {
      // Runs ahead of the clock rather than repeat itself.
      this.#milliseconds++
      this.#usedInMillisecond = 0
    }
    this.#usedInMillisecond++
    this.#counter = (this.#counter + 1n) % counters
    return (BigInt(this.#milliseconds) << 20n) | this.#node | this.#counter
  }
}

/** `lastUpdated` of a `seq`, milliseconds since the epoch. */
export function instantOf(seq: bigint): number {
  return Number(seq >> 20n)
}

/** The lowest `seq` at or after an instant. */
export function seqAt(instant: number): bigint {
  return BigInt(Math.ceil(instant)) << 20n
}
