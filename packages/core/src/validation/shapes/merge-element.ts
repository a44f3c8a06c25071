import type { ElementDefinition } from './element-definition.js'

/** Fields that add to what the base says. */
const added = ['alias', 'condition', 'example', 'mapping', 'code'] as const

/**
 * What an element is after a differential has said something of it
 * (https://hl7.org/fhir/R4/profiling.html#snapshot): what it says wins, constraints and mappings add up.
 */
export function mergeElement(base: ElementDefinition, said: ElementDefinition): ElementDefinition {
  const merged: Record<string, unknown> = { ...base }
  for (const [field, value] of Object.entries(said)) {
    if (field === 'id' || field === 'path' || field === 'base') continue
    merged[field] = value
  }
  for (const field of added) {
    if (base[field] !== undefined && said[field] !== undefined) {
      merged[field] = union(base[field] as unknown[], said[field] as unknown[])
    }
  }
  if (said.binding && base.binding) merged.binding = { ...base.binding, ...said.binding }
  if (said.constraint && base.constraint) {
    const keys = new Set(base.constraint.map(({ key }) => key))
    merged.constraint = [...base.constraint, ...said.constraint.filter(({ key }) => !keys.has(key))]
  }
  return { ...merged, path: base.path }
}

function union(first: readonly unknown[], second: readonly unknown[]): unknown[] {
  const known = new Set(first.map((item) => JSON.stringify(item)))
  return [...first, ...second.filter((item) => !known.has(JSON.stringify(item)))]
}
