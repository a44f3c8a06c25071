import type { WriteResult } from '@anamnesis/core'
import { isConnectionLoss } from '../errors.js'
import type { PreparedChange } from './prepare.js'

interface Waiting {
  readonly changes: readonly PreparedChange[]
  readonly resolve: (results: WriteResult[]) => void
  readonly reject: (error: unknown) => void
}

export interface CoalescerOptions {
  /** Changes in one statement at most. */
  readonly batchSize: number
  /** Statements under way at most; what comes meanwhile waits and is joined. */
  readonly concurrency: number
}

/**
 * Joins creates of concurrent requests into one statement. A lone request is sent at once; under load each statement
 * carries what arrived during the previous ones, as a database does with its commits.
 */
export class Coalescer {
  readonly #apply: (changes: readonly PreparedChange[]) => Promise<WriteResult[]>
  readonly #options: CoalescerOptions
  #waiting: Waiting[] = []
  #running = 0

  constructor(
    apply: (changes: readonly PreparedChange[]) => Promise<WriteResult[]>,
    options: CoalescerOptions,
  ) {
    this.#apply = apply
    this.#options = options
  }

  write(changes: readonly PreparedChange[]): Promise<WriteResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject })
      this.#flush()
    })
  }

  #flush(): void {
    while (this.#running < this.#options.concurrency && this.#waiting.length > 0) {
      this.#running++
      void this.#run(this.#takeBatch()).finally(() => {
        this.#running--
        this.#flush()
      })
    }
  }

  #takeBatch(): Waiting[] {
    let size = 0
    let count = 0
    while (count < this.#waiting.length) {
      size += this.#waiting[count]!.changes.length
      if (count > 0 && size > this.#options.batchSize) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#apply(batch.flatMap(({ changes }) => changes))
      let start = 0
      for (const { changes, resolve } of batch) {
        resolve(results.slice(start, start + changes.length))
        start += changes.length
      }
    } catch (error) {
      // After a lost connection nobody knows whether the batch was committed, so it is not sent again.
      if (batch.length === 1 || isConnectionLoss(error)) {
        for (const { reject } of batch) reject(error)
        return
      }
      // One of them is at fault; the others must not fail with it.
      for (const { changes, resolve, reject } of batch) {
        await this.#apply(changes).then(resolve, reject)
      }
    }
  }
}
