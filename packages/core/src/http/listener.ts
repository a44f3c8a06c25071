import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toErrorResponse } from '../errors/outcome.js'
import { FhirError } from '../errors/fhir-error.js'
import { fhirJson } from './headers.js'

/** A listening HTTP server that can be drained. */
export interface Listener {
  readonly port: number
  readonly url: string
  /** Stops accepting, lets requests in flight finish within the limit, then closes. */
  close(limit: number): Promise<void>
}

/** Listens; a request that is not HTTP gets an OperationOutcome too. */
export async function listen(
  handler: Parameters<typeof createServer>[1],
  port: number,
  host: string,
): Promise<Listener> {
  const server = createServer({ requestTimeout: 300_000, headersTimeout: 20_000, keepAliveTimeout: 15_000 }, handler)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const tooLong = error.code === 'HPE_HEADER_OVERFLOW'
    const { outcome } = toErrorResponse(
      new FhirError('malformed-request', tooLong ? 'The request headers are too long.' : 'The request is not valid HTTP.'),
    )
    const body = JSON.stringify(outcome)
    const status = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: ${fhirJson}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { port: bound, url: `http://${shown}:${bound}`, close: (limit) => drain(server, limit) }
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} on ${host} is in use. Stop what listens there, or set another port.`, { cause: error })
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} on ${host} may not be opened by this user. Ports below 1024 need rights; set another port.`, { cause: error })
  }
  return error
}

function drain(server: Server, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), limit)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
