// Every place of a resource where an invariant stands, found without the walk that is under test.
import type { FhirNode } from '../../../src/fhirpath/contract.js'
import { childrenOfAll } from '../../../src/fhirpath/navigate.js'
import { type Check, planOf } from '../../../src/validation/invariants/plan.js'

export interface InvariantPlace {
  readonly node: FhirNode
  readonly check: Check
}

/** The invariants of a node's type, and of all nodes below that are no resources. */
export function placesOf(node: FhirNode): readonly InvariantPlace[] {
  const places: InvariantPlace[] = planOf(node.type).checks.map((check) => ({ node, check }))
  for (const member of planOf(node.type).members.values()) {
    if (member.checks.length === 0) continue
    const name = member.step.split('.')[0]
    const values = childrenOfAll([node]).filter(
      (child) => child.type === member.type && isAt(node, name, child),
    )
    for (const value of values) for (const check of member.checks) places.push({ node: value, check })
  }
  for (const child of childrenOfAll([node])) {
    if (typeof child.value === 'object' && !('resourceType' in (child.value as object))) {
      places.push(...placesOf(child))
    }
  }
  return places
}

function isAt(parent: FhirNode, name: string | undefined, child: FhirNode): boolean {
  return Object.entries(parent.value as object).some(
    ([property, value]) =>
      property.startsWith(name ?? '') &&
      (value === child.value || (Array.isArray(value) && value.includes(child.value))),
  )
}
