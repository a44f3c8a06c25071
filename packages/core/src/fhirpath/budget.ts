import { EvaluationError } from './node.js'

/**
 * Nodes and iterations that one evaluation may take, with those that it leads to: far more than any published invariant
 * needs on the largest resource, and about a second of time. Profiles may be anybody's.
 */
const mostSteps = 5_000_000

let left = mostSteps
let depth = 0

/** Counts one step. @throws EvaluationError past the limit. */
export function step(): void {
  if (--left < 0) throw new EvaluationError(`the expression takes more than ${mostSteps} steps`)
}

/** Runs an evaluation within a budget; one inside another, by `conformsTo()`, shares its budget. */
export function budgeted<T>(evaluate: () => T): T {
  if (depth === 0) left = mostSteps
  depth++
  try {
    return evaluate()
  } finally {
    depth--
  }
}
