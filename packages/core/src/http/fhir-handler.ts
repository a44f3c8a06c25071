import type { Logger } from 'pino'
import type { Definitions } from '../definitions/definitions.js'
import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import { prettyJson, stringifyJson } from '../fhir/json.js'
import type { Limits } from '../interactions/limits.js'
import { type RoutedRequest, route } from '../interactions/route.js'
import { toInteraction } from '../interactions/to-interaction.js'
import type { Principal, RequestContext } from '../plugin/context.js'
import type { FhirRequest, FhirResponse } from '../plugin/http.js'
import type { Interaction, InteractionResult } from '../plugin/interaction.js'
import type { Registry } from '../plugin/registry.js'
import { runInBackground } from '../plugin/run-hooks.js'
import type { Engine } from '../plugin/services.js'
import { openBinary, wantsResource } from './binary.js'
import { parseBody } from './body.js'
import { type ContextOptions, createContext, type ServerContext } from './context.js'
import { fhirJson, type Preferences, parsePrefer, requireJson } from './headers.js'
import { renderResult } from './response.js'

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
  return async (request) => {
    const began = performance.now()
    const ctx = createContext(options, request)
    let interaction: Interaction | undefined
    let response: FhirResponse
    try {
      const served = await serve(options, request, ctx)
      interaction = served.interaction
      response = served.response
    } catch (error) {
      response = failure(error, request, ctx.log)
    }
    response.headers['x-request-id'] = ctx.requestId
    if (request.method === 'HEAD') response = withoutBody(response)
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
): Promise<{ response: FhirResponse; interaction: Interaction }> {
  const { registry, engine, limits } = options
  if (request.url.length > limits.urlBytes) {
    throw new FhirError(
      'uri-too-long',
      `The URL is longer than ${limits.urlBytes} bytes. Send the parameters in a POST to _search.`,
    )
  }
  const preferences = parsePrefer(request.headers.prefer)
  ctx.handling = preferences.handling
  ctx.principal = await authenticate(registry, request, ctx)
  const routed = route(options.definitions, request.method, belowBase(request.url, options.basePath))
  const readsBinary =
    routed.type === 'Binary' && (routed.interaction === 'read' || routed.interaction === 'vread')
  if (!readsBinary) requireJson(request.headers.accept, routed.parameters)
  const interaction = toInteraction(routed, {
    method: request.method,
    ifMatch: request.headers['if-match'],
    ifNoneMatch: request.headers['if-none-match'],
    ifModifiedSince: request.headers['if-modified-since'],
    ifNoneExist: request.headers['if-none-exist'],
    ...parseBody(request, routed, limits),
    return: preferences.returnAsked ? preferences.return : 'minimal',
  })
  const result = await engine.execute(interaction, ctx)
  const rendered = readsBinary
    ? await renderBinary(options, request, routed, interaction, result, preferences, ctx)
    : renderResult(interaction, result, preferences, routed.parameters, ctx.baseUrl)
  for (const hook of registry.hooks('beforeRespond')) await hook.run(rendered, request, ctx)
  runInBackground(registry, 'afterResponse', ctx.log, (run) => run(rendered, request, ctx))
  return { response: rendered, interaction }
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

/** A Binary's `securityContext` guards it: whoever may not read that resource does not find the Binary either. */
async function renderBinary(
  options: FhirHandlerOptions,
  request: FhirRequest,
  routed: RoutedRequest,
  interaction: Interaction,
  result: InteractionResult,
  preferences: Preferences,
  ctx: RequestContext,
): Promise<FhirResponse> {
  const asFhir = () => renderResult(interaction, result, preferences, routed.parameters, ctx.baseUrl)
  const raw = result.content === undefined ? undefined : openBinary(result.content)
  const context = raw?.securityContext?.match(/^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/)
  if (context?.[1] && context[2] && options.definitions.isResourceType(context[1])) {
    await requireReadable(options, { type: context[1], id: context[2] }, routed, ctx)
  }
  if (!raw || wantsResource(request.headers.accept, routed.parameters)) {
    requireJson(request.headers.accept, routed.parameters)
    return asFhir()
  }
  const { headers } = asFhir()
  // What a stranger uploaded must not run in the origin of this server.
  const guarded = {
    ...headers,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  }
  return { status: result.status, headers: { ...guarded, 'content-type': raw.contentType }, body: raw.data }
}

async function requireReadable(
  options: FhirHandlerOptions,
  target: { readonly type: string; readonly id: string },
  routed: RoutedRequest,
  ctx: RequestContext,
): Promise<void> {
  try {
    await options.engine.execute({ interaction: 'read', ...target }, ctx)
  } catch (error) {
    const hidden =
      FhirError.is(error) && (error.status === 404 || error.status === 403 || error.status === 410)
    // Without a policy in place a context that is merely absent hides nothing.
    if (!hidden || (error.status !== 403 && options.registry.hooks('narrow').length === 0)) {
      if (hidden) return
      throw error
    }
    throw new FhirError('not-found', `There is no Binary with the id '${routed.id ?? ''}'.`)
  }
}

function belowBase(url: string, basePath: string): string {
  const rest = url.slice(basePath.length)
  return rest.startsWith('/') ? rest.slice(1) : rest
}

function failure(error: unknown, request: FhirRequest, log: Logger): FhirResponse {
  const { status, headers, outcome } = toErrorResponse(error)
  if (status >= 500) log.error({ err: error, method: request.method }, 'request failed')
  const text = stringifyJson(outcome)
  const query = request.url.split('?')[1] ?? ''
  const pretty = query.includes('_pretty=true')
  return { status, headers: { ...headers, 'content-type': fhirJson }, body: pretty ? prettyJson(text) : text }
}

/** HEAD: the headers of the GET, with the length of the body that is not sent. */
function withoutBody(response: FhirResponse): FhirResponse {
  const { body, ...rest } = response
  if (body === undefined) return response
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  return { ...rest, headers: { ...rest.headers, 'content-length': String(length) } }
}
