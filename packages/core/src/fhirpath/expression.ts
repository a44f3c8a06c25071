import { budgeted } from './budget.js'
import { compileSyntax } from './compile.js'
import type { FhirNode, FhirPathEnvironment, FhirPathExpression, Invariant } from './contract.js'
import { fallbackExpression } from './fallback.js'
import { type Compiled, Frame } from './frame.js'
import { truth, Unsupported } from './node.js'
import { parseSyntax } from './parse.js'
import type { Syntax } from './syntax.js'

/** How to compile. */
export interface CompileOptions {
  /** Whether what the compiler does not know is left to the package `fhirpath`. Default: true. */
  readonly fallback?: boolean
}

/**
 * Compiles a FHIRPath expression (https://hl7.org/fhirpath/N1/, https://hl7.org/fhir/R4/fhirpath.html) to closures.
 *
 * @throws Error for what is no FHIRPath. The compiled expression throws where FHIRPath says that evaluation ends.
 */
export function compileExpression(expression: string, options: CompileOptions = {}): FhirPathExpression {
  const { fallback = true } = options
  const compiled = compileOwn(() => parseSyntax(expression), fallback)
  if (compiled === undefined) return fallbackExpression(expression)
  let other: FhirPathExpression | undefined
  return (node, environment) => {
    try {
      return budgeted(() => compiled.evaluate(frameOf(node, environment)))
    } catch (error) {
      if (!fallback || !(error instanceof Unsupported)) throw error
      other ??= fallbackExpression(expression)
      return other(node, environment)
    }
  }
}

/**
 * Compiles the expression of an invariant: at the first check, for many are never made. One that is no FHIRPath holds.
 *
 * @param syntax the expression parsed, where that is at hand: parsing takes longer than anything else.
 */
export function compileInvariant(expression: string, syntax?: Syntax): Invariant {
  let compiled: Compiled | undefined
  let other: FhirPathExpression | undefined
  let known = false
  return (node, environment) => {
    try {
      if (!known) {
        known = true
        compiled = compileOwn(() => syntax ?? parseSyntax(expression), true)
      }
      const own = compiled
      if (own !== undefined) return budgeted(() => own.test(frameOf(node, environment))) ?? true
    } catch (error) {
      if (!(error instanceof Unsupported)) return true
    }
    try {
      other ??= fallbackExpression(expression)
      return truth(other(node, environment)) ?? true
    } catch {
      return true
    }
  }
}

/** Undefined for what the compiler does not know, where there is something to fall back to. */
function compileOwn(syntax: () => Syntax, fallback: boolean): Compiled | undefined {
  try {
    return compileSyntax(syntax())
  } catch (error) {
    if (fallback && error instanceof Unsupported) return undefined
    throw error
  }
}

function frameOf(node: FhirNode, environment: FhirPathEnvironment): Frame {
  return new Frame(environment, node, [node], undefined, undefined)
}
