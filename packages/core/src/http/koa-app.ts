import { constants as zlib } from 'node:zlib'
import cors from '@koa/cors'
import Koa from 'koa'
import compress from 'koa-compress'
import { toErrorResponse } from '../errors/outcome.js'
import type { FhirRequest, FhirResponse } from '../plugin/http.js'
import { fhirJson } from './headers.js'
import { readBody } from './read-body.js'

/** What the Koa application serves. */
export interface KoaAppOptions {
  /** Answers every request; never rejects. */
  readonly handle: (request: FhirRequest) => Promise<FhirResponse>
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
  if (options.corsOrigins !== false) app.use(corsMiddleware(options.corsOrigins))
  app.use(compress({ threshold: 2048, br: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } }, gzip: { level: 4 } }))
  app.use(async (ctx) => {
    const response = await answer(options, ctx)
    ctx.status = response.status
    ctx.set(response.headers)
    if (response.body !== undefined) {
      ctx.body = typeof response.body === 'string' ? response.body : Buffer.from(response.body)
      // Koa sets a type of its own when it takes a body.
      const type = response.headers['content-type']
      if (type !== undefined) ctx.set('content-type', type)
    } else if (ctx.method !== 'HEAD') {
      ctx.body = null
      ctx.status = response.status
    }
  })
  return app
}

async function answer(options: KoaAppOptions, ctx: Koa.Context): Promise<FhirResponse> {
  let body: Uint8Array | undefined
  try {
    body = await readBody(ctx.req, options.bodyBytes)
  } catch (error) {
    const { status, headers, outcome } = toErrorResponse(error)
    // The rest of the body is not read, so this connection cannot serve another request.
    return { status, headers: { ...headers, 'content-type': fhirJson, connection: 'close' }, body: JSON.stringify(outcome) }
  }
  return options.handle(requestOf(ctx, body))
}

function requestOf(ctx: Koa.Context, body: Uint8Array | undefined): FhirRequest {
  const headers = ctx.req.headers as Record<string, string | undefined>
  let controller: AbortController | undefined
  return {
    method: ctx.method,
    url: ctx.url,
    headers,
    // Behind a proxy, Koa knows what the client called.
    ...(ctx.app.proxy ? { origin: ctx.origin } : {}),
    body,
    remoteAddress: ctx.ip,
    // Made on first use: most interactions never look at it.
    get signal() {
      if (!controller) {
        const made = new AbortController()
        ctx.res.once('close', () => {
          if (!ctx.res.writableFinished) made.abort()
        })
        controller = made
      }
      return controller.signal
    },
  }
}

function corsMiddleware(origins: '*' | readonly string[]): Koa.Middleware {
  return cors({
    origin: (ctx) => {
      const asked = ctx.get('origin')
      if (origins === '*') return '*'
      return origins.includes(asked) ? asked : ''
    },
    allowMethods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    exposeHeaders: 'ETag,Location,Content-Location,Last-Modified,Retry-After,X-Request-Id,WWW-Authenticate',
    maxAge: 600,
  })
}
