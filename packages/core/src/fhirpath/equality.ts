import { sameDecimal } from '../fhir/digits.js'
import type { FhirNode } from './contract.js'
import { isSubtype } from './model.js'
import { type Collection, empty, type SystemNode } from './node.js'
import { type Amount, amountOf, compareAmounts } from './quantity.js'
import { compareTemporal } from './temporal.js'

const temporalTypes = new Set('date dateTime instant time System.Date System.DateTime System.Time'.split(' '))

export function isTemporalType(type: string): boolean {
  return temporalTypes.has(type)
}

/** What a Quantity of FHIR or FHIRPath amounts to; undefined for any other node. */
export function amountOfNode(node: FhirNode): Amount | undefined {
  if (node.type === 'System.Quantity') return node.value as Amount
  if (typeof node.value === 'number' && node.type.startsWith('System.')) {
    return { value: node.value, unit: '1', ucum: true, calendar: false }
  }
  return isSubtype(node.type, 'Quantity') ? amountOf(node.value) : undefined
}

/** `=` on collections (https://hl7.org/fhirpath/N1/#equals); undefined for empty. */
export function equal(left: Collection, right: Collection): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined
  if (left.length !== right.length) return false
  if (left.length === 1) return equalNodes(left[0] as FhirNode, right[0] as FhirNode)
  return left.every((node, index) => equalNodes(node, right[index] as FhirNode) === true)
}

export function equalNodes(a: FhirNode, b: FhirNode): boolean | undefined {
  const result = equalValues(a, b)
  // Of two elements of a resource, ids and extensions count as well.
  if (result !== true || a.sibling === b.sibling || isSystem(a) || isSystem(b)) return result
  return deepEqual(a.sibling, b.sibling)
}

function equalValues(a: FhirNode, b: FhirNode): boolean | undefined {
  const left = a.value
  const right = b.value
  if (typeof left === 'number' && typeof right === 'number') return equalNumbers(a, b)
  if (typeof left === 'string' && typeof right === 'string') {
    if (left === right || !isTemporalType(a.type) || !isTemporalType(b.type)) return left === right
    const order = compareTemporal(left, right)
    return order === undefined ? undefined : order === 0
  }
  if (typeof left !== 'object' && typeof right !== 'object') return left === right
  if (a.type !== 'System.Quantity' && b.type !== 'System.Quantity' && left === right) return true
  const one = amountOfNode(a)
  const other = one && amountOfNode(b)
  if (one !== undefined && other !== undefined && one.ucum && other.ucum) {
    const order = compareAmounts(one, other)
    return order === undefined ? undefined : order === 0
  }
  return deepEqual(left, right)
}

function equalNumbers(a: SystemNode, b: SystemNode): boolean {
  if (a.text !== undefined && b.text !== undefined) return sameDecimal(a.text, b.text)
  return sameNumber(a.value as number, b.value as number)
}

/** Sums of decimals are equal to eight digits, so that 0.1 + 0.2 = 0.3. */
export function sameNumber(a: number, b: number): boolean {
  return a === b || (Math.abs(a - b) < 1e-8 && Math.round(a * 1e8) === Math.round(b * 1e8))
}

function isSystem(node: FhirNode): boolean {
  return node.type.startsWith('System.')
}

/** Equality of JSON: objects whatever the order of their properties. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'number' && typeof b === 'number') return sameNumber(a, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]))
  }
  const keys = Object.keys(a)
  if (Array.isArray(b) || keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      deepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}

/** `~` on collections (https://hl7.org/fhirpath/N1/#equivalent): in any order, text without case. */
export function equivalent(left: Collection, right: Collection): boolean {
  if (left.length !== right.length) return false
  const rest = [...right]
  return left.every((node) => {
    const index = rest.findIndex((other) => equivalentNodes(node, other))
    if (index >= 0) rest.splice(index, 1)
    return index >= 0
  })
}

function equivalentNodes(a: FhirNode, b: FhirNode): boolean {
  const { value: left } = a
  const { value: right } = b
  if (isTemporalType(a.type) && isTemporalType(b.type)) {
    return compareTemporal(String(left), String(right)) === 0
  }
  const one = typeof left === 'object' ? amountOfNode(a) : undefined
  const other = one && amountOfNode(b)
  if (one?.ucum && other?.ucum) return amountsEquivalent(one, other)
  return equivalentJson(left, right)
}

/** Calendar durations are equivalent to the units of UCUM that they are not equal to. */
function amountsEquivalent(a: Amount, b: Amount): boolean {
  const order = compareAmounts({ ...a, calendar: false }, { ...b, calendar: false })
  return order !== undefined && sameNumber(order, 0)
}

function equivalentJson(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return normalized(a) === normalized(b)
  if (typeof a === 'number' && typeof b === 'number') {
    const places = Math.min(decimalPlaces(a), decimalPlaces(b))
    return a.toFixed(places) === b.toFixed(places)
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => equivalentJson(item, b[index]))
    )
  }
  const keys = Object.keys(a)
  if (Array.isArray(b) || keys.length !== Object.keys(b).length) return false
  return keys.every((key) =>
    equivalentJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}

function normalized(text: string): string {
  return text.toUpperCase().replace(/\s/g, ' ')
}

function decimalPlaces(value: number): number {
  const [, fraction = ''] = String(value).split('.')
  return Math.min(fraction.length, 20)
}

/** The items without those that equal an earlier one. */
export function distinct(collection: Collection): Collection {
  if (collection.length < 2) return collection
  const seen = new Set<unknown>()
  const found: FhirNode[] = []
  const others: FhirNode[] = []
  for (const node of collection) {
    if (isPlainText(node)) {
      if (seen.has(node.value) || includes(others, node)) continue
      seen.add(node.value)
    } else {
      if (others.some((other) => equalNodes(other, node) === true)) continue
      if (isPlainInOthers(node, found)) continue
      others.push(node)
    }
    found.push(node)
  }
  return found.length === collection.length ? collection : found
}

/** A text with nothing beside it equals what has the same text, so a set can find it. */
function isPlainText(node: FhirNode): boolean {
  return typeof node.value === 'string' && node.sibling === undefined && !isTemporalType(node.type)
}

function isPlainInOthers(node: FhirNode, found: readonly FhirNode[]): boolean {
  return typeof node.value === 'string' && found.some((other) => equalNodes(other, node) === true)
}

export function includes(collection: Collection, node: FhirNode): boolean {
  return collection.some((other) => equalNodes(other, node) === true)
}

export function intersect(left: Collection, right: Collection): Collection {
  if (left.length === 0 || right.length === 0) return empty
  return distinct(left.filter((node) => includes(right, node)))
}
