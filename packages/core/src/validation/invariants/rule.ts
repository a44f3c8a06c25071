import type { FhirNode, FhirPathEnvironment } from '../../fhirpath/contract.js'
import type { Rule, RuleTarget } from '../contract.js'
import { adviceFor } from './advice.js'
import { violation } from './constraint.js'
import type { Json } from './native.js'
import { planOf } from './plan.js'
import { InvariantWalk } from './walk.js'

/** What the invariants need from elsewhere. */
export interface InvariantRuleOptions {
  /** `htmlChecks()` of txt-1 and txt-2. Default: every narrative passes. */
  htmlChecks?(xhtml: string): boolean
}

/**
 * The invariants of R4's base definitions (https://hl7.org/fhir/R4/conformance-rules.html#constraints): of a resource, its
 * data types and its backbone elements. Nothing is loaded before the first check; each type's are compiled when it is
 * first met.
 */
export function invariantRule(options: InvariantRuleOptions = {}): Rule {
  return { name: 'invariants', check: (target) => checkInvariants(target, options) }
}

/** Loads the invariants ahead of the first check, which would otherwise take some 10 ms longer. */
export function preloadInvariants(): void {
  planOf('Patient')
}

function checkInvariants(target: RuleTarget, options: InvariantRuleOptions): void {
  const { resource, expression } = target
  const container = containerOf(target)
  const walk = new InvariantWalk(
    expression,
    environmentOf(target, options),
    { resource: resource as Json, rootResource: (container ?? target).resource as Json },
    (constraint, place, element) => {
      // A contained resource has its narrative in the one that contains it (https://hl7.org/fhir/R4/references.html#contained).
      if (constraint.key === 'dom-6' && container !== undefined) return
      target.report(violation(constraint, place, adviceFor(constraint.key, element)))
    },
  )
  walk.visit(resource as Json, planOf(resource.resourceType))
}

/** What expressions of a target's constraints see: for profiles' constraints as well. */
export function environmentOf(target: RuleTarget, options: InvariantRuleOptions = {}): FhirPathEnvironment {
  const container = containerOf(target)
  return {
    resource: nodeOf(target),
    rootResource: nodeOf(container ?? target),
    resolve: (reference) => {
      const found = target.resolve(reference)
      return found && nodeOf(found)
    },
    ...(options.htmlChecks ? { htmlChecks: options.htmlChecks } : {}),
  }
}

function nodeOf({ resource }: RuleTarget): FhirNode {
  return { value: resource, type: resource.resourceType }
}

/** The resource that contains a target, where it is contained; a Bundle does not contain its entries. */
function containerOf({ expression, parent }: RuleTarget): RuleTarget | undefined {
  return parent !== undefined && /\.contained\[\d+\]$/.test(expression) ? parent : undefined
}
