import type { Compiled, Frame } from './frame.js'
import { booleanCollection, type Collection, truth } from './node.js'

/** Something that gives a collection. */
export function ofCollection(evaluate: (frame: Frame) => Collection): Compiled {
  return {
    evaluate,
    test: (frame) => truth(evaluate(frame)),
    some: (frame) => evaluate(frame).length > 0,
  }
}

/** Something that gives a truth value, or nothing. */
export function ofTest(test: (frame: Frame) => boolean | undefined): Compiled {
  return {
    evaluate: (frame) => booleanCollection(test(frame)),
    test,
    some: (frame) => test(frame) !== undefined,
  }
}

/** A value that is always the same. */
export function ofConstant(collection: Collection): Compiled {
  return ofCollection(() => collection)
}
