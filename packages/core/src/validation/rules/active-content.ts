import type { Rule } from '../contract.js'
import { expressionOf, factsOf } from './facts.js'

/**
 * Texts that would run in a browser which takes them for HTML, such as a name with a script in it
 * (https://hl7.org/fhir/R4/security.html#narrative). Narratives have a rule of their own.
 */
export const activeContent: Rule = {
  name: 'active-content',
  check(target) {
    for (const { pointer } of factsOf(target).active) {
      const expression = expressionOf(target.resource, target.expression, pointer)
      const text = `${expression}: expected plain text, found HTML that could run in a browser (a script, a frame, an object or an event handler). Leave it out.`
      target.report({ severity: 'error', code: 'security', expression, text })
    }
  },
}
