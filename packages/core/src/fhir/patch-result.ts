import { FhirError } from '../errors/fhir-error.js'
import type { JsonContainer } from './digits.js'
import { maxJsonDepth } from './json-parser.js'
import type { AnyResource } from './types.js'

/**
 * Refuses what a patch must not make of a resource: none, another one, or one nested deeper than JSON is read.
 *
 * @throws FhirError `patch-failed`
 */
export function checkPatched(before: AnyResource, after: unknown): void {
  if (typeof after !== 'object' || after === null || Array.isArray(after)) {
    throw new FhirError('patch-failed', 'The patch would leave no resource.')
  }
  for (const element of ['resourceType', 'id'] as const) {
    if ((after as JsonContainer)[element] !== before[element]) {
      throw new FhirError(
        'patch-failed',
        `The patch would change the resource's ${element}, which has to stay the same.`,
      )
    }
  }
  if (isDeeperThan(after, maxJsonDepth)) {
    throw new FhirError(
      'patch-failed',
      `The patch would nest elements more than ${maxJsonDepth} levels deep.`,
    )
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1))
}
