import type { Finding, Rule, RuleTarget } from '../contract.js'
import { type JsonObject, objects } from './values.js'

/**
 * A CodeSystem that agrees with itself (https://hl7.org/fhir/R4/codesystem.html): the number of its concepts, and the
 * properties that they have.
 */
export const codeSystems: Rule = {
  name: 'code-system',
  types: ['CodeSystem'],
  check(target) {
    const { resource, expression } = target
    const declared = new Map(objects(resource.property).map(({ code, type }) => [String(code), String(type)]))
    const count = checkConcepts(target, resource.concept, expression, declared)
    if (resource.content !== 'complete' || typeof resource.count !== 'number' || resource.count === count)
      return
    report(
      target,
      'warning',
      `${expression}.count`,
      `expected ${count}, as the content is complete, found ${resource.count}.`,
    )
  },
}

/** Properties that FHIR defines for every code system (https://hl7.org/fhir/R4/codesystem-concept-properties.html). */
const standard = new Set(['inactive', 'deprecated', 'notSelectable', 'parent', 'child', 'status'])

/** @returns how many concepts there are. */
function checkConcepts(
  target: RuleTarget,
  concepts: unknown,
  path: string,
  declared: ReadonlyMap<string, string>,
): number {
  let count = 0
  for (const [index, concept] of objects(concepts).entries()) {
    const where = `${path}.concept[${index}]`
    count++
    for (const [place, property] of objects(concept.property).entries()) {
      checkProperty(target, property, `${where}.property[${place}]`, declared)
    }
    if (concept.concept !== undefined) count += checkConcepts(target, concept.concept, where, declared)
  }
  return count
}

function checkProperty(
  target: RuleTarget,
  property: JsonObject,
  where: string,
  declared: ReadonlyMap<string, string>,
): void {
  const code = String(property.code)
  const type = declared.get(code)
  if (type === undefined) {
    if (standard.has(code)) return
    report(
      target,
      'warning',
      `${where}.code`,
      `the property '${code}' is not declared in CodeSystem.property.`,
    )
    return
  }
  const expected = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`
  const found = Object.keys(property).find((key) => key.startsWith('value'))
  if (found === undefined || found === expected) return
  report(target, 'error', where, `expected ${expected}, the type of the property '${code}', found ${found}.`)
}

function report(target: RuleTarget, severity: Finding['severity'], expression: string, text: string): void {
  target.report({ severity, code: 'business-rule', expression, text: `${expression}: ${text}` })
}
