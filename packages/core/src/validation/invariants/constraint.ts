import type { FhirNode, FhirPathEnvironment, Invariant } from '../../fhirpath/contract.js'
import { compileInvariant } from '../../fhirpath/expression.js'
import type { Finding } from '../contract.js'
import { suggestionFor } from './suggestion.js'

/** `ElementDefinition.constraint` (https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.constraint). */
export interface Constraint {
  readonly key: string
  readonly severity: 'error' | 'warning'
  readonly human: string
  /** FHIRPath. A constraint that has none cannot be checked, and holds. */
  readonly expression?: string
}

/** A constraint that can be checked. */
export interface CompiledConstraint extends Constraint {
  /** Of the types of elements that it stands on, in whose terms its expression is. */
  readonly type: string
  readonly holds: Invariant
  /**
   * The finding for a node that does not satisfy it; undefined for one that does.
   *
   * @param expression FHIRPath of the node.
   */
  check(node: FhirNode, environment: FhirPathEnvironment, expression: string): Finding | undefined
}

/**
 * Compiles a constraint, lazily: its expression is parsed and compiled at the first check.
 *
 * @param type FHIR type of the element, or path of a backbone element (`Patient.contact`).
 */
export function compileConstraint(constraint: Constraint, type: string): CompiledConstraint {
  let compiled: Invariant | undefined
  const holds: Invariant = (node, environment) => {
    compiled ??= constraint.expression === undefined ? () => true : compileInvariant(constraint.expression)
    return compiled(node, environment)
  }
  return {
    ...constraint,
    type,
    holds,
    check: (node, environment, expression) =>
      holds(node, environment) ? undefined : violation(constraint, expression),
  }
}

/** What is said of a constraint that does not hold. */
export function violation(constraint: Constraint, expression: string, advice?: string): Finding {
  const { key, severity, human } = constraint
  const rule = constraint.expression === undefined ? key : `${key}: ${clip(constraint.expression)}`
  const sentence = /[.!?]$/.test(human) ? human : `${human}.`
  const ask = advice ?? suggestionFor(constraint.expression ?? '') ?? 'Correct it so that it does.'
  return {
    severity,
    code: 'invariant',
    expression,
    text: `${expression}: ${sentence} The element does not satisfy this rule (${rule}). ${ask}`,
    key,
  }
}

const longest = 300

function clip(expression: string): string {
  return expression.length > longest ? `${expression.slice(0, longest)}...` : expression
}
