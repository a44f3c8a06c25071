import type { BasePlans, PlannedProperty, TypePlan } from './base-plan.js'
import type { JsonObject } from './items.js'
import { Spot } from './spot.js'

/** What carries an extension or a value: the resource, or an element with its type. */
export interface Host {
  readonly type: string
  readonly paths: readonly string[]
}

/** Called for each value of a property that has something to check; says whether to look at what is below. */
export type Visit = (value: unknown, property: PlannedProperty, spot: Spot, host: Host) => boolean

/** Visits what is to be checked in an object of a type, nested resources apart. */
export function walk(
  object: JsonObject,
  host: Host,
  plan: TypePlan,
  plans: BasePlans,
  spot: Spot,
  visit: Visit,
): void {
  for (const key in object) {
    const property = plan.get(key)
    if (!property) continue
    const value = object[key]
    if (!Array.isArray(value)) {
      enter(value, property, new Spot(spot, property.name, -1, property.cast), host, plans, visit)
      continue
    }
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (item === null) continue
      enter(item, property, new Spot(spot, property.name, index, property.cast), host, plans, visit)
    }
  }
}

function enter(
  value: unknown,
  property: PlannedProperty,
  spot: Spot,
  host: Host,
  plans: BasePlans,
  visit: Visit,
): void {
  if (!visit(value, property, spot, host) || property.primitive) return
  if (typeof value !== 'object' || value === null) return
  // An object beside a primitive has what every element has.
  const plan = plans.planOf(property.key.startsWith('_') ? 'Element' : property.type)
  walk(value as JsonObject, property, plan, plans, spot, visit)
}
