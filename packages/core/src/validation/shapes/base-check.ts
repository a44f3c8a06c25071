import type { RuleTarget } from '../contract.js'
import type { BasePlans } from './base-plan.js'
import type { CodeCheck } from './code-check.js'
import type { ExtensionCheck } from './extension-check.js'
import { isObject } from './items.js'
import { checkReference } from './references.js'
import type { Sink } from './sink.js'
import { Spot } from './spot.js'
import { walk } from './walk.js'

/** Checks what the definition of a resource's type asks for besides structure: codes, references, extensions. */
export function checkBase(
  target: RuleTarget,
  { plans, codes, extensions }: { plans: BasePlans; codes: CodeCheck; extensions: ExtensionCheck },
  sink: Sink,
): void {
  const { resource, expression } = target
  const type = resource.resourceType
  const root = new Spot(undefined, expression)
  walk(resource, { type, paths: [type] }, plans.planOf(type), plans, root, (value, property, spot, host) => {
    if (property.type === 'Extension') {
      if (isObject(value)) extensions.check(value, property, spot, host, target, sink)
      return true
    }
    if (property.binding) codes.binding(property.binding, { value, type: property.type, spot }, sink)
    if (property.type === 'Coding') codes.coding(value, spot, sink)
    else if (property.type === 'Reference') checkReference(value, property, spot, target, sink)
    return true
  })
}
