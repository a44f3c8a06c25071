import { setTimeout as delay } from 'node:timers/promises'

/** Where and how bundles are sent. */
export interface Target {
  /** Base URL without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Waits before another attempt; tests need not. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

/** The server's answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Milliseconds from the last attempt's start to the whole answer. */
  readonly elapsed: number
}

/** Nothing more can be sent: the server is gone, or refuses the credentials. */
export class FatalError extends Error {
  override readonly name = 'FatalError'
}

/** It cannot be told whether the server did what was asked. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError'
}

const attempts = 8
const longestWait = 30_000
const longestRetryAfter = 600_000

/** The request was not sent, so sending it again is always safe. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Answers by which a server says that it did nothing; a gateway's 502 and 504 do not say so. */
const notDone = new Set([429, 503])
const perhapsDone = new Set([502, 504])

/**
 * Sends a bundle, again while the server is busy or away, for about a minute and a half.
 *
 * A connection that breaks after the request was sent leaves open what the server did: then only a bundle that may be
 * repeated is sent again.
 *
 * @throws FatalError when the server stays away or refuses the credentials
 * @throws UnknownOutcomeError when a bundle that must not be repeated may have been processed
 */
export async function send(target: Target, body: string | Buffer, repeatable: boolean): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === attempts || target.signal.aborted
    let waiting: number
    try {
      const answer = await post(target, body)
      if (answer.status === 401) {
        throw new FatalError("the server wants a login (401). Add --header 'Authorization: Bearer ...'.")
      }
      const again = notDone.has(answer.status) || (repeatable && perhapsDone.has(answer.status))
      if (!again || last) return answer
      waiting = retryAfter(answer.headers.get('retry-after')) ?? backoff(attempt)
    } catch (error) {
      if (error instanceof FatalError) throw error
      const code = codeOf(error)
      if (!notSent.has(code) && !repeatable) {
        throw new UnknownOutcomeError(
          `the connection broke (${code}) before the answer came, so the server may have stored this. ` +
            'It was not sent again, because that could store it twice. Check the server before the next run.',
        )
      }
      if (last) throw new FatalError(`${target.url} cannot be reached (${code}). Is the server running?`)
      waiting = backoff(attempt)
    }
    await (target.wait?.(waiting) ?? delay(waiting, undefined, { signal: target.signal }).catch(() => {}))
  }
}

/** Does the server still have this resource, given as `Type/id`? One that was deleted since counts: it was loaded. */
export async function isThere(target: Target, resource: string): Promise<boolean> {
  const response = await fetch(`${target.url}/${resource}`, {
    headers: { accept: 'application/fhir+json', ...target.headers },
  })
  await response.arrayBuffer()
  return response.status !== 404
}

async function post(target: Target, body: string | Buffer): Promise<Answer> {
  const start = performance.now()
  const response = await fetch(target.url, {
    method: 'POST',
    body,
    // Following a redirect would turn the POST into a GET.
    redirect: 'manual',
    headers: {
      'content-type': 'application/fhir+json; charset=utf-8',
      accept: 'application/fhir+json',
      prefer: 'return=minimal',
      ...target.headers,
    },
  })
  const text = await response.text()
  if (response.status >= 300 && response.status < 400) {
    throw new FatalError(
      `${target.url} redirects to ${response.headers.get('location')}. Give that as --url.`,
    )
  }
  return { status: response.status, headers: response.headers, text, elapsed: performance.now() - start }
}

/** Doubles from a quarter of a second; the random part keeps several loaders apart. */
function backoff(attempt: number): number {
  return Math.min(longestWait, 250 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}

/** Retry-After: seconds or a date (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.min(longestRetryAfter, Math.max(0, wait))
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; errors?: { code?: string }[] } }).cause
  return cause?.code ?? cause?.errors?.[0]?.code ?? (error as { name?: string }).name ?? 'unknown'
}
