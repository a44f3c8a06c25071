import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import { fhirJson } from './media-types.js'

/** A listening HTTP server that can be drained. */
export interface Listener {
  readonly port: number
  readonly url: string
  /** Stops accepting, lets requests in flight finish within the limit, then closes. */
  close(limit: number): Promise<void>
}

/** Where and how to listen. */
export interface ListenOptions {
  readonly port: number
  readonly host: string
  /** Bytes of a request's line and headers. */
  readonly headerBytes: number
  /** Milliseconds in which a client has to send its headers, and its whole request. */
  readonly timeouts?: { readonly headers: number; readonly request: number }
}

/** Listens; a request that is not HTTP gets an OperationOutcome too. */
export async function listen(
  handler: Parameters<typeof createServer>[1],
  { port, host, headerBytes, timeouts = { headers: 20_000, request: 300_000 } }: ListenOptions,
): Promise<Listener> {
  const options: ServerOptions = {
    requestTimeout: timeouts.request,
    headersTimeout: timeouts.headers,
    connectionsCheckingInterval: Math.min(5000, timeouts.headers),
    keepAliveTimeout: 15_000,
    maxHeaderSize: headerBytes,
    // Node would refuse with an empty answer; the application refuses with an OperationOutcome.
    requireHostHeader: false,
  }
  const server = createServer(options, handler)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { status, text } = refusal(
      new FhirError('malformed-request', "Expect is '100-continue' or nothing.", { status: 417 }),
    )
    response.writeHead(status, {
      'content-type': fhirJson,
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    })
    response.end(text)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const { status, text } = refusal(clientError(error.code))
    socket.end(
      `HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Type: ${fhirJson}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { port: bound, url: `http://${shown}:${bound}`, close: (limit) => drain(server, sockets, limit) }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

function clientError(code: string | undefined): FhirError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new FhirError('malformed-request', 'The URL or the headers of the request are too long.', {
      status: 431,
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new FhirError('request-timeout', 'The request did not arrive in time. Send it again.')
  }
  return new FhirError('malformed-request', 'The request is not valid HTTP.')
}

function refusal(error: FhirError): { status: number; text: string } {
  const { status, outcome } = toErrorResponse(error)
  return { status, text: JSON.stringify(outcome) }
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} on ${host} is in use. Stop what listens there, or set another port.`, {
      cause: error,
    })
  }
  if (error.code === 'EACCES') {
    return new Error(
      `Port ${port} on ${host} may not be opened by this user. Ports below 1024 need rights; set another port.`,
      { cause: error },
    )
  }
  return error
}

function drain(server: Server, sockets: ReadonlySet<Socket>, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const last = setTimeout(() => server.closeAllConnections(), limit)
    // A connection that was at work when this began falls idle later, and would be kept alive.
    const closeIdle = () => {
      server.closeIdleConnections()
      // Node does not count those that clients opened ahead and never used.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }
    const idle = setInterval(closeIdle, 50)
    server.close(() => {
      clearTimeout(last)
      clearInterval(idle)
      resolve()
    })
    closeIdle()
  })
}
