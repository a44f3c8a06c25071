import type { Change, StorageTransaction, WriteResult } from '../storage.js'
import { MemoryReader } from './reader.js'
import type { Sequence } from './sequence.js'
import type { View } from './view.js'
import { applyChange } from './write.js'

/** A transaction on a view of its own. As in a database, a failed write leaves nothing to go on with. */
export class MemoryTransaction extends MemoryReader implements StorageTransaction {
  readonly #open: () => View
  readonly #sequence: Sequence
  readonly #state: { ended: boolean; failure?: unknown }
  readonly #view: View

  constructor(view: View, sequence: Sequence, includeLimit: number) {
    const state: { ended: boolean; failure?: unknown } = { ended: false }
    const open = () => {
      if (state.ended)
        throw new Error('This transaction has ended; its work must await everything it starts.')
      if ('failure' in state) throw state.failure
      return view
    }
    super(open, includeLimit)
    this.#open = open
    this.#sequence = sequence
    this.#state = state
    this.#view = view
  }

  async write(changes: readonly Change[]): Promise<WriteResult[]> {
    const view = this.#open()
    try {
      return changes.map((change) => applyChange(view, change, this.#sequence))
    } catch (error) {
      this.#state.failure = error
      throw error
    }
  }

  /** Transactions run one at a time here, so a claim has nobody to keep out. */
  async claim(_keys: readonly string[]): Promise<void> {
    this.#open()
  }

  get ended(): boolean {
    return this.#state.ended
  }

  /** Makes the changes visible, unless one of them failed, whoever caught its error. */
  commit(): void {
    this.#open()
    this.#view.commit()
  }

  end(): void {
    this.#state.ended = true
  }
}
