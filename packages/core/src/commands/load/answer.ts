import type { OperationOutcome } from '../../fhir/types.js'
import type { Payload } from './payload.js'
import type { Answer } from './send.js'

/** What became of one resource. */
export type Change = 'created' | 'updated' | 'unchanged' | 'deleted'

/** What a server's answer says about a payload. */
export interface Reading {
  readonly changes: readonly { readonly type: string; readonly change: Change }[]
  /** One message per failure, naming the entry. */
  readonly failures: readonly string[]
  /** The entries that need not be sent again. */
  readonly done: ReadonlySet<number>
  /** `Type/id` of one resource that the server has now. */
  readonly sample: string | undefined
}

interface AnswerEntry {
  readonly response?: {
    readonly status?: string
    readonly location?: string
    readonly etag?: string
    readonly lastModified?: string
    readonly outcome?: OperationOutcome
  }
}

/** Reads the answer to a transaction or batch (https://hl7.org/fhir/R4/http.html#transaction-response). */
export function readAnswer(payload: Payload, answer: Answer): Reading {
  const content = parse(answer.text)
  if (answer.status < 200 || answer.status > 299) {
    return { changes: [], failures: refusal(payload, answer, content), done: new Set(), sample: undefined }
  }
  if (content?.resourceType !== 'Bundle' || (content.entry ?? []).length !== payload.entries.length) {
    const found =
      content?.resourceType === 'Bundle' ? `${content.entry?.length ?? 0} entries` : 'something else'
    const failure = `expected a bundle of ${payload.entries.length} entries as the answer, found ${found} (status ${answer.status})`
    return { changes: [], failures: [failure], done: new Set(), sample: undefined }
  }
  return readEntries(payload, content.entry ?? [], startByServerClock(answer))
}

function readEntries(
  payload: Payload,
  answers: readonly AnswerEntry[],
  started: number | undefined,
): Reading {
  const changes: { type: string; change: Change }[] = []
  const failures: string[] = []
  const done = new Set<number>()
  let sample: string | undefined
  for (const [index, entry] of payload.entries.entries()) {
    const response = answers[index]?.response ?? {}
    const status = Number.parseInt(response.status ?? '', 10)
    if (!(status >= 200 && status < 400)) {
      const messages = issuesOf(response.outcome).map((issue) => issue.message)
      failures.push(`${entry.label}: ${messages.join('; ') || `status ${response.status ?? 'missing'}`}`)
      continue
    }
    done.add(index)
    const change = changeOf(entry.method, status, response, started)
    if (change) changes.push({ type: entry.type, change })
    if (change !== 'deleted')
      sample ??= /[A-Z]\w+\/[A-Za-z0-9\-.]{1,64}(?=$|\/_history\/)/.exec(response.location ?? '')?.[0]
  }
  return { changes, failures, done, sample }
}

/**
 * A PUT that alters nothing is answered with 200 like one that does. It shows in a first version that was not created
 * now, or in a time of change before the request.
 */
function changeOf(
  method: string,
  status: number,
  response: NonNullable<AnswerEntry['response']>,
  started: number | undefined,
): Change | undefined {
  if (method === 'DELETE') return 'deleted'
  if (method === 'GET' || method === 'HEAD') return undefined
  if (status === 201) return 'created'
  if (method === 'POST' || status === 304 || response.etag === 'W/"1"') return 'unchanged'
  const modified = Date.parse(response.lastModified ?? '')
  return started !== undefined && modified < started ? 'unchanged' : 'updated'
}

/** When the request began, in the server's time, less the second that its Date header rounds away. */
function startByServerClock(answer: Answer): number | undefined {
  const date = Date.parse(answer.headers.get('date') ?? '')
  return Number.isNaN(date) ? undefined : date - answer.elapsed - 1000
}

function refusal(payload: Payload, answer: Answer, content: { resourceType?: string } | undefined): string[] {
  const issues = issuesOf(
    content?.resourceType === 'OperationOutcome' ? (content as OperationOutcome) : undefined,
  )
  if (issues.length === 0) return [`the server answered with status ${answer.status} and no OperationOutcome`]
  return issues.map(({ message, entry }) => {
    const label = entry === undefined ? undefined : payload.entries[entry]?.label
    return label === undefined ? message : `${label}: ${message}`
  })
}

function issuesOf(outcome: OperationOutcome | undefined): { message: string; entry: number | undefined }[] {
  return (outcome?.issue ?? [])
    .filter((issue) => issue.severity === 'error' || issue.severity === 'fatal')
    .map((issue) => {
      const message = issue.details?.text ?? issue.diagnostics ?? issue.code
      const place = [...(issue.expression ?? []), ...(issue.location ?? []), message].join(' ')
      const entry = /Bundle\.entry\[(\d+)\]/.exec(place)?.[1]
      return { message, entry: entry === undefined ? undefined : Number(entry) }
    })
}

function parse(text: string): { resourceType?: string; entry?: AnswerEntry[] } | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
