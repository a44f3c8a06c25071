import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import type { RequestContext } from '../plugin/context.js'
import type { FhirRequest, FhirResponse } from '../plugin/http.js'
import type { Route } from '../plugin/route.js'
import { type ContextOptions, createContext } from './context.js'
import { fhirJson } from './media-types.js'
import { withoutBody } from './response.js'
import { RouteTable } from './route-table.js'

export interface RequestHandlerOptions extends ContextOptions {
  readonly routes: readonly Route[]
  /** Serves what is below the FHIR base. */
  readonly fhir: (request: FhirRequest) => Promise<FhirResponse>
}

/** Serves every request: routes outside the FHIR base, and FHIR. Always resolves. */
export function createRequestHandler(
  options: RequestHandlerOptions,
): (request: FhirRequest) => Promise<FhirResponse> {
  const table = new RouteTable(options.routes)
  const { basePath, fhir } = options
  return async (request) => {
    const { url } = request
    if (url.startsWith(basePath)) {
      const next = url[basePath.length]
      if (basePath !== '' && (next === undefined || next === '/' || next === '?')) return fhir(request)
    }
    const mark = url.indexOf('?')
    const path = mark === -1 ? url : url.slice(0, mark)
    const ctx = createContext(options, request)
    let response: FhirResponse
    try {
      const found = table.find(request.method, path)
      if (!found && basePath === '') return fhir(request)
      response = await serveRoute(options, request, path, found, ctx)
    } catch (error) {
      const { status, headers, outcome } = toErrorResponse(error)
      if (status >= 500) ctx.log.error({ err: error, method: request.method }, 'request failed')
      response = { status, headers: { ...headers, 'content-type': fhirJson }, body: JSON.stringify(outcome) }
    }
    const identified = { ...response, headers: { ...response.headers, 'x-request-id': ctx.requestId } }
    return request.method === 'HEAD' ? withoutBody(identified) : identified
  }
}

async function serveRoute(
  options: RequestHandlerOptions,
  request: FhirRequest,
  path: string,
  found: ReturnType<RouteTable['find']>,
  ctx: RequestContext,
): Promise<FhirResponse> {
  if (!found) {
    throw new FhirError(
      'unknown-route',
      `There is nothing at '${path.slice(0, 120)}'. FHIR is served below ${options.basePath}.`,
    )
  }
  if ('methods' in found) {
    const allow = found.methods.join(', ')
    throw new FhirError(
      'method-not-allowed',
      `${request.method.slice(0, 20)} is not possible here; ${allow} is.`,
      { headers: { allow } },
    )
  }
  return found.route.handle({ ...request, params: found.params }, ctx)
}
