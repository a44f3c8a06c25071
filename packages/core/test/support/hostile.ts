import { r4 } from '../../src/definitions/r4.js'
import { readXml } from '../../src/definitions/xml/read-xml.js'
import { validateStructure } from '../../src/validation/structure.js'
import { hostileRequests } from './hostile/requests.js'
import { seeds } from './hostile/resources.js'
import { exchange, type WireAnswer, type WireRequest } from './hostile/wire.js'

export { marker } from './hostile/pools.js'

/** Whom to attack. */
export interface AttackOptions {
  readonly port: number
  /** Path of the FHIR base, e.g. `/fhir`. */
  readonly basePath: string
  readonly requests: number
  readonly seed: number
  /** Requests at once. */
  readonly concurrency?: number
  /** True where the server stores only valid resources: then what it returns has to be valid too. */
  readonly validates: boolean
  /** Called after each tenth of the requests. */
  readonly onRound?: (round: number) => Promise<void> | void
}

/** What an attack found. */
export interface AttackReport {
  /** One line for each answer that should not be: what was wrong, and the start of the request. */
  readonly faults: readonly string[]
  /** Answers by status; 0 where the server hung up. */
  readonly statuses: ReadonlyMap<number, number>
  /** The longest time that one answer took, in milliseconds, with its request. */
  readonly slowest: { readonly milliseconds: number; readonly request: string }
}

const rounds = 10

/**
 * Sends hostile requests to a server over sockets and checks every answer: below 500, and an OperationOutcome with a
 * text where it is a refusal. Seeds a few resources first and again after each `onRound`.
 */
export async function attack(options: AttackOptions): Promise<AttackReport> {
  const faults: string[] = []
  const statuses = new Map<number, number>()
  let slowest = { milliseconds: 0, request: '' }
  const each = Math.ceil(options.requests / rounds)
  for (let round = 0; round < rounds; round += 1) {
    await seedResources(options)
    const requests = hostileRequests(options.basePath, each, options.seed + round)
    let next = 0
    const work = async () => {
      for (let request = requests[next++]; request; request = requests[next++]) {
        const began = performance.now()
        const { status, problem } = await send(options, request)
        const milliseconds = performance.now() - began
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (milliseconds > slowest.milliseconds) slowest = { milliseconds, request: show(request) }
        if (problem !== undefined) faults.push(`[${request.kind}] ${problem} | ${show(request)}`)
      }
    }
    await Promise.all(Array.from({ length: options.concurrency ?? 16 }, work))
    await options.onRound?.(round)
  }
  return { faults, statuses, slowest }
}

async function seedResources({ port, basePath }: AttackOptions): Promise<void> {
  for (const { path, body } of seeds) {
    const text = JSON.stringify(body)
    const head = `PUT ${basePath}/${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n`
    const answer = await exchange(port, { bytes: Buffer.from(head + text) })
    if (answer?.status !== 200 && answer?.status !== 201)
      throw new Error(`cannot seed ${path}: ${answer?.status} ${answer?.body}`)
  }
}

async function send(
  { port, validates }: AttackOptions,
  request: WireRequest,
): Promise<{ status: number; problem: string | undefined }> {
  try {
    const answer = await exchange(port, request)
    return { status: answer?.status ?? 0, problem: answer && problemOf(answer, request, validates) }
  } catch (error) {
    return { status: 0, problem: error instanceof Error ? error.message : String(error) }
  }
}

function problemOf(answer: WireAnswer, { head }: WireRequest, validates: boolean): string | undefined {
  const { status, headers, body } = answer
  if (status >= 500) return `answered ${status}: ${body.toString('utf8').slice(0, 200)}`
  if (head || headers['content-encoding'] !== undefined) return undefined
  if (status < 400) return validates ? invalidity(answer) : undefined
  if (!/^application\/(fhir\+)?(json|xml)|^text\/(json|xml)/.test(headers['content-type'] ?? '')) {
    return `answered ${status} as '${headers['content-type']}': ${body.toString('utf8').slice(0, 200)}`
  }
  try {
    const text = body.toString('utf8')
    const outcome = text.startsWith('<') ? readXml(text, r4) : JSON.parse(text)
    if (outcome.resourceType !== 'OperationOutcome')
      return `answered ${status} with a ${outcome.resourceType}`
    const [invalid] = validateStructure(outcome)
    if (invalid)
      return `answered ${status} with an invalid outcome: ${invalid.diagnostics} in ${body.toString('utf8').slice(0, 300)}`
    const silent = outcome.issue.some(
      (issue: { diagnostics?: string }) => (issue.diagnostics ?? '').length < 10,
    )
    return silent
      ? `answered ${status} without diagnostics: ${body.toString('utf8').slice(0, 200)}`
      : undefined
  } catch {
    return `answered ${status} with what cannot be read: ${body.toString('utf8').slice(0, 200)}`
  }
}

/** What is wrong with a resource that was returned. */
function invalidity({ status, headers, body }: WireAnswer): string | undefined {
  if (body.length === 0 || !/^application\/fhir\+json/.test(headers['content-type'] ?? '')) return undefined
  const [issue] = validateStructure(JSON.parse(body.toString('utf8')))
  return (
    issue &&
    `answered ${status} with an invalid resource: ${issue.diagnostics} in ${body.toString('utf8').slice(0, 300)}`
  )
}

function show({ bytes }: WireRequest): string {
  const text = bytes.toString('latin1')
  const body = text.indexOf('\r\n\r\n')
  return JSON.stringify(
    text.slice(0, 400) + (body >= 400 ? ` ... ${text.slice(body + 4, body + 300)}` : text.slice(400, 700)),
  )
}
