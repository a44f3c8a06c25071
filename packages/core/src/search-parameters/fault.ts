import { FhirError } from '../errors/fhir-error.js'
import { errorCodeSystem } from '../errors/outcome.js'
import type { OperationOutcomeIssue } from '../fhir/types.js'

/** Why a SearchParameter cannot be used. */
export interface Fault {
  /** The element at fault, below the resource: `expression`, `component[1].definition`. */
  readonly element: string
  /** What was expected, what was found, what to do. */
  readonly message: string
  readonly code?: OperationOutcomeIssue['code']
}

/**
 * The refusal of a SearchParameter: an issue for each fault.
 *
 * @param path where the resource sits in the request.
 */
export function refusal(faults: readonly Fault[], path = 'SearchParameter'): FhirError {
  const issues = faults.map(({ element, message, code = 'invalid' }): OperationOutcomeIssue => {
    const place = `${path}.${element}`
    return {
      severity: 'error',
      code,
      details: {
        coding: [{ system: errorCodeSystem, code: 'invalid-search-parameter' }],
        text: `${place}: ${message}`,
      },
      diagnostics: `${place}: ${message}`,
      expression: [place],
    }
  })
  const message = faults.map((fault) => `${path}.${fault.element}: ${fault.message}`).join(' ')
  return new FhirError('invalid-search-parameter', message, { issues })
}

/** Texts of faults for people, in one line. */
export function faultText(faults: readonly Fault[]): string {
  return faults.map(({ element, message }) => `${element}: ${message}`).join(' ')
}
