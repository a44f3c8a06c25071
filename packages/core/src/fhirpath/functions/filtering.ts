import { ofCollection } from '../compiled.js'
import type { FhirNode } from '../contract.js'
import { distinct, includes, intersect } from '../equality.js'
import { type Compiled, Frame } from '../frame.js'
import { childrenOfAll, descendantsOf } from '../navigate.js'
import { type Collection, EvaluationError, empty, singleInteger } from '../node.js'
import { binary, type FunctionCompiler, type Functions, parameter, plain } from './function.js'

const where: FunctionCompiler = (target, parameters, compile) => {
  const criterion = parameter(parameters, 0, compile)
  const matches = (frame: Frame) => (node: FhirNode, index: number) =>
    criterion.test(frame.at(node, index)) === true
  return {
    ...ofCollection((frame) => {
      const nodes = target.evaluate(frame)
      return nodes.length === 0 ? empty : nodes.filter(matches(frame))
    }),
    some: (frame) => target.evaluate(frame).some(matches(frame)),
  }
}

const select: FunctionCompiler = (target, parameters, compile) => {
  const projection = parameter(parameters, 0, compile)
  return ofCollection((frame) => {
    const nodes = target.evaluate(frame)
    return nodes.length === 0
      ? empty
      : nodes.flatMap((node, index) => projection.evaluate(frame.at(node, index)))
  })
}

/** A projection that makes values may make others without end. */
const mostRepeated = 10_000

const repeat: FunctionCompiler = (target, parameters, compile) => {
  const projection = parameter(parameters, 0, compile)
  return ofCollection((frame) => {
    const found: FhirNode[] = []
    let level: Collection = target.evaluate(frame)
    while (level.length > 0) {
      const next: FhirNode[] = []
      level.forEach((node, index) => {
        for (const each of projection.evaluate(frame.at(node, index))) {
          if (includes(found, each)) continue
          if (found.length >= mostRepeated) throw new EvaluationError('repeat() finds too much')
          found.push(each)
          next.push(each)
        }
      })
      level = next
    }
    return found
  })
}

const iif: FunctionCompiler = (target, parameters, compile) => {
  const criterion = parameter(parameters, 0, compile)
  const then = parameter(parameters, 1, compile)
  const otherwise = parameters.length > 2 ? parameter(parameters, 2, compile) : undefined
  const choose = (frame: Frame): readonly [Compiled | undefined, Frame] => {
    const nodes = single(target.evaluate(frame))
    const inner = new Frame(frame.environment, frame.context, nodes, frame.index, frame.total)
    const [answer] = criterion.evaluate(inner)
    if (answer !== undefined && typeof answer.value !== 'boolean') {
      throw new EvaluationError('a truth value was expected')
    }
    return [answer?.value === true ? then : otherwise, inner]
  }
  return ofCollection((frame) => {
    const [branch, inner] = choose(frame)
    return branch?.evaluate(inner) ?? empty
  })
}

function single(collection: Collection): Collection {
  if (collection.length > 1) throw new EvaluationError('one item was expected')
  return collection
}

/** https://hl7.org/fhirpath/N1/#filtering-and-projection, subsetting, combining and navigation. */
export const filtering: Functions = {
  where,
  select,
  repeat,
  iif,
  single: plain(single),
  first: plain((nodes) => nodes.slice(0, 1)),
  last: plain((nodes) => nodes.slice(-1)),
  tail: plain((nodes) => nodes.slice(1)),
  skip: binary((nodes, count) => nodes.slice(Math.max(singleInteger(count) ?? 0, 0))),
  take: binary((nodes, count) => nodes.slice(0, Math.max(singleInteger(count) ?? 0, 0))),
  distinct: plain(distinct),
  intersect: binary(intersect),
  exclude: binary((nodes, others) => nodes.filter((node) => !includes(others, node))),
  union: binary((nodes, others) => distinct([...nodes, ...others])),
  combine: binary((nodes, others) => [...nodes, ...others]),
  children: plain(childrenOfAll),
  descendants: plain(descendantsOf),
}
