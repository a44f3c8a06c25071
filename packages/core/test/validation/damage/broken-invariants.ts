import type { ElementMap } from '../../../src/definitions/elements.js'
import { r4 } from '../../../src/definitions/r4.js'
import { loadInvariants } from '../../../src/validation/invariants/generated.js'
import { type Break, domainResourceBreakers, elementBreakers, typeBreakers } from './breakers.js'
import type { Damager } from './damages.js'
import { type Json, withValue } from './spots.js'

/** By the elements that a type has: paths that continue at another have the same ones. */
const byElements = new Map<ElementMap, Readonly<Record<string, Break>>>(
  Object.entries(typeBreakers).map(([type, breakers]) => {
    const elements = r4.elements(type)
    if (!elements) throw new Error(`Expected a type of R4, found ${type}.`)
    return [elements, breakers]
  }),
)

/** The invariant of a resource type that its name looks like one of a programming language, for those that have it. */
const nameKeys = new Map(
  Object.entries(loadInvariants().at).flatMap(([type, numbers]) => {
    const rules = numbers.map((number) => loadInvariants().rules[number])
    const key = rules.find((rule) => rule?.[3].startsWith("name.matches('[A-Z]"))?.[0]
    // Of ChargeItemDefinition as well, which has no name.
    return key === undefined || !r4.elements(type)?.has('name') ? [] : [[type, key] as const]
  }),
)

function breakersOf(type: string, isContained: boolean): readonly (readonly [string, Break])[] {
  const elements = r4.elements(type)
  if (!elements) return []
  const nameKey = nameKeys.get(type)
  return Object.entries({
    ...(byElements.get(elements) ?? {}),
    ...(elements.has('contained') && !isContained ? domainResourceBreakers : {}),
    ...(nameKey === undefined ? {} : { [nameKey]: (element: Json) => ({ ...element, name: 'no capital' }) }),
  })
}

/** Changes an element so that it is still one by its structure, but breaks an invariant that stands on it. */
export const brokenInvariant: Damager = (resource, { value, type, path, expression, list, owner, name }) => {
  if (list || typeof value !== 'object' || value === null) return []
  const possible = [
    ...breakersOf(type, path.includes('contained')),
    ...Object.entries(elementBreakers[`${owner}.${name}`] ?? {}),
  ]
  return possible.flatMap(([key, change]) => {
    const broken = change(value as Json)
    if (broken === undefined) return []
    return {
      group: `${key} of ${type}`,
      apply: () => ({
        what: `${key} at ${expression}`,
        original: resource,
        resource: withValue(resource, path, broken),
        places: [expression],
        key,
      }),
    }
  })
}
