import { ofCollection, ofTest } from '../compiled.js'
import { distinct, includes } from '../equality.js'
import { Frame } from '../frame.js'
import { booleanCollection, type Collection, EvaluationError, integerCollection } from '../node.js'
import { negate } from '../operators.js'
import { binary, type FunctionCompiler, type Functions, parameter } from './function.js'

const exists: FunctionCompiler = (target, parameters, compile) => {
  if (parameters.length === 0) return ofTest((frame) => target.some(frame))
  const criterion = parameter(parameters, 0, compile)
  return ofTest((frame) => {
    const nodes = target.evaluate(frame)
    return nodes.some((node, index) => criterion.test(frame.at(node, index)) === true)
  })
}

const all: FunctionCompiler = (target, parameters, compile) => {
  const criterion = parameter(parameters, 0, compile)
  return ofTest((frame) => {
    const nodes = target.evaluate(frame)
    return nodes.every((node, index) => criterion.test(frame.at(node, index)) === true)
  })
}

/** `allTrue()` and its like. */
function truths(work: (values: readonly boolean[]) => boolean): FunctionCompiler {
  return (target) => ofTest((frame) => work(target.evaluate(frame).map(({ value }) => toBoolean(value))))
}

function toBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new EvaluationError('a truth value was expected')
  return value
}

const aggregate: FunctionCompiler = (target, parameters, compile) => {
  const work = parameter(parameters, 0, compile)
  const start = parameters.length > 1 ? parameter(parameters, 1, compile) : undefined
  return ofCollection((frame) => {
    let total: Collection = start?.evaluate(frame) ?? []
    target.evaluate(frame).forEach((node, index) => {
      total = work.evaluate(new Frame(frame.environment, frame.context, [node], index, total))
    })
    return total
  })
}

function isSubset(part: Collection, whole: Collection): boolean {
  return part.every((node) => includes(whole, node))
}

/** https://hl7.org/fhirpath/N1/#existence */
export const existence: Functions = {
  exists,
  all,
  aggregate,
  empty: (target) => ofTest((frame) => !target.some(frame)),
  not: (target) => ofTest((frame) => negate(target.test(frame))),
  count: (target) => ofCollection((frame) => integerCollection(target.evaluate(frame).length)),
  allTrue: truths((values) => values.every((value) => value)),
  anyTrue: truths((values) => values.some((value) => value)),
  allFalse: truths((values) => values.every((value) => !value)),
  anyFalse: truths((values) => values.some((value) => !value)),
  isDistinct: (target) =>
    ofTest((frame) => {
      const nodes = target.evaluate(frame)
      return distinct(nodes).length === nodes.length
    }),
  subsetOf: binary((part, whole) => booleanCollection(isSubset(part, whole))),
  supersetOf: binary((whole, part) => booleanCollection(isSubset(part, whole))),
}
