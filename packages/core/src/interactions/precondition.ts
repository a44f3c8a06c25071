import { FhirError } from '../errors/fhir-error.js'

/**
 * Runs a write that carries `If-Match` or `If-None-Match`; a version that does not fit is answered with 412
 * (https://hl7.org/fhir/R4/http.html#concurrency).
 */
export async function preconditionFailed<T>(
  input: { readonly ifMatch?: number; readonly ifNoneMatch?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      FhirError.is(error) &&
      error.code === 'version-conflict' &&
      (input.ifMatch !== undefined || input.ifNoneMatch)
    ) {
      throw new FhirError('precondition-failed', `${error.message} Read the current version and try again.`, {
        cause: error,
      })
    }
    throw error
  }
}
