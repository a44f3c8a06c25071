import { FhirError } from '@anamnesis/core'

/** The fields of a PostgreSQL or socket error that decide what it means. */
interface DatabaseError extends Error {
  readonly code?: string
  readonly detail?: string
}

/** SQLSTATEs raised by `put_resources`. */
export const expectationFailed = 'FH001'
export const alreadyExists = 'FH002'

/** True where running the whole transaction again may succeed: serialization failure, deadlock. */
export function isRetriable(error: unknown): boolean {
  const code = codeOf(error)
  return code === '40001' || code === '40P01'
}

const lostCodes = new Set(['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE'])

/** True where the connection was lost, so that the server may never have seen the statement. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return lostCodes.has(code) || code.startsWith('08')
  return error instanceof Error && /connection terminated|connection error|not queryable/i.test(error.message)
}

/** True where the connection must not be used again: lost, or still busy with a statement that nobody waits for. */
export function isUnusable(error: unknown): boolean {
  return isConnectionLoss(error) || /query read timeout/i.test(messageOf(error))
}

function codeOf(error: unknown): string | undefined {
  const code = (error as DatabaseError | undefined)?.code
  return error instanceof Error && typeof code === 'string' ? code : undefined
}

/**
 * A database failure as a client may see it. FhirErrors pass through; what has no meaning of its own is returned as it
 * is and becomes a 500.
 */
export function toFhirError(error: unknown): unknown {
  if (FhirError.is(error)) return error
  const code = codeOf(error)
  const cause = { cause: error }
  if (code === '57014' || /query read timeout/i.test(messageOf(error))) {
    return new FhirError(
      'storage-timeout',
      'The database did not finish this request within its time limit. Narrow the search or try again later.',
      cause,
    )
  }
  if (isConnectionLoss(error) || isUnreachable(code, messageOf(error))) {
    return new FhirError('unavailable', 'The database cannot be reached at the moment. Try again shortly.', {
      ...cause,
      headers: { 'Retry-After': '2' },
    })
  }
  if (code === '23505') {
    return new FhirError(
      'write-conflict',
      'Another request wrote the same resource at the same time. Read it and try again.',
      cause,
    )
  }
  if (isRetriable(error) || code === '55P03') {
    return new FhirError(
      'write-conflict',
      'Other requests kept changing the same resources, and the retries are used up. Try again.',
      cause,
    )
  }
  return error
}

function isUnreachable(code: string | undefined, message: string): boolean {
  return (
    ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENOENT', 'EAI_AGAIN'].includes(code ?? '') ||
    code?.startsWith('53') === true ||
    /timeout exceeded when trying to connect|after calling end on the pool/i.test(message)
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
