import { r4 } from '../../definitions/r4.js'
import { parseReference } from '../../fhir/references.js'
import type { RuleTarget } from '../contract.js'
import { clip } from '../names.js'
import type { PlannedProperty } from './base-plan.js'
import { isObject } from './items.js'
import type { Sink } from './sink.js'
import type { Spot } from './spot.js'

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
