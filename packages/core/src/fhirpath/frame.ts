import { step } from './budget.js'
import type { FhirNode, FhirPathEnvironment } from './contract.js'
import type { Collection } from './node.js'

/** What an expression sees while it is evaluated. */
export class Frame {
  constructor(
    readonly environment: FhirPathEnvironment,
    /** `%context`. */
    readonly context: FhirNode,
    /** `$this`, as a collection. */
    readonly self: Collection,
    readonly index: number | undefined,
    readonly total: Collection | undefined,
  ) {}

  /** The frame of a function's parameter that is evaluated for each item. */
  at(item: FhirNode, index: number): Frame {
    step()
    return new Frame(this.environment, this.context, [item], index, this.total)
  }
}

/** A compiled part of an expression, in the three ways in which it can be asked. */
export interface Compiled {
  evaluate(frame: Frame): Collection
  /** Its truth by singleton evaluation; undefined for an empty one. */
  test(frame: Frame): boolean | undefined
  /** Whether it has any items. */
  some(frame: Frame): boolean
}
