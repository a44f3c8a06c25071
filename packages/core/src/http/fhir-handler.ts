import type { Definitions } from '../definitions/definitions.js'
import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import { stringifyJson } from '../fhir/json.js'
import type { Limits } from '../interactions/limits.js'
import { parseQueryString } from '../interactions/query-string.js'
import { allowedMethods, route } from '../interactions/route.js'
import { toInteraction } from '../interactions/to-interaction.js'
import type { Principal, RequestContext } from '../plugin/context.js'
import { type HandledInteraction, refuse } from '../plugin/handlers.js'
import type { FhirRequest, FhirResponse } from '../plugin/http.js'
import type { Interaction } from '../plugin/interaction.js'
import type { Registry } from '../plugin/registry.js'
import { runInBackground } from '../plugin/run-hooks.js'
import type { Engine } from '../plugin/services.js'
import { openBinary, type RawBinary, wantsResource } from './binary.js'
import { parseBody } from './body.js'
import { type ContextOptions, createContext, type ServerContext } from './context.js'
import { parsePrefer, utf8Header } from './headers.js'
import { plainJson, type Representation, renderResult, representationFor, withoutBody } from './response.js'

/** What the handler of FHIR requests needs. */
export interface FhirHandlerOptions extends ContextOptions {
  readonly engine: Engine
  readonly registry: Registry
  readonly definitions: Definitions
  readonly limits: Limits
}

/** Serves FHIR requests, free of sockets and of Koa: always resolves, every failure is an OperationOutcome. */
export function createFhirHandler(
  options: FhirHandlerOptions,
): (request: FhirRequest) => Promise<FhirResponse> {
  const { registry } = options
  return async (request) => {
    const began = performance.now()
    const ctx = createContext(options, request)
    const finish = (made: FhirResponse): FhirResponse => {
      made.headers['x-request-id'] = ctx.requestId
      // A browser would guess from Last-Modified how long a record stays as it is.
      made.headers['cache-control'] ??= 'private, no-cache'
      return request.method === 'HEAD' ? withoutBody(made) : made
    }
    let interaction: Interaction | undefined
    let response: FhirResponse
    try {
      const served = await serve(options, request, ctx, (found) => {
        interaction = found
      })
      response = finish(served)
    } catch (error) {
      response = finish(failure(options, error, request, ctx))
    }
    try {
      for (const hook of registry.hooks('beforeRespond')) await hook.run(response, request, ctx)
    } catch (error) {
      response = finish(failure(options, error, request, ctx))
    }
    if (registry.hooks('afterResponse').length > 0) {
      setImmediate(() =>
        runInBackground(registry, 'afterResponse', ctx.log, (run) => run(response, request, ctx)),
      )
    }
    options.log.info({
      requestId: ctx.requestId,
      method: request.method,
      interaction: interaction?.interaction,
      status: response.status,
      ms: Math.round(performance.now() - began),
    })
    return response
  }
}

async function serve(
  options: FhirHandlerOptions,
  request: FhirRequest,
  ctx: ServerContext,
  announce: (interaction: Interaction) => void,
): Promise<FhirResponse> {
  const { registry, engine, limits } = options
  const { headers } = request
  ctx.principal = await authenticate(registry, request, ctx)
  if (request.url.length > limits.urlBytes) {
    throw new FhirError(
      'uri-too-long',
      `The URL is longer than ${limits.urlBytes} bytes. Send the parameters in a POST to _search.`,
    )
  }
  const preferences = parsePrefer(headers.prefer)
  ctx.handling = preferences.handling
  ctx.validation = preferences.validation
  const routed = route(options.definitions, request.method, belowBase(request.url, options.basePath))
  const body = parseBody(request, routed, options)
  const parameters = body.form ? [...routed.parameters, ...body.form] : routed.parameters
  const mayBeRaw =
    routed.type === 'Binary' && (routed.interaction === 'read' || routed.interaction === 'vread')
  const asRaw = mayBeRaw && !wantsResource(headers.accept, parameters)
  const asked = () => representationFor(headers.accept, parameters, options.definitions)
  let representation = asRaw ? plainJson : asked()
  const interaction = toInteraction(routed, {
    method: request.method,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: headers['if-modified-since'],
    ifNoneExist: utf8Header(headers['if-none-exist']),
    ...body,
    return: preferences.returnAsked ? preferences.return : 'minimal',
  })
  announce(interaction)
  const result = await engine.execute(interaction, ctx)
  const raw = asRaw && result.content !== undefined ? openBinary(result.content) : undefined
  // A Binary without a content type leaves as FHIR, if the client takes that.
  if (asRaw && !raw && result.content !== undefined) representation = asked()
  const rendered = renderResult(interaction, result, preferences, representation, ctx.baseUrl)
  return raw ? renderRaw(raw, rendered) : rendered
}

async function authenticate(
  registry: Registry,
  request: FhirRequest,
  ctx: RequestContext,
): Promise<Principal | undefined> {
  for (const hook of registry.hooks('authenticate')) {
    const principal = await hook.run(request, ctx)
    if (principal) return principal
  }
  return undefined
}

function renderRaw(
  { contentType, data, securityContext }: RawBinary,
  { status, headers }: FhirResponse,
): FhirResponse {
  return {
    status,
    headers: {
      ...headers,
      'content-type': contentType,
      // What a stranger uploaded must not run in the origin of this server.
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      ...(securityContext === undefined ? {} : { 'x-security-context': securityContext }),
    },
    body: data,
  }
}

function belowBase(url: string, basePath: string): string {
  const rest = url.slice(basePath.length)
  return rest.startsWith('/') ? rest.slice(1) : rest
}

function failure(
  options: FhirHandlerOptions,
  error: unknown,
  request: FhirRequest,
  ctx: ServerContext,
): FhirResponse {
  const { status, headers, outcome } = toErrorResponse(error)
  if (status >= 500) ctx.log.error({ err: error, method: request.method }, 'request failed')
  const { contentType, render } = representationOfFailure(options, request)
  const allow = status === 405 && headers.allow === undefined ? allowOf(options, request) : undefined
  return {
    status,
    headers: { ...headers, ...(allow === undefined ? {} : { allow }), 'content-type': contentType },
    body: render(stringifyJson(outcome)),
  }
}

/** As the client asked, if that much of its request can be read. */
function representationOfFailure(
  { definitions }: FhirHandlerOptions,
  { url, headers }: FhirRequest,
): Representation {
  try {
    return representationFor(headers.accept, parseQueryString(url.split('?')[1] ?? ''), definitions)
  } catch {
    return plainJson
  }
}

/** The methods of a URL but for those that handlers refuse. */
function allowOf({ definitions, registry, basePath }: FhirHandlerOptions, { url }: FhirRequest): string {
  const target = belowBase(url, basePath)
  return allowedMethods(definitions, target)
    .filter((method) => {
      const { interaction, type } = route(definitions, method, target)
      const handled = interaction.replace(/-.*/, '') as HandledInteraction
      return type === undefined || !registry.handlers(type, handled).includes(refuse)
    })
    .join(', ')
}
