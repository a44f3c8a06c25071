import type { FhirPathExpression, Invariant } from './contract.js'
import { fallbackExpression } from './fallback.js'
import { truth } from './node.js'

export interface CompileOptions {
  /** Whether what the compiler does not know is left to the package `fhirpath`. Default: true. */
  readonly fallback?: boolean
}

/**
 * Compiles a FHIRPath expression (https://hl7.org/fhirpath/N1/).
 *
 * @throws Error for what is no FHIRPath; the compiled expression throws where its evaluation must end.
 */
export function compileExpression(expression: string, _options: CompileOptions = {}): FhirPathExpression {
  return fallbackExpression(expression)
}

/** Compiles the expression of an invariant; one that is no FHIRPath holds always. */
export function compileInvariant(expression: string): Invariant {
  const evaluate = compileExpression(expression)
  return (node, environment) => {
    try {
      return truth(evaluate(node, environment)) ?? true
    } catch {
      return true
    }
  }
}
