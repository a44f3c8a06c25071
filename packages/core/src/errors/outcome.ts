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
  const known =
    FhirError.is(error) && Object.hasOwn(errorCodes, error.code)
      ? error
      : new FhirError(
          'internal',
          'The server failed to answer this request. The log has the cause under this request id.',
        )
  const text = readable(known.message)
  const issue: OperationOutcomeIssue[] = known.issues
    ? known.issues.map(readableIssue)
    : [
        {
          severity: 'error',
          code: errorCodes[known.code].issue,
          details: { coding: [{ system: errorCodeSystem, code: known.code }], text },
          diagnostics: text,
          ...(known.expression.length > 0 ? { expression: known.expression.map(readable) } : {}),
        },
      ]
  return {
    status: known.status,
    headers: known.headers,
    outcome: { resourceType: 'OperationOutcome', issue },
  }
}

/** An issue whose texts a FHIR string can hold, whatever they quote. */
export function readableIssue(issue: OperationOutcomeIssue): OperationOutcomeIssue {
  const { diagnostics, expression, details, ...rest } = issue
  return {
    ...rest,
    ...(details?.text === undefined
      ? details && { details }
      : { details: { ...details, text: readable(details.text) } }),
    ...(diagnostics === undefined ? {} : { diagnostics: readable(diagnostics) }),
    // FHIR knows no empty arrays.
    ...(expression === undefined || expression.length === 0 ? {} : { expression: expression.map(readable) }),
  }
}

const longest = 2000
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** Text that quotes what a client sent, as a FHIR string can hold it: no control characters, not longer than a reader takes. */
function readable(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}...` : text
  return short.toWellFormed().replace(unprintable, '\ufffd') || 'No details are known.'
}
