/** A server and how to speak to it. */
export interface ReindexTarget {
  /** Base URL without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What the server tells of a job. */
export interface JobStatus {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly total: number
  /** Resources per second. */
  readonly rate: number
  readonly reason?: string
  readonly message?: string
}

/** The server did not answer: it may be starting. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** Asks for a job. */
export function requestJob(
  target: ReindexTarget,
  types: readonly string[],
  force: boolean,
): Promise<JobStatus> {
  const query = new URLSearchParams(types.map((type): [string, string] => ['type', type]))
  if (force) query.set('force', 'true')
  return ask(target, 'POST', `$reindex?${query}`)
}

/** Asks how a job stands. */
export function readJob(target: ReindexTarget, id: string): Promise<JobStatus> {
  return ask(target, 'GET', `$reindex-status?job=${encodeURIComponent(id)}`)
}

interface Answer {
  readonly resourceType?: string
  readonly parameter?: readonly { readonly name: string; readonly [value: string]: unknown }[]
  readonly issue?: readonly { readonly diagnostics?: string }[]
}

async function ask({ url, headers }: ReindexTarget, method: string, path: string): Promise<JobStatus> {
  let response: Response
  try {
    response = await fetch(`${url}/${path}`, {
      method,
      headers: { accept: 'application/fhir+json', ...headers },
    })
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string }
    throw new UnreachableError(`${url} cannot be reached${code ? ` (${code})` : ''}. Is the server running?`)
  }
  const answer = (await response.json().catch(() => ({}))) as Answer
  if (response.ok && answer.resourceType === 'Parameters') return statusOf(answer)
  const reason = answer.issue?.map(({ diagnostics }) => diagnostics).join(' ') ?? ''
  throw new Error(`${method} ${url}/${path} was answered with ${response.status}. ${reason}`.trim())
}

function statusOf({ parameter = [] }: Answer): JobStatus {
  const named = (name: string) => {
    const found = parameter.find((each) => each.name === name)
    return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1]
  }
  const reason = named('reason')
  const message = named('message')
  return {
    id: String(named('job')),
    state: String(named('state')),
    done: Number(named('done') ?? 0),
    total: Number(named('total') ?? 0),
    rate: Number(named('rate') ?? 0),
    ...(reason === undefined ? {} : { reason: String(reason) }),
    ...(message === undefined ? {} : { message: String(message) }),
  }
}
