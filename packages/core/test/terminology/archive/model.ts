import { wordsOf } from '../../../src/search/words.js'
import type { CodeArchive, Designation, KnownCode } from '../../../src/terminology/membership.js'

export interface ModelConcept {
  readonly code: string
  readonly display: string
  readonly inactive: boolean
  readonly abstract: boolean
  readonly designations: readonly Designation[]
  readonly properties: readonly (readonly [string, string])[]
  readonly parents: readonly string[]
}

/** What an archive has to answer, the plainest way. */
export class ModelArchive implements CodeArchive {
  readonly system = ''
  readonly version = ''
  readonly size: number
  readonly #concepts: readonly ModelConcept[]
  readonly #byCode: ReadonlyMap<string, ModelConcept>

  constructor(concepts: readonly ModelConcept[]) {
    this.#concepts = [...concepts].sort((a, b) => Buffer.from(a.code).compare(Buffer.from(b.code)))
    this.#byCode = new Map(concepts.map((each) => [each.code, each]))
    this.size = concepts.length
  }

  lookup(code: string): KnownCode | undefined {
    const found = this.#byCode.get(code)
    if (!found) return undefined
    const { display, designations, inactive, abstract } = found
    return { code, ...(display ? { display } : {}), designations, inactive, abstract }
  }

  parents(code: string): readonly string[] {
    const named = this.#byCode.get(code)?.parents ?? []
    return this.#concepts.map((each) => each.code).filter((each) => each !== code && named.includes(each))
  }

  children(code: string): readonly string[] {
    if (!this.#byCode.has(code)) return []
    const own = this.#concepts.filter((each) => each.code !== code && each.parents.includes(code))
    return own.map((each) => each.code)
  }

  subsumes(ancestor: string, code: string): boolean {
    const seen = new Set<string>(this.#byCode.has(code) ? [code] : [])
    for (const each of seen) for (const parent of this.parents(each)) seen.add(parent)
    return seen.has(ancestor)
  }

  property(code: string, property: string): readonly string[] {
    const all = this.#byCode.get(code)?.properties ?? []
    return all.filter(([name]) => name === property).map(([, value]) => value)
  }

  *codes(after?: string): Iterable<string> {
    for (const { code } of this.#concepts) {
      if (after === undefined || Buffer.from(code).compare(Buffer.from(after)) > 0) yield code
    }
  }

  withProperty(property: string, value: string): string[] {
    return [...this.codes()].filter((code) => this.property(code, property).includes(value))
  }

  search(text: string, limit: number): readonly string[] {
    const asked = wordsOf(text)
    if (asked.length === 0) return []
    const hits = this.#concepts.flatMap(({ code, display, designations }) => {
      const words = [display, ...designations.map(({ value }) => value)].flatMap(wordsOf)
      if (!asked.every((word) => words.some((each) => each.startsWith(word)))) return []
      const whole = asked.filter((word) => words.includes(word)).length
      return [{ code, whole, length: Math.min(Buffer.byteLength(display), 255) }]
    })
    const best = hits.sort((a, b) => b.whole - a.whole || a.length - b.length)
    return best.slice(0, limit).map(({ code }) => code)
  }
}
