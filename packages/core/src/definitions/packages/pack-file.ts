import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Contents, Sink } from './contents.js'

/** The definitions of one package: what there is, and the bytes of each. */
export interface Pack {
  readonly contents: Contents
  /** @throws Error where the bytes cannot be read any more */
  read(offset: number, length: number): Buffer
  close(): void
}

// Layout of a file: the magic, the definitions' bytes one after the other, the contents as JSON, and a trailer of fixed
// length with where the JSON begins and its checksum. So it is written in one go, and one that is cut off is noticed.
const magic = Buffer.from('anamnesis-pack-1\n')
const trailerLength = 16 + 64

/** Writes a pack; the file is whole once `finish` is through. */
export class PackWriter implements Sink {
  readonly #file: FileHandle
  #pending: Buffer[] = []
  #pendingBytes = 0
  #offset = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(path: string): Promise<PackWriter> {
    const writer = new PackWriter(await open(path, 'wx', 0o600))
    await writer.write(magic)
    return writer
  }

  async write(bytes: Buffer): Promise<void> {
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    this.#offset += bytes.length
    if (this.#pendingBytes > 1024 * 1024) await this.#flush()
  }

  async finish(contents: Contents): Promise<void> {
    const start = this.#offset
    const json = Buffer.from(JSON.stringify(contents))
    await this.write(json)
    await this.write(Buffer.from(start.toString().padStart(16) + checksum(json)))
    await this.#flush()
    await this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes)
    this.#pending = []
    this.#pendingBytes = 0
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten
  }
}

/** Opens a pack, reading only what it contains; undefined where there is none, or it is not whole. */
export function openPack(path: string): Pack | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const contents = readContents(fd)
    if (contents) {
      const read = (offset: number, length: number) => readAt(fd, magic.length + offset, length)
      return { contents, read, close: () => closeSync(fd) }
    }
  } catch {
    // As good as not there.
  }
  closeSync(fd)
  return undefined
}

/** The same without a file. */
export class MemoryPackWriter implements Sink {
  readonly #parts: Buffer[] = []

  async write(bytes: Buffer): Promise<void> {
    this.#parts.push(bytes)
  }

  pack(contents: Contents): Pack {
    const bytes = Buffer.concat(this.#parts)
    return { contents, read: (offset, length) => bytes.subarray(offset, offset + length), close: () => {} }
  }
}

function readContents(fd: number): Contents | undefined {
  const { size } = fstatSync(fd)
  if (size < magic.length + trailerLength || !readAt(fd, 0, magic.length).equals(magic)) return undefined
  const trailer = readAt(fd, size - trailerLength, trailerLength).toString('latin1')
  const start = Number(trailer.slice(0, 16))
  const length = size - trailerLength - start
  if (!Number.isSafeInteger(start) || start < magic.length || length <= 0) return undefined
  const json = readAt(fd, start, length)
  return checksum(json) === trailer.slice(16) ? (JSON.parse(json.toString('utf8')) as Contents) : undefined
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const read = readSync(fd, bytes, at, length - at, position + at)
    if (read === 0) throw new Error('the file of unpacked definitions is cut off; delete it and start again.')
    at += read
  }
  return bytes
}

function checksum(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
