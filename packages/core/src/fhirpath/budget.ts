import { EvaluationError } from './node.js'

/**
 * Nodes and iterations that the evaluations of one check may take together: far more than all published invariants need on
 * a resource of thousands of values, and less than half a second. Profiles may be anybody's.
 */
export const defaultSteps = 1_000_000

let left = defaultSteps
let depth = 0
let refused = false

/** Counts steps. @throws EvaluationError where more are asked for than there are; then none are taken. */
export function step(count = 1): void {
  if (count > left) {
    refused = true
    throw new EvaluationError('the expressions take more steps than they may')
  }
  left -= count
}

/**
 * Runs evaluations within a budget. One inside another shares its budget: whoever checks a resource sets one for all of
 * its expressions.
 */
export function budgeted<T>(evaluate: () => T, steps = defaultSteps): T {
  if (depth === 0) {
    left = steps
    refused = false
  }
  depth++
  try {
    return evaluate()
  } finally {
    depth--
  }
}

/** Whether steps were refused to anything within the budget that ran last, or runs. */
export function exhausted(): boolean {
  return refused
}
