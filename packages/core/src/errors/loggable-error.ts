import { FhirError } from './fhir-error.js'

/** An error as a log may hold it. */
export interface LoggableError {
  readonly type: string
  readonly message: string
  /** Of the system or the database, e.g. `ECONNREFUSED`, `23505`. */
  readonly code?: string
  readonly stack: string
  readonly cause?: LoggableError | string
}

/**
 * An error without the patient data that it may quote: drivers attach rows, statements and values, and messages of the
 * platform hold pieces of what was parsed. Names, codes and stack frames stay; so do messages written for logs.
 */
export function loggableError(error: unknown): LoggableError | string {
  if (!(error instanceof Error)) return typeof error
  const { name, code, cause } = error as Error & { code?: unknown }
  const ours = FhirError.is(error) || name === 'PluginError' || name === 'BootError'
  return {
    type: name,
    message: ours ? error.message : withoutQuotes(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    stack: framesOf(error),
    ...(cause === undefined || cause === error ? {} : { cause: loggableError(cause) }),
  }
}

/** Quotations may hold quotes, so everything from the first to the last one goes. */
function withoutQuotes(message: string): string {
  return message.replace(/["'`].*["'`]|["'`].*/s, '…').replace(/\([^()]*\)=\(.*\)/s, '…')
}

function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
