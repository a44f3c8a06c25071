import type { FhirNode } from './contract.js'
import type { Syntax } from './syntax.js'

/** Functions that evaluate their parameter for each item. */
const iterators = new Set(['where', 'select', 'all', 'exists', 'repeat', 'aggregate', 'iif', 'sort'])
/** Functions that may compare each item with each. */
const comparing = new Set([
  'distinct',
  'isDistinct',
  'union',
  'intersect',
  'exclude',
  'subsetOf',
  'supersetOf',
])
const comparingOperators = new Set(['|', 'in', 'contains'])

/** The power of the number of nodes in a resource that the time of an expression grows by, at most. */
export function degreeOf(syntax: Syntax): number {
  const [kind, ...parts] = syntax
  if (kind === '()') {
    const [name, of, ...parameters] = parts as [string, Syntax | 0, ...Syntax[]]
    const own = of === 0 ? 1 : degreeOf(of)
    const inner = Math.max(0, ...parameters.map(degreeOf))
    if (name === 'repeat') return Math.max(own, inner) + 2
    if (iterators.has(name)) return Math.max(own, inner + 1)
    return Math.max(own, inner) + (comparing.has(name) ? 1 : 0)
  }
  const operands = kind === '|' ? unionParts(syntax) : parts.filter((part) => Array.isArray(part))
  const degrees = (operands as Syntax[]).map(degreeOf)
  return Math.max(1, ...degrees) + (comparingOperators.has(kind) ? 1 : 0)
}

/** `a | b | c` compares no more than `a | b` does. */
function unionParts(syntax: Syntax): Syntax[] {
  const [kind, left, right] = syntax
  return kind === '|' ? [...unionParts(left as Syntax), ...unionParts(right as Syntax)] : [syntax]
}

/** The same of an expression whose syntax is not known here: as if all that it iterates over were nested. */
export function degreeOfText(expression: string): number {
  const called = [...expression.matchAll(/([A-Za-z]+)\s*\(/g)].map(([, name]) => name as string)
  const iterating = called.filter((name) => iterators.has(name)).length
  const repeating = called.filter((name) => name === 'repeat').length
  const compares = expression.includes('|') || called.some((name) => comparing.has(name))
  return 1 + iterating + repeating + (compares ? 1 : 0)
}

/** Nodes past which they are not counted. */
const mostCounted = 100_000
const counted = new WeakMap<object, number>()

/** How many values a node has in it, counted once for each resource. */
export function nodesIn({ value }: FhirNode): number {
  if (typeof value !== 'object' || value === null) return 1
  let count = counted.get(value)
  if (count === undefined) {
    count = 0
    const open: unknown[] = [value]
    while (open.length > 0 && count < mostCounted) {
      const next = open.pop()
      count++
      if (typeof next === 'object' && next !== null) open.push(...Object.values(next).slice(0, mostCounted))
    }
    counted.set(value, count)
  }
  return count
}
