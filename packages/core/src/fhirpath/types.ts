import type { FhirNode } from './contract.js'
import { isSubtype } from './model.js'

/** `is` (https://hl7.org/fhirpath/N1/#is-type-specifier): of the type, or one derived from it. */
export function isOfType(node: FhirNode, type: string): boolean {
  if (node.type === type || type === 'System.Any') return true
  return isSubtype(node.type, type)
}
