import { r4 } from '../../definitions/r4.js'
import { r4Conformance } from '../../definitions/r4-conformance.js'
import { parseReference } from '../../fhir/references.js'
import type { ReferenceQuestion, RuleTarget } from '../contract.js'
import { clip } from '../names.js'
import { BasePlans, type PlannedProperty } from './base-plan.js'
import { isObject } from './items.js'
import type { Sink } from './sink.js'
import { Snapshots } from './snapshot.js'
import { Spot } from './spot.js'
import { walk } from './walk.js'

let plans: BasePlans | undefined

/**
 * The references of a resource to others that are neither in it nor in the Bundle around it, each once, with the types
 * that their elements allow. Nested resources are not entered: they have targets of their own.
 */
export function collectReferences(target: RuleTarget): ReferenceQuestion[] {
  plans ??= new BasePlans(new Snapshots(r4Conformance))
  const { resource, expression } = target
  const found = new Map<string, ReferenceQuestion>()
  const type = resource.resourceType
  const root = new Spot(undefined, expression)
  walk(resource, { type, paths: [type] }, plans.planOf(type), plans, root, (value, property, spot) => {
    if (property.type !== 'Reference' || !isObject(value)) return true
    const { reference } = value
    if (typeof reference !== 'string' || reference.startsWith('#') || found.has(reference)) return true
    if (target.resolve(reference)) return true
    found.set(reference, { reference, types: property.targets ?? [], expression: spot.expression })
    return true
  })
  return [...found.values()]
}

/**
 * The type of the resource that a reference leads to: of one at hand its own, else the one that a RESTful URL names.
 * Undefined where it cannot be told.
 */
export function targetTypeOf(reference: string, target: RuleTarget): string | undefined {
  const resolved = target.resolve(reference)
  if (resolved) return resolved.resource.resourceType
  const parsed = parseReference(reference)
  const type = 'type' in parsed ? parsed.type : undefined
  return type !== undefined && r4.isResourceType(type) ? type : undefined
}

/** Whether a reference leads to a type that its element allows, and to the one that it says itself. */
export function checkReference(
  value: unknown,
  property: PlannedProperty,
  spot: Spot,
  target: RuleTarget,
  sink: Sink,
): void {
  if (!isObject(value)) return
  const { reference } = value
  const said = typeof value.type === 'string' ? value.type : undefined
  if (typeof reference !== 'string' && said === undefined) return
  const found = typeof reference === 'string' ? targetTypeOf(reference, target) : undefined
  const { targets } = property
  if (said !== undefined && found !== undefined && said !== found && r4.isResourceType(said)) {
    const expression = `${spot.expression}.type`
    sink.report({
      severity: 'error',
      code: 'structure',
      expression,
      text: `${expression}: expected '${found}', the type of the resource that the reference leads to, found '${said}'. Correct the type or leave it out.`,
    })
  }
  const type = found ?? said
  if (type === undefined || !targets || targets.includes(type) || !r4.isResourceType(type)) return
  const { expression } = spot
  const what = typeof reference === 'string' ? ` '${clip(reference)}'` : ''
  sink.report({
    severity: 'error',
    code: 'structure',
    expression,
    text: `${expression}: expected a reference to ${targets.join(' or ')}, found one${what} to ${type}. Refer to a resource of these types.`,
  })
}
