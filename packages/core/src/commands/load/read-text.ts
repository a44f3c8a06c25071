import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { SourceFile } from './find-files.js'

/** A file's bytes as they come, inflated, and how far into the file on disk they are. */
export interface OpenFile {
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes read from disk so far. */
  position(): number
}

export function openFile(file: SourceFile): OpenFile {
  const disk = createReadStream(file.path)
  // An error of either stream reaches the reader through the last one.
  const chunks = file.gzip ? pipeline(disk, createGunzip(), () => {}) : disk
  return { chunks, position: () => disk.bytesRead }
}

/** @throws Error when the inflated content is larger than `limit` bytes. */
export async function readAll(file: SourceFile, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of openFile(file).chunks) {
    size += chunk.length
    if (size > limit)
      throw new Error(`it is larger than ${megabytes(limit)}. Split it, or convert it to NDJSON.`)
    parts.push(chunk)
  }
  return Buffer.concat(parts, size)
}

/**
 * The lines of a file without their ends; only one line and one chunk are held at a time.
 *
 * @throws Error for a line of more than `limit` bytes, and for text that is not UTF-8
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let pending: Buffer[] = []
  let size = 0
  const line = () => {
    const text = decoder.decode(Buffer.concat(pending, size))
    pending = []
    size = 0
    return text
  }
  const add = (part: Buffer) => {
    size += part.length
    if (size > limit) throw new Error(`a line is longer than ${megabytes(limit)}.`)
    pending.push(part)
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end))
      yield line()
      start = end + 1
    }
    if (start < chunk.length) add(chunk.subarray(start))
  }
  if (size > 0) yield line()
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
