import { connect } from 'node:net'

/** What came back over a socket; `undefined` where the server closed it without a word. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface WireRequest {
  readonly bytes: Buffer
  /** Milliseconds after which the client closes its side, for requests that never end. */
  readonly hangUpAfter?: number
  /** True for a request whose answer has no body. */
  readonly head?: boolean
}

/**
 * Writes bytes to a socket of their own, whatever they are, and reads the first answer. An HTTP client would refuse to
 * send most of what is sent here.
 */
export function exchange(
  port: number,
  request: WireRequest,
  limit = 15_000,
): Promise<WireAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const timers = [
      setTimeout(() => {
        socket.destroy()
        reject(new Error(`no answer within ${limit} ms`))
      }, limit),
    ]
    const finish = () => {
      for (const timer of timers) clearTimeout(timer)
      socket.destroy()
      try {
        resolve(readAnswer(Buffer.concat(chunks), request.head ?? false))
      } catch (error) {
        reject(error)
      }
    }
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (isComplete(Buffer.concat(chunks), request.head ?? false)) finish()
    })
    socket.on('end', finish)
    // A reset after the server's answer, or instead of one: what arrived until then counts.
    socket.on('error', finish)
    socket.write(request.bytes)
    if (request.hangUpAfter !== undefined) {
      timers.push(setTimeout(() => socket.end(), request.hangUpAfter))
      timers.push(setTimeout(finish, request.hangUpAfter + 2000))
    }
  })
}

interface Head {
  readonly status: number
  readonly headers: Record<string, string>
  readonly length: number
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = /^HTTP\/1\.1 (\d{3})( |$)/.exec(first)?.[1]
  if (status === undefined) throw new Error(`not an HTTP answer: ${JSON.stringify(first.slice(0, 100))}`)
  if (status === '100') return readHead(bytes.subarray(end + 4))
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) throw new Error(`not a header line: ${JSON.stringify(line.slice(0, 100))}`)
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { status: Number(status), headers, length: end + 4 }
}

function withoutContinue(bytes: Buffer): Buffer {
  const interim = 'HTTP/1.1 100 '
  if (bytes.subarray(0, interim.length).toString('latin1') !== interim) return bytes
  return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
}

function isComplete(received: Buffer, head: boolean): boolean {
  const bytes = withoutContinue(received)
  const answer = readHead(bytes)
  if (!answer) return false
  if (head || answer.status === 204 || answer.status === 304) return true
  if (answer.headers['transfer-encoding'] === 'chunked')
    return bytes.subarray(-5).toString('latin1') === '0\r\n\r\n'
  const length = answer.headers['content-length']
  return length !== undefined && bytes.length - answer.length >= Number(length)
}

function readAnswer(received: Buffer, head: boolean): WireAnswer | undefined {
  const bytes = withoutContinue(received)
  if (bytes.length === 0) return undefined
  const answer = readHead(bytes)
  if (!answer) throw new Error('the answer ends inside its headers')
  const rest = bytes.subarray(answer.length)
  const { status, headers } = answer
  if (head || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) }
  if (headers['transfer-encoding'] === 'chunked') return { status, headers, body: dechunk(rest) }
  const length = Number(headers['content-length'] ?? rest.length)
  if (rest.length < length) throw new Error(`the answer has ${rest.length} of ${length} bytes`)
  return { status, headers, body: rest.subarray(0, length) }
}

function dechunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  let position = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', position)
    if (end < 0) throw new Error('the answer ends inside a chunk')
    const size = Number.parseInt(bytes.subarray(position, end).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    position = end + 2 + size + 2
  }
}
