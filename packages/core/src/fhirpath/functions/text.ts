import { hasMatch, replaceMatches } from '../bounded-match.js'
import { ofCollection, ofTest } from '../compiled.js'
import type { Compiled, Frame } from '../frame.js'
import {
  type Collection,
  empty,
  integerCollection,
  singleInteger,
  singleText,
  textCollection,
} from '../node.js'
import { type FunctionCompiler, type Functions, parameter, plain, textOf } from './function.js'

/** A question about a text and another. */
function question(work: (text: string, other: string) => boolean): FunctionCompiler {
  return (target, parameters, compile) => {
    const other = parameter(parameters, 0, compile)
    return ofTest((frame) => {
      const own = textOf(target, frame)
      const given = textOf(other, frame)
      return own === undefined || given === undefined ? undefined : work(own, given)
    })
  }
}

function transform(work: (text: string) => Collection): FunctionCompiler {
  return plain((nodes) => {
    const own = singleText(nodes)
    return own === undefined ? empty : work(own)
  })
}

/** A text made of a text and two others. */
function replacement(work: (text: string, pattern: string, by: string) => string): FunctionCompiler {
  return (target, parameters, compile) => {
    const pattern = parameter(parameters, 0, compile)
    const by = parameter(parameters, 1, compile)
    return ofCollection((frame) => {
      const [own, what, other] = [textOf(target, frame), textOf(pattern, frame), textOf(by, frame)]
      return own === undefined || what === undefined || other === undefined
        ? empty
        : textCollection(work(own, what, other))
    })
  }
}

const substring: FunctionCompiler = (target, parameters, compile) => {
  const from = parameter(parameters, 0, compile)
  const count = parameters.length > 1 ? parameter(parameters, 1, compile) : undefined
  return ofCollection((frame) => {
    const own = textOf(target, frame)
    const start = integer(from, frame)
    const length = count && integer(count, frame)
    if (own === undefined || start === undefined || start < 0 || start >= own.length) return empty
    return textCollection(own.slice(start, length === undefined ? undefined : start + Math.max(length, 0)))
  })
}

function integer(compiled: Compiled, frame: Frame): number | undefined {
  return singleInteger(compiled.evaluate(frame))
}

const indexOf: FunctionCompiler = (target, parameters, compile) => {
  const other = parameter(parameters, 0, compile)
  return ofCollection((frame) => {
    const own = textOf(target, frame)
    const given = textOf(other, frame)
    return own === undefined || given === undefined ? empty : integerCollection(own.indexOf(given))
  })
}

const join: FunctionCompiler = (target, parameters, compile) => {
  const by = parameters.length > 0 ? parameter(parameters, 0, compile) : undefined
  return ofCollection((frame) => {
    const nodes = target.evaluate(frame)
    if (nodes.length === 0) return empty
    return textCollection(nodes.map(({ value }) => value).join(by ? (textOf(by, frame) ?? '') : ''))
  })
}

const split: FunctionCompiler = (target, parameters, compile) => {
  const by = parameter(parameters, 0, compile)
  return ofCollection((frame) => {
    const own = textOf(target, frame)
    return own === undefined ? empty : own.split(textOf(by, frame) ?? '').flatMap(textCollection)
  })
}

/** https://hl7.org/fhirpath/N1/#string-manipulation */
export const text: Functions = {
  startsWith: question((own, other) => own.startsWith(other)),
  endsWith: question((own, other) => own.endsWith(other)),
  contains: question((own, other) => own.includes(other)),
  matches: question((own, pattern) => hasMatch(own, pattern)),
  matchesFull: question((own, pattern) => hasMatch(own, `^(?:${pattern})$`)),
  replace: replacement((own, pattern, by) => own.replaceAll(pattern, () => by)),
  replaceMatches: replacement((own, pattern, by) =>
    pattern === '' ? own : replaceMatches(own, pattern, by),
  ),
  substring,
  indexOf,
  join,
  split,
  upper: transform((own) => textCollection(own.toUpperCase())),
  lower: transform((own) => textCollection(own.toLowerCase())),
  trim: transform((own) => textCollection(own.trim())),
  length: transform((own) => integerCollection(own.length)),
  toChars: transform((own) => [...own].flatMap(textCollection)),
}
