import { budgeted } from '../../src/fhirpath/budget.js'
import type { FhirPathExpression } from '../../src/fhirpath/contract.js'
import { fallbackExpression } from '../../src/fhirpath/fallback.js'

/** The package `fhirpath` with all the steps that it wants, to compare with. */
export function oracleExpression(expression: string): FhirPathExpression {
  const evaluate = fallbackExpression(expression)
  return (node, environment) => budgeted(() => evaluate(node, environment), Number.POSITIVE_INFINITY)
}
