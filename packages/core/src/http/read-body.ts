import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { FhirError } from '../errors/fhir-error.js'

/**
 * The raw bytes of a request, decompressed; `undefined` where there are none. Never holds more than `limit` bytes, so a
 * compressed bomb costs no more than a large body.
 *
 * @throws FhirError `body-too-large`, `unsupported-media-type` for an unknown Content-Encoding, `malformed-request`.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers
  if ((length === undefined || length === '0') && chunked === undefined) return undefined
  if (Number(length) > limit) throw tooLarge(limit)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of decompressed(request)) {
      size += (chunk as Uint8Array).length
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk as Uint8Array)
    }
  } catch (error) {
    if (FhirError.is(error)) throw error
    throw new FhirError('malformed-request', 'The body could not be read to its end, or is not what its Content-Encoding says.', {
      cause: error,
    })
  }
  const [only] = chunks
  return chunks.length === 1 ? only : Buffer.concat(chunks, size)
}

function decompressed(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  switch (encoding) {
    case 'identity':
    case '':
      return request
    case 'gzip':
    case 'x-gzip':
      return request.pipe(createGunzip())
    case 'deflate':
      return request.pipe(createInflate())
    case 'br':
      return request.pipe(createBrotliDecompress())
    default:
      throw new FhirError('unsupported-media-type', `Content-Encoding is gzip, deflate or br, not '${encoding.slice(0, 40)}'.`)
  }
}

function tooLarge(limit: number): FhirError {
  return new FhirError('body-too-large', `The body is larger than ${limit} bytes, this server's limit. Send it in parts.`)
}
