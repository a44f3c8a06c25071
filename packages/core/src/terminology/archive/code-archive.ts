import type { CodeArchive, Designation, KnownCode } from '../membership.js'
import { Ancestry } from './ancestry.js'
import { BlockFile } from './block-file.js'
import { type DesignationRecord, decodeConcept } from './concept-record.js'
import { abstractFlag, inactiveFlag, sparseStep, valueKey } from './format.js'
import { InvertedIndex } from './inverted-index.js'
import { searchWords } from './search-words.js'
import { SparseCodes } from './sparse-codes.js'
import { Table } from './table.js'

/** An archive in a file. Everything is read where it is asked for; what was read last is kept, up to a limit. */
export class FileArchive implements CodeArchive {
  readonly path: string
  readonly system: string
  readonly version: string
  readonly size: number
  /** Names of properties that some code has. */
  readonly properties: readonly string[]
  readonly #file: BlockFile
  readonly #sparse: SparseCodes
  readonly #codes: Table
  readonly #concepts: Table
  readonly #properties: Table
  readonly #parents: Table
  readonly #children: Table
  readonly #words: InvertedIndex
  readonly #values: InvertedIndex
  readonly #lengths: number
  /** Read at the first question. */
  #ancestry: Ancestry | undefined

  /**
   * @param cacheBytes of the file that are kept in memory
   * @throws ArchiveError where the file is no whole archive
   */
  constructor(path: string, cacheBytes = 16 * 1024 * 1024) {
    const file = new BlockFile(path, cacheBytes)
    const { system, version, size, properties, sections } = file.header
    this.path = path
    this.system = system
    this.version = version
    this.size = size
    this.properties = properties
    this.#file = file
    this.#sparse = new SparseCodes(file)
    this.#codes = new Table(file, 'codes')
    this.#concepts = new Table(file, 'concepts')
    this.#properties = new Table(file, 'properties')
    this.#parents = new Table(file, 'parents')
    this.#children = new Table(file, 'children')
    this.#words = new InvertedIndex(file, 'words')
    this.#values = new InvertedIndex(file, 'values')
    this.#lengths = sections.lengths?.[0] ?? 0
  }

  lookup(code: string): KnownCode | undefined {
    const index = this.#find(code)
    if (index === undefined) return undefined
    const { flags, display, designations } = decodeConcept(this.#concepts.bytes(index))
    return {
      code,
      ...(display === '' ? {} : { display }),
      designations: designations.map((each) => this.#designation(each)),
      inactive: (flags & inactiveFlag) !== 0,
      abstract: (flags & abstractFlag) !== 0,
    }
  }

  parents(code: string): readonly string[] {
    return this.#related(code, this.#parents)
  }

  children(code: string): readonly string[] {
    return this.#related(code, this.#children)
  }

  subsumes(ancestor: string, code: string): boolean {
    const from = this.#find(code)
    const to = this.#find(ancestor)
    if (from === undefined || to === undefined) return false
    this.#ancestry ??= new Ancestry(this.#parents)
    return this.#ancestry.leads(from, to)
  }

  property(code: string, property: string): readonly string[] {
    const index = this.#find(code)
    const wanted = this.properties.indexOf(property)
    if (index === undefined || wanted < 0) return []
    const all = this.#properties.list<readonly [number, string]>(index)
    return all.filter(([name]) => name === wanted).map(([, value]) => value)
  }

  *codes(after?: string): Generator<string> {
    let index = 0
    if (after !== undefined) {
      index = this.#lowerBound(Buffer.from(after))
      if (index < this.size && this.#codes.text(index) === after) index++
    }
    for (; index < this.size; index++) yield this.#codes.text(index)
  }

  /** Codes whose property has exactly this value, in order, without looking at any other. */
  *withProperty(property: string, value: string): Generator<string> {
    const indexes: number[] = []
    this.#values.exact(valueKey(property, value), (index) => indexes.push(index))
    for (const index of indexes) yield this.#codes.text(index)
  }

  search(text: string, limit: number): readonly string[] {
    const length = (index: number) => this.#file.byte(this.#lengths + index)
    return searchWords(this.#words, text, limit, this.size, length).map((index) => this.#codes.text(index))
  }

  close(): void {
    this.#file.close()
  }

  #find(code: string): number | undefined {
    const key = Buffer.from(code)
    const index = this.#lowerBound(key)
    return index < this.size && this.#codes.bytes(index).equals(key) ? index : undefined
  }

  #lowerBound(key: Buffer): number {
    const low = this.#sparse.atOrBefore(key) * sparseStep
    return this.#codes.lowerBound(key, low, Math.min(low + sparseStep, this.size))
  }

  #related(code: string, table: Table): readonly string[] {
    const index = this.#find(code)
    return index === undefined ? [] : table.integers(index).map((each) => this.#codes.text(each))
  }

  #designation([language, use, value]: DesignationRecord): Designation {
    const { languages, uses } = this.#file.header
    return {
      ...(languages[language] === undefined ? {} : { language: languages[language] }),
      ...(uses[use] === undefined ? {} : { use: uses[use] }),
      value,
    }
  }
}
