import { brotliDecompressSync } from 'node:zlib'
import type { AnyResource } from '../fhir/types.js'
import { readGenerated } from './generated.js'

/** A built file of many resources, of which single ones are read. */
export class ResourceArchive {
  readonly #file: string
  #bytes: Buffer | undefined
  readonly #places = new Map<string, readonly [start: number, end: number]>()
  readonly #parsed = new Map<string, AnyResource>()

  /**
   * @param file in `generated/`, as `scripts/shapes/structures.mjs` lays it out. It is decompressed at the first question,
   * and a resource is parsed when it is first asked for.
   */
  constructor(file: string) {
    this.#file = file
  }

  find(type: string, url: string): AnyResource | undefined {
    const key = `${type} ${url}`
    const known = this.#parsed.get(key)
    if (known) return known
    const bytes = this.#open()
    const place = this.#places.get(key)
    if (!place) return undefined
    const resource = JSON.parse(bytes.toString('utf8', ...place)) as AnyResource
    this.#parsed.set(key, resource)
    return resource
  }

  /** Canonical URLs of all resources of a type. */
  urls(type: string): string[] {
    this.#open()
    return [...this.#places.keys()].flatMap((key) =>
      key.startsWith(`${type} `) ? [key.slice(type.length + 1)] : [],
    )
  }

  #open(): Buffer {
    if (this.#bytes) return this.#bytes
    const bytes = brotliDecompressSync(readGenerated(this.#file))
    let at = bytes.indexOf('\n') + 1
    const index = JSON.parse(bytes.toString('utf8', 0, at)) as [type: string, url: string, length: number][]
    for (const [type, url, length] of index) {
      this.#places.set(`${type} ${url}`, [at, at + length])
      at += length
    }
    this.#bytes = bytes
    return bytes
  }
}
