import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import { expandOperation } from './expand.js'
import { findMatchesOperation } from './find-matches.js'
import { lookupOperation } from './lookup.js'
import { subsumesOperation } from './subsumes.js'
import { translateOperation } from './translate.js'
import { codeSystemValidateCode, valueSetValidateCode } from './validate-code.js'

/** The operations of a terminology service (https://hl7.org/fhir/R4/terminology-service.html). */
export function terminologyOperations(parts: () => EngineParts): OperationDefinition[] {
  return [
    lookupOperation(parts),
    codeSystemValidateCode(parts),
    subsumesOperation(parts),
    findMatchesOperation(parts),
    expandOperation(parts),
    valueSetValidateCode(parts),
    translateOperation(parts),
  ]
}
