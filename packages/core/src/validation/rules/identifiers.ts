import type { Rule } from '../contract.js'
import { clip } from '../names.js'
import { expressionOf, factsOf } from './facts.js'

/**
 * Systems of codes and identifiers are absolute URIs (https://hl7.org/fhir/R4/datatypes.html#Coding), and identifiers that
 * say of themselves that they are URIs are.
 */
export const identifiers: Rule = {
  name: 'identifier',
  check(target) {
    for (const { text: found, problem, pointer } of factsOf(target).wrongUris) {
      const expression = expressionOf(target.resource, target.expression, pointer)
      const text = `${expression}: expected ${problem}, found '${clip(found)}'.`
      // HL7's own examples have identifiers that are bare OIDs, so only the systems have to be right.
      const severity = pointer.endsWith('/system') ? 'error' : 'warning'
      target.report({ severity, code: 'value', expression, text })
    }
  },
}
