const counters = 1024n

/**
 * Makes `seq`: 44 bits of milliseconds, 10 of the process's node number, 10 of a counter that runs on across
 * milliseconds. Always rising within a process, so that the changes of one call keep their order: where the clock
 * stands still or goes back, and the counter starts anew, the milliseconds run ahead.
 *
 * Node numbers come from a database sequence, so two processes share one only after 1,024 further starts. `put` may
 * lift a `seq` above the version before it; since the counter does not start anew with each millisecond, the lifted one
 * stays unique among the neighbouring 1,023 of this process.
 */
export class Sequence {
  readonly #clock: () => number
  readonly #node: bigint
  #last = 0n
  #counter = 0n

  constructor(node: number, clock: () => number = Date.now) {
    this.#node = BigInt(node & 1023) << 10n
    this.#clock = clock
  }

  next(): bigint {
    this.#counter = (this.#counter + 1n) % counters
    const low = this.#node | this.#counter
    const now = (BigInt(Math.floor(this.#clock())) << 20n) | low
    const lastMillisecond = this.#last >> 20n
    const inLast = (lastMillisecond << 20n) | low
    const ahead = inLast > this.#last ? inLast : ((lastMillisecond + 1n) << 20n) | low
    this.#last = now > this.#last ? now : ahead
    return this.#last
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
