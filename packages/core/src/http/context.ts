import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock, Principal, RequestContext } from '../plugin/context.js'
import type { FhirRequest } from '../plugin/http.js'

export interface ContextOptions {
  readonly log: Logger
  readonly clock: Clock
  /** Path of the FHIR base, e.g. `/fhir`; empty for the root. */
  readonly basePath: string
  /** Origin in links and Location, e.g. `https://fhir.example.org`; absent: taken from the request. */
  readonly origin: string | undefined
}

/** The context while `http/` still fills it in. */
export type ServerContext = Omit<RequestContext, 'principal' | 'handling' | 'validation'> & {
  principal: RequestContext['principal']
  handling: RequestContext['handling']
  validation: string | undefined
}

/** The context of a request that nobody has authenticated yet. */
export function createContext(options: ContextOptions, request: FhirRequest): ServerContext {
  const given = request.headers['x-request-id']
  const requestId = given !== undefined && /^[A-Za-z0-9\-._]{1,64}$/.test(given) ? given : randomUUID()
  let log: Logger | undefined
  return {
    requestId,
    principal: undefined as Principal | undefined,
    baseUrl: `${options.origin ?? originOf(request)}${options.basePath}`,
    handling: 'lenient',
    validation: undefined as string | undefined,
    clock: options.clock,
    remoteAddress: request.remoteAddress,
    // Most requests log nothing of their own and watch no signal, so neither is made before it is asked for.
    get log() {
      log ??= options.log.child({ requestId })
      return log
    },
    get signal() {
      return request.signal ?? neverAborted
    },
  }
}

const neverAborted = new AbortController().signal

/** What a client says of the origin ends up in links, so it has to be one. */
function originOf(request: FhirRequest): string {
  if (request.origin !== undefined && /^https?:\/\/[A-Za-z0-9\-._:[\]]{1,255}$/.test(request.origin))
    return request.origin
  const { host } = request.headers
  const name = host !== undefined && /^[A-Za-z0-9\-._:[\]]{1,255}$/.test(host) ? host : 'localhost'
  return `http://${name}`
}
