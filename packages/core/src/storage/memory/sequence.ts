/** Gives each version its `seq`: `milliseconds << 20 | n`, always rising. */
export class Sequence {
  readonly #clock: () => number
  #last = 0n

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** The next `seq`; at least a millisecond after `previous`, so that each version of a resource has its own time. */
  next(previous?: bigint): bigint {
    const now = BigInt(Math.floor(this.#clock())) << 20n
    const afterPrevious = previous === undefined ? 0n : ((previous >> 20n) + 1n) << 20n
    this.#last = [now, this.#last + 1n, afterPrevious].reduce((highest, seq) =>
      seq > highest ? seq : highest,
    )
    return this.#last
  }
}
