import { sourceOf } from '../fhir/digits.js'
import { step } from './budget.js'
import type { FhirNode } from './contract.js'
import { type Child, childrenOf, isPrimitiveType, propertiesOf } from './model.js'
import { type Collection, empty, type SystemNode } from './node.js'

type Json = Readonly<Record<string, unknown>>

/** A step to the children of one name, which remembers the properties of the type that it met last. */
export function childStep(name: string): {
  push(node: FhirNode, found: FhirNode[]): void
  some(node: FhirNode): boolean
} {
  let lastType: string | undefined
  let last: readonly Child[] = []

  function properties(type: string): readonly Child[] {
    if (type !== lastType) {
      last = childrenOf(type, name)
      lastType = type
    }
    return last
  }

  return {
    push(node, found) {
      const container = containerOf(node)
      if (container === undefined) return
      for (const child of properties(node.type)) pushChild(container, child, found)
    },
    some(node) {
      const container = containerOf(node)
      if (container === undefined) return false
      for (const child of properties(node.type)) {
        if (has(container[child.property]) || has(container[child.sibling])) return true
      }
      return false
    },
  }
}

function has(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)
}

/** The object that holds a node's children: itself, or for a primitive the object beside it. */
function containerOf(node: FhirNode): Json | undefined {
  const { value, sibling } = node
  if (node.type.startsWith('System.')) return undefined
  if (typeof value === 'object' && value !== null) return value as Json
  return typeof sibling === 'object' && sibling !== null ? (sibling as Json) : undefined
}

function pushChild(container: Json, child: Child, found: FhirNode[]): void {
  const value = container[child.property]
  const sibling = container[child.sibling]
  if (Array.isArray(value) || Array.isArray(sibling)) {
    const values = Array.isArray(value) ? value : []
    const siblings = Array.isArray(sibling) ? sibling : []
    const length = Math.max(values.length, siblings.length)
    for (let index = 0; index < length; index++) {
      pushNode(values, index, values[index], siblings[index], child.type, found)
    }
  } else pushNode(container, child.property, value, sibling, child.type, found)
}

function pushNode(
  container: object,
  key: string | number,
  value: unknown,
  sibling: unknown,
  type: string,
  found: FhirNode[],
): void {
  if (value == null && sibling == null) return
  step()
  const node: { value: unknown; type: string; sibling?: unknown; text?: string } = {
    value: value ?? undefined,
    type: type === '' ? resourceTypeOf(value) : type,
  }
  if (sibling != null) node.sibling = sibling
  if (typeof value === 'number') {
    const text = sourceOf(container, key)
    if (text !== undefined) node.text = text
  }
  found.push(node satisfies SystemNode)
}

function resourceTypeOf(value: unknown): string {
  const type = (value as { resourceType?: unknown } | null)?.resourceType
  return typeof type === 'string' ? type : 'Resource'
}

/** `children()` (https://hl7.org/fhirpath/N1/#children-collection). */
export function childrenOfAll(nodes: Collection): Collection {
  if (nodes.length === 0) return empty
  const found: FhirNode[] = []
  for (const node of nodes) pushChildren(node, found)
  return found
}

/** `descendants()`: level after level. */
export function descendantsOf(nodes: Collection): Collection {
  const found: FhirNode[] = []
  for (const node of nodes) pushChildren(node, found)
  for (let index = 0; index < found.length; index++) pushChildren(found[index] as FhirNode, found)
  return found
}

const properties = new Map<string, ReturnType<typeof propertiesOf>>()

function pushChildren(node: FhirNode, found: FhirNode[]): void {
  const container = containerOf(node)
  if (container === undefined) return
  const type = isPrimitiveType(node.type) ? 'Element' : node.type
  let known = properties.get(type)
  if (known === undefined) {
    known = propertiesOf(type)
    properties.set(type, known)
  }
  for (const property in container) {
    const own = known.get(property)
    if (own !== undefined) pushChild(container, own.child, found)
    else if (property.startsWith('_') && !(property.slice(1) in container)) {
      const beside = known.get(property.slice(1))
      if (beside !== undefined) pushChild(container, beside.child, found)
    }
  }
}
