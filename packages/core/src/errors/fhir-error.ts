import type { OperationOutcomeIssue } from '../fhir/types.js'
import { type ErrorCode, errorCodes } from './codes.js'

/** What a failure may carry beside its message. */
export interface FhirErrorOptions {
  /** FHIRPath of the elements at fault, e.g. `Patient.name[0].given`. */
  readonly expression?: readonly string[]
  /** Complete issues, where there is more than one (validation). Replaces the single issue built from the message. */
  readonly issues?: readonly OperationOutcomeIssue[]
  /** Overrides the status of the code. */
  readonly status?: number
  /** Response headers that belong to the failure, e.g. `Retry-After`, `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/**
 * A failure that a client is meant to see. The message says what was expected, what was found and what to do;
 * it never carries patient data. `toOutcome` turns it into an OperationOutcome.
 */
export class FhirError extends Error {
  override readonly name = 'FhirError'
  readonly code: ErrorCode
  readonly status: number
  readonly expression: readonly string[]
  readonly issues: readonly OperationOutcomeIssue[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, options: FhirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? errorCodes[code].status
    this.expression = options.expression ?? []
    this.issues = options.issues
    this.headers = options.headers ?? {}
  }

  /** Recognises a FhirError even when a second copy of this package made it. */
  static is(error: unknown): error is FhirError {
    return error instanceof Error && error.name === 'FhirError' && 'code' in error && 'status' in error
  }
}
