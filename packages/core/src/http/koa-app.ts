import type { IncomingMessage } from 'node:http'
import { constants as zlib } from 'node:zlib'
import cors from '@koa/cors'
import Koa from 'koa'
import compress from 'koa-compress'
import Negotiator from 'negotiator'
import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import type { FhirRequest, FhirResponse } from '../plugin/http.js'
import { fhirJson } from './media-types.js'
import { readBody } from './read-body.js'

/** What the Koa application serves. */
export interface KoaAppOptions {
  /** Answers every request; never rejects. */
  readonly handle: (request: FhirRequest) => Promise<FhirResponse>
  /** Hears of what should not happen: a response that could not be sent as it was. */
  readonly onError: (error: unknown) => void
  /** Bytes of a request body, after decompression. */
  readonly bodyBytes: number
  /** True behind a proxy that sets `X-Forwarded-*`. */
  readonly proxy: boolean
  /** Origins that browsers may call from: `*`, or a list; `false` sends no CORS headers. */
  readonly corsOrigins: '*' | readonly string[] | false
}

/** The HTTP face of the server: the only module that knows Koa. */
export function createKoaApp(options: KoaAppOptions): Koa {
  const app = new Koa({ proxy: options.proxy })
  // Failures are answered below; what Koa reports beyond that is a socket that broke, which is no event for the log.
  app.silent = true
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      // Only middleware and headers that cannot be sent get here; the socket may be all right.
      options.onError(error)
      send(ctx, refusal(error))
    }
  })
  if (options.corsOrigins !== false) app.use(corsMiddleware(options.corsOrigins))
  const compressed = compress({
    threshold: 2048,
    br: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } },
    gzip: { level: 4 },
  })
  app.use((ctx, next) => {
    if (ctx.req.headers['accept-encoding'] !== undefined) return compressed(ctx, next)
    ctx.vary('Accept-Encoding')
    return next()
  })
  app.use(async (ctx) => {
    // The middleware cannot do without any encoding, not even none.
    if (
      ctx.req.headers['accept-encoding'] !== undefined &&
      new Negotiator(ctx.req).encoding(['identity', 'gzip', 'br', 'deflate']) === undefined
    )
      ctx.compress = false
    ctx.vary('Accept')
    send(ctx, await answer(options, ctx))
  })
  return app
}

function send(ctx: Koa.Context, { status, headers, body }: FhirResponse): void {
  ctx.status = status
  ctx.set(headers)
  if (body !== undefined) {
    ctx.body = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    // Koa sets a type of its own when it takes a body.
    const type = headers['content-type']
    if (type !== undefined) ctx.set('content-type', type)
  } else if (ctx.method !== 'HEAD') {
    ctx.body = null
    ctx.status = status
  }
}

function refusal(error: unknown): FhirResponse {
  const { status, headers, outcome } = toErrorResponse(error)
  return { status, headers: { ...headers, 'content-type': fhirJson }, body: JSON.stringify(outcome) }
}

async function answer(options: KoaAppOptions, ctx: Koa.Context): Promise<FhirResponse> {
  // RFC 9112, section 3.2.
  if (ctx.headers.host === undefined && ctx.req.httpVersion === '1.1') {
    return refusal(
      new FhirError('malformed-request', 'The request has no Host header, which HTTP/1.1 asks for.'),
    )
  }
  let body: Uint8Array | undefined
  try {
    body = await readBody(ctx.req, options.bodyBytes)
  } catch (error) {
    ctx.res.once('finish', () => endLater(ctx.req))
    return refusal(error)
  }
  return options.handle(requestOf(ctx, body))
}

/** Milliseconds that a client may go on sending a body that was refused. */
const lingering = 2000

function endLater(request: IncomingMessage): void {
  if (request.complete) return
  const timer = setTimeout(() => request.socket.destroy(), lingering)
  request.once('close', () => clearTimeout(timer))
}

function requestOf(ctx: Koa.Context, body: Uint8Array | undefined): FhirRequest {
  const headers = ctx.req.headers as Record<string, string | undefined>
  let controller: AbortController | undefined
  return {
    method: ctx.method,
    url: pathOf(ctx.url),
    headers,
    // Behind a proxy, Koa knows what the client called.
    ...(ctx.app.proxy ? { origin: `${ctx.protocol}://${ctx.host}` } : {}),
    body,
    remoteAddress: ctx.ip,
    // Made on first use: most interactions never look at it.
    get signal() {
      if (!controller) {
        const made = new AbortController()
        const check = () => {
          if (!ctx.res.writableFinished) made.abort()
        }
        if (ctx.res.closed) check()
        else ctx.res.once('close', check)
        controller = made
      }
      return controller.signal
    },
  }
}

/** A request may name the whole URL (RFC 9112, section 3.2.2). */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target
  const [, path] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? []
  return path === undefined ? target : path.startsWith('/') ? path : `/${path}`
}

function corsMiddleware(origins: '*' | readonly string[]): Koa.Middleware {
  const middleware = cors({
    origin: (ctx) => {
      const asked = ctx.get('origin')
      if (origins === '*') return '*'
      return origins.includes(asked) ? asked : ''
    },
    allowMethods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    exposeHeaders: 'ETag,Location,Content-Location,Last-Modified,Retry-After,X-Request-Id,WWW-Authenticate',
    maxAge: 600,
  })
  // Only browsers send an origin, and only where all are welcome does the answer not depend on it.
  return (ctx, next) =>
    origins === '*' && ctx.req.headers.origin === undefined ? next() : middleware(ctx, next)
}
