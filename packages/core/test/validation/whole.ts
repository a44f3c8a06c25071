import type { AnyResource, OperationOutcomeIssue } from '../../src/fhir/types.js'
import { createChecker } from '../../src/validation/checker.js'
import { type LocalKnowledge, openLocal } from '../../src/validation/local.js'
import { validateStructure } from '../../src/validation/structure.js'

/** All of validation that needs no storage: structure, and where that holds, every other rule. */
export interface WholeValidation {
  readonly local: LocalKnowledge
  issuesOf(resource: unknown): readonly OperationOutcomeIssue[]
}

export async function openWholeValidation(): Promise<WholeValidation> {
  const local = await openLocal({ packages: [] })
  const checker = createChecker({ definitions: local.definitions, membership: local.membership })
  return {
    local,
    issuesOf(resource) {
      const issues = validateStructure(resource)
      return issues.length > 0 ? issues : checker.check({ resource: resource as AnyResource }).issues
    },
  }
}

/** The expression of each error, as often as it occurs. */
export function errorPlaces(issues: readonly OperationOutcomeIssue[]): readonly string[] {
  return issues
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression?.join(' ') ?? '')
}
