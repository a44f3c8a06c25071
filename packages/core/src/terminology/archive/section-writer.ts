import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import path from 'node:path'
import { ArchiveError } from './archive-error.js'
import type { TableName } from './format.js'

const bufferBytes = 256 * 1024

/** The bytes of one section, in a file of their own until all are there. */
export class SectionWriter {
  readonly file: string
  readonly #fd: number
  readonly #buffer = Buffer.allocUnsafe(bufferBytes)
  #filled = 0
  #length = 0

  constructor(folder: string, name: string) {
    this.file = path.join(folder, `${name}.section`)
    this.#fd = openSync(this.file, 'w')
  }

  get length(): number {
    return this.#length
  }

  write(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#filled + bytes.length > bufferBytes) this.#flush()
    if (bytes.length > bufferBytes) writeAll(this.#fd, bytes)
    else this.#filled += bytes.copy(this.#buffer, this.#filled)
  }

  writeUInt32(value: number): void {
    if (this.#filled + 4 > bufferBytes) this.#flush()
    this.#filled = this.#buffer.writeUInt32LE(value, this.#filled)
    this.#length += 4
  }

  close(): void {
    this.#flush()
    closeSync(this.#fd)
  }

  #flush(): void {
    writeAll(this.#fd, this.#buffer.subarray(0, this.#filled))
    this.#filled = 0
  }
}

/** Records of any length, as `Table` reads them. */
export class TableWriter {
  readonly name: TableName
  readonly offsets: SectionWriter
  readonly data: SectionWriter

  constructor(folder: string, name: TableName) {
    this.name = name
    this.offsets = new SectionWriter(folder, `${name}.offsets`)
    this.data = new SectionWriter(folder, `${name}.data`)
    this.offsets.writeUInt32(0)
  }

  add(record: Buffer | string): void {
    this.data.write(typeof record === 'string' ? Buffer.from(record) : record)
    if (this.data.length > 0xffff_ffff) {
      throw new ArchiveError(
        this.name,
        'more than 4 GB of text.',
        'Import a smaller part of the distribution.',
      )
    }
    this.offsets.writeUInt32(this.data.length)
  }
}

/** The bytes of a file in pieces, the same buffer again and again. */
export function* piecesOf(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(bufferBytes)
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
      yield buffer.subarray(0, read)
  } finally {
    closeSync(fd)
  }
}

export function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
