import { ofCollection, ofTest } from './compiled.js'
import type { FhirNode } from './contract.js'
import { addDuration } from './duration.js'
import { amountOfNode, distinct, equal, equivalent, includes, isTemporalType } from './equality.js'
import type { Compiled } from './frame.js'
import {
  type Collection,
  EvaluationError,
  empty,
  type SystemNode,
  singleText,
  singleton,
  systemNode,
  textCollection,
  Unsupported,
} from './node.js'
import { compareAmounts } from './quantity.js'
import type { Operator } from './syntax.js'
import { compareTemporal } from './temporal.js'

/** Compiles an operator over its compiled operands. Truth short-circuits, in the three values of FHIRPath. */
export function compileOperator(operator: Operator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'and':
      return ofTest((frame) => {
        const one = left.test(frame)
        if (one === false) return false
        const other = right.test(frame)
        return other === false ? false : one && other
      })
    case 'or':
      return ofTest((frame) => {
        const one = left.test(frame)
        if (one === true) return true
        const other = right.test(frame)
        return other === true ? true : one === undefined ? undefined : other
      })
    case 'implies':
      return ofTest((frame) => {
        const one = left.test(frame)
        if (one === false) return true
        const other = right.test(frame)
        return other === true ? true : one === undefined ? undefined : other
      })
    case 'xor':
      return ofTest((frame) => {
        const one = left.test(frame)
        const other = right.test(frame)
        return one === undefined || other === undefined ? undefined : one !== other
      })
    case '=':
      return ofTest((frame) => equal(left.evaluate(frame), right.evaluate(frame)))
    case '!=':
      return ofTest((frame) => negate(equal(left.evaluate(frame), right.evaluate(frame))))
    case '~':
      return ofTest((frame) => equivalent(left.evaluate(frame), right.evaluate(frame)))
    case '!~':
      return ofTest((frame) => !equivalent(left.evaluate(frame), right.evaluate(frame)))
    case '<':
      return comparison(left, right, (order) => order < 0)
    case '>':
      return comparison(left, right, (order) => order > 0)
    case '<=':
      return comparison(left, right, (order) => order <= 0)
    case '>=':
      return comparison(left, right, (order) => order >= 0)
    case '|':
      return {
        ...ofCollection((frame) => distinct([...left.evaluate(frame), ...right.evaluate(frame)])),
        some: (frame) => left.some(frame) || right.some(frame),
      }
    case 'in':
      return ofTest((frame) => isIn(left.evaluate(frame), right.evaluate(frame)))
    case 'contains':
      return ofTest((frame) => isIn(right.evaluate(frame), left.evaluate(frame)))
    case '&':
      return ofCollection((frame) =>
        textCollection((singleText(left.evaluate(frame)) ?? '') + (singleText(right.evaluate(frame)) ?? '')),
      )
    default:
      return ofCollection((frame) => arithmetic(operator, left.evaluate(frame), right.evaluate(frame)))
  }
}

export function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value
}

function isIn(item: Collection, collection: Collection): boolean | undefined {
  const node = singleton(item)
  return node === undefined ? undefined : includes(collection, node)
}

function comparison(left: Compiled, right: Compiled, holds: (order: number) => boolean): Compiled {
  return ofTest((frame) => {
    const one = left.evaluate(frame)
    const other = right.evaluate(frame)
    if (one.length === 0 || other.length === 0) return undefined
    const order = compareNodes(singleton(one) as FhirNode, singleton(other) as FhirNode)
    return order === undefined || Number.isNaN(order) ? undefined : holds(order)
  })
}

function compareNodes(a: FhirNode, b: FhirNode): number | undefined {
  const { value: left } = a
  const { value: right } = b
  if (left === undefined || right === undefined) return undefined
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') {
    if (isTemporalType(a.type) && isTemporalType(b.type)) {
      if (isTime(a) !== isTime(b)) throw new EvaluationError('a time and a date cannot be compared')
      return compareTemporal(left, right)
    }
    if (isTemporalType(a.type) !== isTemporalType(b.type)) {
      throw new EvaluationError('a text and a date cannot be compared')
    }
    return left < right ? -1 : left > right ? 1 : 0
  }
  const one = amountOfNode(a)
  const other = amountOfNode(b)
  if (one !== undefined && other !== undefined) return compareAmounts(one, other)
  throw new EvaluationError('values of these types cannot be compared')
}

function isTime(node: FhirNode): boolean {
  return node.type === 'time' || node.type === 'System.Time'
}

function arithmetic(operator: string, left: Collection, right: Collection): Collection {
  const a = singleton(left)
  const b = singleton(right)
  if (a === undefined || b === undefined) return empty
  if (
    typeof a.value === 'string' &&
    typeof b.value === 'string' &&
    operator === '+' &&
    !isTemporalType(a.type)
  ) {
    return textCollection(a.value + b.value)
  }
  const later = laterBy(operator, a, b)
  if (later !== undefined) return [later]
  // Quantities are beyond what invariants need.
  if (typeof a.value !== 'number' || typeof b.value !== 'number')
    throw new Unsupported(`${operator} on these types`)
  const result = calculate(operator, a.value, b.value)
  if (result === undefined || !Number.isFinite(result)) return empty
  const whole = operator === 'div' || (operator !== '/' && isInteger(a) && isInteger(b))
  return [systemNode(whole ? 'System.Integer' : 'System.Decimal', whole ? result : rounded(result))]
}

/** A date or time and a duration. */
function laterBy(operator: string, a: FhirNode, b: FhirNode): FhirNode | undefined {
  if ((operator !== '+' && operator !== '-') || typeof a.value !== 'string' || !isTemporalType(a.type)) {
    return undefined
  }
  const duration = typeof b.value === 'object' ? amountOfNode(b) : undefined
  if (duration === undefined || isTime(a)) return undefined
  const value = addDuration(a.value, duration, operator === '+' ? 1 : -1)
  return systemNode(/^(System\.D|d)ate$/.test(a.type) ? 'System.Date' : 'System.DateTime', value)
}

function isInteger(node: SystemNode): boolean {
  return Number.isInteger(node.value) && node.type !== 'System.Decimal' && node.type !== 'decimal'
}

function calculate(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? undefined : a / b
    case 'div':
      return b === 0 ? undefined : Math.trunc(a / b)
    default:
      return b === 0 ? undefined : a % b
  }
}

/** Floating point leaves a remainder in the last digits that decimals do not have. */
function rounded(value: number): number {
  return Number(value.toPrecision(15))
}
