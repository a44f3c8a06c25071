import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { checksumOf } from './block-file.js'
import { type ArchiveHeader, blockSize, magic } from './format.js'
import { piecesOf, type SectionWriter, writeAll } from './section-writer.js'

/** Puts the sections, which are closed, together in one file, with header, checksums and trailer. */
export function assemble(
  file: string,
  header: Omit<ArchiveHeader, 'sections'>,
  sections: ReadonlyMap<string, SectionWriter>,
): void {
  const fd = openSync(file, 'wx', 0o644)
  try {
    const blocks = new BlockWriter(fd)
    blocks.write(magic)
    const places: Record<string, readonly [number, number]> = {}
    for (const [name, section] of sections) {
      // Integers do not cross blocks.
      blocks.write(Buffer.alloc((4 - (blocks.position % 4)) % 4))
      places[name] = [blocks.position, section.length]
      for (const piece of piecesOf(section.file)) blocks.write(piece)
    }
    blocks.finish()
    const json = Buffer.from(JSON.stringify({ ...header, sections: places } satisfies ArchiveHeader))
    const meta = Buffer.concat([json, ...blocks.checksums])
    const numbers = [blocks.position, blocks.position + json.length]
    const hash = createHash('sha256').update(meta).digest('hex')
    writeAll(fd, meta)
    writeAll(fd, Buffer.from(numbers.map((number) => number.toString().padStart(16)).join('') + hash))
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

class BlockWriter {
  readonly checksums: Buffer[] = []
  readonly #fd: number
  readonly #block = Buffer.alloc(blockSize)
  #filled = 0
  #position = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  get position(): number {
    return this.#position
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#block, this.#filled, at)
      at += copied
      this.#filled += copied
      this.#position += copied
      if (this.#filled === blockSize) this.finish()
    }
  }

  finish(): void {
    if (this.#filled === 0) return
    const block = this.#block.subarray(0, this.#filled)
    this.checksums.push(checksumOf(block))
    writeAll(this.#fd, block)
    this.#filled = 0
  }
}
