import type { AnyResource } from '../../fhir/types.js'
import type { ReferenceQuestion } from '../contract.js'

/** The references of a resource to others, with the types that their elements allow. Contained resources are not entered. */
export function collectReferences(_resource: AnyResource, _expression: string): ReferenceQuestion[] {
  return []
}
