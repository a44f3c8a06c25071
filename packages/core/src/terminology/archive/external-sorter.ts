import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Characters that are sorted in memory at a time, and what a text costs beside its characters. */
const defaultRunCharacters = 32 * 1024 * 1024
const overhead = 40
const readBytes = 256 * 1024

/**
 * Sorts any number of lines by their bytes, in files of a folder; in memory is one run at a time. Lines have no line ends.
 */
export class ExternalSorter {
  readonly #prefix: string
  readonly #limit: number
  #lines: string[] = []
  #characters = 0
  #runs: string[] = []
  #count = 0

  /** @param folder must exist; files in it begin with the name */
  constructor(folder: string, name: string, runCharacters = defaultRunCharacters) {
    this.#prefix = path.join(folder, name)
    this.#limit = runCharacters
  }

  /** Lines so far. */
  get count(): number {
    return this.#count
  }

  add(line: string): void {
    // One character per byte of UTF-8: so JavaScript's order is that of the bytes.
    const bytes = ascii.test(line) ? line : Buffer.from(line).toString('latin1')
    this.#lines.push(bytes)
    this.#count++
    this.#characters += bytes.length + overhead
    if (this.#characters > this.#limit) this.#spill()
  }

  /** Every line in order. Nothing may be added afterwards. */
  *sorted(): Generator<string> {
    for (const line of this.#merged()) yield ascii.test(line) ? line : Buffer.from(line, 'latin1').toString()
  }

  #merged(): Iterable<string> {
    if (this.#runs.length === 0) return this.#lines.sort()
    this.#spill()
    return merge(this.#runs.map(linesOf))
  }

  #spill(): void {
    if (this.#lines.length === 0) return
    const file = `${this.#prefix}-${this.#runs.length}.run`
    writeFileSync(file, this.#lines.sort().join('\n'), 'latin1')
    this.#runs.push(file)
    this.#lines = []
    this.#characters = 0
  }
}

const ascii = /^[\0-\x7f]*$/

function* linesOf(file: string): Generator<string> {
  const fd = openSync(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(readBytes)
    let rest = ''
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) {
      const lines = (rest + buffer.toString('latin1', 0, read)).split('\n')
      rest = lines.pop()!
      yield* lines
    }
    yield rest
  } finally {
    closeSync(fd)
  }
}

/** There are few runs: looking at the head of each is as fast as a heap. */
function* merge(runs: readonly Iterator<string>[]): Generator<string> {
  const heads = runs.map((run) => run.next().value as string | undefined)
  for (;;) {
    let least = -1
    for (let run = 0; run < heads.length; run++) {
      const head = heads[run]
      if (head !== undefined && (least < 0 || head < heads[least]!)) least = run
    }
    if (least < 0) return
    yield heads[least]!
    heads[least] = runs[least]!.next().value
  }
}
