import { r4 } from '../definitions/r4.js'
import type { AnyResource } from '../fhir/types.js'
import { extractSearchValues } from './extract.js'
import type { SearchValue } from './values.js'

/** Parameters that name whom a resource is about, ahead of those that name who took part in it. */
const primary = ['subject', 'patient']

/** For each resource type: the compartments that may hold it, with the parameters that say so, the primary ones first. */
const memberships = new Map<string, readonly (readonly [compartment: string, params: readonly string[]])[]>()

function membershipsOf(type: string): readonly (readonly [string, readonly string[]])[] {
  if (!r4.isResourceType(type)) return []
  const known = memberships.get(type)
  if (known) return known
  const found = [...r4.compartments.values()].flatMap(({ code, resource }) => {
    const params = Object.hasOwn(resource, type) ? resource[type] : undefined
    return params === undefined ? [] : [[code, [...params].sort(byPrimacy)] as const]
  })
  memberships.set(type, found)
  return found
}

function byPrimacy(a: string, b: string): number {
  const rank = (param: string) => (primary.includes(param) ? primary.indexOf(param) : primary.length)
  return rank(a) - rank(b)
}

/**
 * The compartments that a resource is in (https://hl7.org/fhir/R4/compartmentdefinition.html): the compartment's resource
 * type to the ids of its owners, each once. An owner is in its own compartment, and named first there. Otherwise those
 * that `subject` or `patient` names come before those that, say, `performer` names.
 *
 * @param values what `extractSearchValues` gave for this resource.
 */
export function compartmentsOf(
  resource: AnyResource,
  values: readonly SearchValue[],
): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, readonly string[]>()
  if (r4.compartments.has(resource.resourceType) && typeof resource.id === 'string') {
    result.set(resource.resourceType, [resource.id])
  }
  for (const [compartment, params] of membershipsOf(resource.resourceType)) {
    const ids = new Set(result.get(compartment))
    for (const param of params) {
      for (const value of values) {
        if (value.type !== 'reference' || value.param !== param) continue
        if (value.targetType === compartment && value.targetId !== undefined) ids.add(value.targetId)
      }
    }
    if (ids.size > 0) result.set(compartment, [...ids])
  }
  return result
}

/**
 * Ids of the Patients in whose compartment a resource is, its primary one first; empty outside.
 * A Patient names itself first, then (R4 makes `link` count) the Patients that it links to.
 *
 * @param values what `extractSearchValues` gave for this resource.
 */
export function patientsOf(resource: AnyResource, values: readonly SearchValue[]): string[] {
  return [...(compartmentsOf(resource, values).get('Patient') ?? [])]
}

/**
 * What the Patient compartment's parameters of a resource refer to, the primary ones first, as written: inside a
 * transaction these may still be `urn:uuid` references, whose Patient is only known to the bundle.
 */
export function patientReferences(resource: AnyResource): string[] {
  const params = membershipsOf(resource.resourceType).find(([compartment]) => compartment === 'Patient')?.[1]
  if (!params) return []
  const values = extractSearchValues(resource, { words: 'none' })
  return params.flatMap((param) =>
    values.flatMap((value) => {
      if (value.type !== 'reference' || value.param !== param) return []
      if (value.targetType !== undefined) return [`${value.targetType}/${value.targetId}`]
      return value.url === undefined ? [] : [value.url]
    }),
  )
}
