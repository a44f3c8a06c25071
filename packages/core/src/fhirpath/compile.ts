import { ofCollection, ofConstant } from './compiled.js'
import { compileConstant } from './constants.js'
import type { FhirNode } from './contract.js'
import type { Compiled, Frame } from './frame.js'
import { compileFunction } from './functions.js'
import { isSubtype, resolveTypeName } from './model.js'
import { childStep } from './navigate.js'
import {
  booleanCollection,
  type Collection,
  EvaluationError,
  empty,
  integerCollection,
  type SystemNode,
  singleInteger,
  singleton,
  systemNode,
  textCollection,
  Unsupported,
} from './node.js'
import { compileOperator } from './operators.js'
import { literalAmount } from './quantity.js'
import type { Operator, Syntax } from './syntax.js'
import { isTemporal } from './temporal.js'
import { isOfType } from './types.js'

/**
 * Compiles a syntax tree to closures.
 *
 * @throws Unsupported for what only the package `fhirpath` can do.
 */
export function compileSyntax(syntax: Syntax): Compiled {
  switch (syntax[0]) {
    case '{}':
      return ofConstant(empty)
    case 'boolean':
      return ofConstant(booleanCollection(syntax[1]))
    case 'string':
      return ofConstant(textCollection(syntax[1]))
    case 'number':
      return ofConstant([numberNode(syntax[1])])
    case 'date':
    case 'dateTime':
    case 'time':
      return ofConstant([temporalNode(syntax[0], syntax[1])])
    case 'quantity':
      return ofConstant([systemNode('System.Quantity', literalAmount(Number(syntax[1]), syntax[2]))])
    case '.':
      return compileMember(syntax[1], syntax[2])
    case '[]':
      return compileIndexer(compileSyntax(syntax[1]), compileSyntax(syntax[2]))
    case '()': {
      const [, name, of, ...parameters] = syntax
      const target = of === 0 ? self : compileSyntax(of)
      return compileFunction(name, target, parameters, compileSyntax)
    }
    case '$':
      return variable(syntax[1])
    case '%':
      return compileConstant(syntax[1])
    case 'is':
    case 'as':
      return compileType(syntax[0], compileSyntax(syntax[1]), syntax[2])
    case '-1':
      return compileNegation(compileSyntax(syntax[1]))
    default: {
      const [operator, left, right] = syntax as readonly [Operator, Syntax, Syntax]
      return compileOperator(operator, compileSyntax(left), compileSyntax(right))
    }
  }
}

const self: Compiled = ofCollection((frame) => frame.self)

function variable(name: 'this' | 'index' | 'total'): Compiled {
  if (name === 'this') return self
  if (name === 'index') return ofCollection((frame) => integerCollection(frame.index))
  return ofCollection((frame) => frame.total ?? empty)
}

function numberNode(text: string): FhirNode {
  if (/[a-z]/i.test(text)) throw new Unsupported('long numbers')
  const node: SystemNode = {
    ...systemNode(text.includes('.') ? 'System.Decimal' : 'System.Integer', Number(text)),
    text,
  }
  return node
}

function temporalNode(kind: 'date' | 'dateTime' | 'time', text: string): FhirNode {
  const type = kind === 'date' ? 'System.Date' : kind === 'time' ? 'System.Time' : 'System.DateTime'
  const value = kind === 'time' ? text.replace(/^T/, '') : text
  if (!isTemporal(type, value)) throw new Unsupported(`the literal @${text}`)
  return systemNode(type, value)
}

function compileMember(name: string, of: Syntax | undefined): Compiled {
  const step = childStep(name)
  if (of !== undefined) {
    const target = compileSyntax(of)
    return {
      ...ofCollection((frame) => stepAll(target.evaluate(frame))),
      some: (frame) => someOf(target.evaluate(frame)),
    }
  }
  // A name in front may be that of the type: `Patient.name`.
  if (/^[A-Z]/.test(name)) {
    return ofCollection((frame) => {
      const [node] = frame.self
      return node !== undefined && isSubtype(node.type, name) ? frame.self : stepAll(frame.self)
    })
  }
  return {
    ...ofCollection((frame) => stepAll(frame.self)),
    some: (frame) => someOf(frame.self),
  }

  function stepAll(nodes: Collection): Collection {
    if (nodes.length === 0) return empty
    const found: FhirNode[] = []
    for (const node of nodes) step.push(node, found)
    return found
  }

  function someOf(nodes: Collection): boolean {
    for (const node of nodes) if (step.some(node)) return true
    return false
  }
}

function compileIndexer(of: Compiled, index: Compiled): Compiled {
  return ofCollection((frame) => {
    const at = singleInteger(index.evaluate(frame))
    const node = at === undefined ? undefined : of.evaluate(frame)[at]
    return node === undefined ? empty : [node]
  })
}

function compileType(operator: 'is' | 'as', of: Compiled, specifier: string): Compiled {
  const type = resolveTypeName(specifier)
  if (type === undefined) throw new Unsupported(`the type ${specifier}`)
  return ofCollection((frame: Frame) => {
    const node = singleton(of.evaluate(frame))
    if (node === undefined) return empty
    const is = isOfType(node, type)
    return operator === 'is' ? booleanCollection(is) : is ? [node] : empty
  })
}

function compileNegation(of: Compiled): Compiled {
  return ofCollection((frame) => {
    const node = singleton(of.evaluate(frame))
    if (node === undefined) return empty
    if (node.type === 'System.Quantity') {
      const amount = node.value as ReturnType<typeof literalAmount>
      return [systemNode('System.Quantity', { ...amount, value: -amount.value })]
    }
    if (typeof node.value !== 'number') throw new EvaluationError('a number was expected')
    return [systemNode(node.type === 'System.Decimal' ? 'System.Decimal' : 'System.Integer', -node.value)]
  })
}
