import type { OperationOutcome, OperationOutcomeIssue } from '../fhir/types.js'
import { errorCodes } from './codes.js'
import { FhirError } from './fhir-error.js'

/** The system of the codes in `OperationOutcome.issue.details`. */
export const errorCodeSystem = 'https://anamnesis.dev/fhir/CodeSystem/error-code'

/** An error as it leaves the server: status, headers and OperationOutcome. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly outcome: OperationOutcome
}

/**
 * The one place that maps a failure to a status and an OperationOutcome.
 * Anything that is not a FhirError becomes a 500 whose text tells nothing about the server's inside.
 */
export function toErrorResponse(error: unknown): ErrorResponse {
  const known = FhirError.is(error)
    ? error
    : new FhirError('internal', 'The server failed to answer this request. The log has the cause under this request id.')
  const issue: OperationOutcomeIssue[] = known.issues
    ? [...known.issues]
    : [
        {
          severity: 'error',
          code: errorCodes[known.code].issue,
          details: { coding: [{ system: errorCodeSystem, code: known.code }], text: known.message },
          diagnostics: known.message,
          ...(known.expression.length > 0 ? { expression: [...known.expression] } : {}),
        },
      ]
  return { status: known.status, headers: known.headers, outcome: { resourceType: 'OperationOutcome', issue } }
}
