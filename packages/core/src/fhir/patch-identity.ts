import { FhirError } from '../errors/fhir-error.js'
import type { JsonContainer } from './digits.js'
import type { AnyResource } from './types.js'

/**
 * Refuses a patch that would change which resource it is.
 *
 * @throws FhirError `patch-failed`
 */
export function checkIdentity(before: AnyResource, after: unknown): void {
  if (typeof after !== 'object' || after === null || Array.isArray(after)) {
    throw new FhirError('patch-failed', 'The patch would leave no resource.')
  }
  for (const element of ['resourceType', 'id'] as const) {
    if ((after as JsonContainer)[element] !== before[element]) {
      throw new FhirError(
        'patch-failed',
        `The patch would change the resource's ${element}, which has to stay the same.`,
        {
          expression: [element === 'id' ? `${before.resourceType}.id` : before.resourceType],
        },
      )
    }
  }
}
