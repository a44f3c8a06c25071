// FHIRPath's three-valued logic for compiled conditions: undefined stands for empty.

type Truth = boolean | undefined

export const isArray = Array.isArray

function equal(left: readonly unknown[], right: readonly unknown[]): Truth {
  if (left.length === 0 || right.length === 0) return undefined
  return left.length === right.length && left.every((each, at) => same(each, right[at]))
}

function same(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right
  return JSON.stringify(left) === JSON.stringify(right)
}

/** A boolean is itself, one element of another kind is true, none is empty. */
function truth(nodes: readonly unknown[]): Truth {
  if (nodes.length === 0) return undefined
  return typeof nodes[0] === 'boolean' ? nodes[0] : true
}

function and(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false
  return left && right ? true : undefined
}

function or(left: Truth, right: Truth): Truth {
  if (left === true || right === true) return true
  return left === false && right === false ? false : undefined
}

function not(value: Truth): Truth {
  return value === undefined ? undefined : !value
}

export const logic = { equal, truth, and, or, not }
