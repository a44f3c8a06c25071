import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { FhirError } from '../errors/fhir-error.js'

/**
 * The raw bytes of a request, decompressed; `undefined` where there are none. Never holds more than `limit` bytes, so a
 * compressed bomb costs no more than a large body. What is not read of a refused body is discarded as it comes: closing
 * the connection at once would take the answer away from a client that still sends.
 *
 * @throws FhirError `body-too-large`, `unsupported-media-type` for an unknown Content-Encoding, `malformed-request`.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers
  if ((length === undefined || length === '0') && chunked === undefined) return undefined
  try {
    if (Number(length) > limit) throw tooLarge(limit)
    return await collect(request, decompressorOf(request), limit)
  } catch (error) {
    request.resume()
    throw error
  }
}

function collect(
  request: IncomingMessage,
  decompressor: Decompressor | undefined,
  limit: number,
): Promise<Uint8Array> {
  const source: Readable = decompressor ? request.pipe(decompressor) : request
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const settle = (finish: () => void) => {
      source.removeListener('data', take)
      request.removeListener('close', cutOff)
      if (decompressor) {
        request.unpipe(decompressor)
        decompressor.destroy()
      }
      finish()
    }
    const fail = (error: FhirError) => settle(() => reject(error))
    const take = (chunk: Uint8Array) => {
      size += chunk.length
      if (size > limit) fail(tooLarge(limit))
      else chunks.push(chunk)
    }
    const cutOff = () => {
      if (!request.complete) fail(unreadable())
    }
    source.on('data', take)
    source.once('end', () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size))),
    )
    source.once('error', (cause) => fail(unreadable(cause)))
    // A pipe does not pass on that its source broke off.
    request.once('close', cutOff)
    request.once('error', (cause) => fail(unreadable(cause)))
  })
}

type Decompressor = ReturnType<typeof createGunzip | typeof createInflate | typeof createBrotliDecompress>

function decompressorOf(request: IncomingMessage): Decompressor | undefined {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  switch (encoding) {
    case 'identity':
    case '':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new FhirError(
        'unsupported-media-type',
        `Content-Encoding is gzip, deflate or br, not '${encoding.slice(0, 40)}'.`,
        {
          headers: { 'accept-encoding': 'gzip, deflate, br' },
        },
      )
  }
}

function tooLarge(limit: number): FhirError {
  return new FhirError(
    'body-too-large',
    `The body is larger than ${limit} bytes, this server's limit. Send it in parts.`,
  )
}

function unreadable(cause?: unknown): FhirError {
  return new FhirError(
    'malformed-request',
    'The body could not be read to its end, or is not what its Content-Encoding says.',
    cause === undefined ? {} : { cause },
  )
}
