import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Recent } from '../../definitions/recent.js'
import { ArchiveError } from './archive-error.js'
import { type ArchiveHeader, blockSize, checksumLength, magic, trailerLength } from './format.js'

const slotCount = 64

/**
 * The bytes of an archive, read in blocks that are verified and kept as long as they are in use. In memory are the header,
 * the checksums (two bytes for each KB of the file) and the blocks up to a limit.
 */
export class BlockFile {
  readonly header: ArchiveHeader
  readonly #path: string
  readonly #fd: number
  readonly #end: number
  readonly #checksums: Buffer
  readonly #blocks: Recent<Buffer>
  /** The block that was used last of each slot: most questions are about a few blocks in turn. */
  readonly #slots = new Array<Buffer>(slotCount)
  readonly #slotBlocks = new Float64Array(slotCount).fill(-1)

  /** @throws ArchiveError where the file is none, is cut off, or its header is damaged */
  constructor(path: string, cacheBytes: number) {
    this.#path = path
    this.#blocks = new Recent(cacheBytes)
    this.#fd = openSync(path, 'r')
    try {
      const { size } = fstatSync(this.#fd)
      if (size < magic.length + trailerLength) throw new ArchiveError(path, 'it is cut off.')
      if (!this.#readAt(0, magic.length).equals(magic)) {
        throw new ArchiveError(
          path,
          'it is no archive of codes, or one that another version of this server wrote.',
        )
      }
      const trailer = this.#readAt(size - trailerLength, trailerLength).toString('latin1')
      const header = Number(trailer.slice(0, 16))
      this.#end = Number(trailer.slice(16, 32))
      if (!(header >= magic.length && header <= this.#end && this.#end <= size - trailerLength)) {
        throw new ArchiveError(path, 'it is cut off.')
      }
      const meta = this.#readAt(header, size - trailerLength - header)
      if (createHash('sha256').update(meta).digest('hex') !== trailer.slice(32)) {
        throw new ArchiveError(path, 'its header is damaged.')
      }
      this.header = JSON.parse(meta.toString('utf8', 0, this.#end - header)) as ArchiveHeader
      this.#checksums = meta.subarray(this.#end - header)
      this.#end = header
    } catch (error) {
      closeSync(this.#fd)
      throw error
    }
  }

  /** The bytes of a place; valid until they are changed by nobody. */
  read(position: number, length: number): Buffer {
    const first = Math.floor(position / blockSize)
    const start = position - first * blockSize
    if (start + length <= blockSize) return this.#block(first).subarray(start, start + length)
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0, index = first, from = start; at < length; index++, from = 0) {
      at += this.#block(index).copy(bytes, at, from, Math.min(blockSize, from + length - at))
    }
    return bytes
  }

  /** A 32-bit integer. Sections begin at multiples of four, so that none crosses blocks. */
  uint32(position: number): number {
    const index = Math.floor(position / blockSize)
    return this.#block(index).readUInt32LE(position - index * blockSize)
  }

  byte(position: number): number {
    const index = Math.floor(position / blockSize)
    return this.#block(index)[position - index * blockSize] ?? 0
  }

  close(): void {
    closeSync(this.#fd)
  }

  #block(index: number): Buffer {
    const slot = index % slotCount
    if (this.#slotBlocks[slot] !== index) {
      this.#slots[slot] = this.#blocks.get(String(index), blockSize, () => this.#load(index))
      this.#slotBlocks[slot] = index
    }
    return this.#slots[slot]!
  }

  #load(index: number): Buffer {
    const position = index * blockSize
    const bytes = this.#readAt(position, Math.min(blockSize, this.#end - position))
    const at = index * checksumLength
    if (!checksumOf(bytes).equals(this.#checksums.subarray(at, at + checksumLength))) {
      throw new ArchiveError(this.#path, 'it is damaged.')
    }
    return bytes
  }

  #readAt(position: number, length: number): Buffer {
    // Not from the shared pool: a block is kept for long.
    const bytes = Buffer.allocUnsafeSlow(Math.max(length, 0))
    for (let at = 0; at < length; ) {
      const read = readSync(this.#fd, bytes, at, length - at, position + at)
      if (read === 0) throw new ArchiveError(this.#path, 'it is cut off.')
      at += read
    }
    return bytes
  }
}

export function checksumOf(block: Buffer): Buffer {
  return createHash('sha1').update(block).digest().subarray(0, checksumLength)
}
