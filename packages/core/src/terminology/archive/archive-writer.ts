import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { wordsOf } from '../../search/words.js'
import type { Designation } from '../membership.js'
import { ArchiveError } from './archive-error.js'
import { assemble } from './assemble.js'
import { encodeConcept } from './concept-record.js'
import { ExternalSorter } from './external-sorter.js'
import { abstractFlag, extension, inactiveFlag, sparseStep, valueKey } from './format.js'
import { gathered } from './gathered.js'
import { Relations } from './relations.js'
import { SectionWriter, TableWriter } from './section-writer.js'
import { writeInverted } from './write-inverted.js'

/** What a concept is beside its relations. */
export interface ConceptFacts {
  readonly display?: string
  readonly inactive?: boolean
  readonly abstract?: boolean
}

/** Numbers for texts that come again and again. */
class Names<T> {
  readonly list: T[] = []
  readonly #numbers = new Map<string, number>()

  number(name: T, key = String(name)): number {
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.list.push(name) - 1
      this.#numbers.set(key, number)
    }
    return number
  }
}

/** How the making of an archive goes on: facts that are through, of all. */
export type WriteProgress = (done: number, total: number) => void

/**
 * Makes an archive from facts about codes in any order: they are sorted in files first. In memory are one run of the
 * sorting and eight bytes for each relation. What is said of a code that is no `concept` does not count.
 */
export class ArchiveWriter {
  readonly #folder: string
  readonly #work: string
  readonly #facts: ExternalSorter
  readonly #languages = new Names<string>()
  readonly #uses = new Names<NonNullable<Designation['use']>>()
  readonly #properties = new Names<string>()
  readonly #relations = new Relations()
  #sequence = 0

  /** @param folder for the archive, and for work while it is made; made if it is missing */
  constructor(folder: string, runCharacters?: number) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
    removeAbandoned(folder)
    this.#work = mkdtempSync(path.join(folder, workPrefix))
    this.#facts = new ExternalSorter(this.#work, 'facts', runCharacters)
  }

  /** Folder for files of the work, removed with it. */
  get workFolder(): string {
    return this.#work
  }

  /** A code exists. Told twice, the first display counts, and it is what either says. */
  concept(code: string, { display = '', inactive, abstract }: ConceptFacts = {}): void {
    const flags = (inactive ? inactiveFlag : 0) | (abstract ? abstractFlag : 0)
    this.#fact(code, 'c', [flags, display])
  }

  /** A display for a code that has none. */
  display(code: string, text: string): void {
    this.#fact(code, 'n', text)
  }

  designation(code: string, { language, use, value }: Designation): void {
    const languageNumber = language === undefined ? -1 : this.#languages.number(language)
    const useNumber = use === undefined ? -1 : this.#uses.number(use, JSON.stringify(use))
    this.#fact(code, 'd', [languageNumber, useNumber, value])
  }

  property(code: string, property: string, value: string): void {
    this.#fact(code, 'p', [this.#properties.number(property), value])
  }

  parent(code: string, parent: string): void {
    const relation = this.#relations.add()
    this.#fact(code, 'r', relation)
    this.#fact(parent, 's', relation)
  }

  /**
   * Writes the archive, replacing one of the same name at once when it is whole.
   *
   * @param name of the file, without ending
   * @returns path of the file, and the count of codes
   */
  async finish(
    { system, version, name }: { readonly system: string; readonly version: string; readonly name: string },
    signal?: AbortSignal,
    progress?: WriteProgress,
  ): Promise<{ readonly file: string; readonly size: number }> {
    const sections = new Map<string, SectionWriter>()
    const table = (of: TableWriter['name']) => {
      const writer = new TableWriter(this.#work, of)
      sections.set(`${of}.offsets`, writer.offsets).set(`${of}.data`, writer.data)
      return writer
    }
    const codes = table('codes')
    const sparse = table('sparse')
    const records = table('concepts')
    const properties = table('properties')
    const lengths = new SectionWriter(this.#work, 'lengths')
    sections.set('lengths', lengths)
    const words = new ExternalSorter(this.#work, 'words')
    const values = new ExternalSorter(this.#work, 'values')
    let size = 0
    let done = 0
    for (const concept of gathered(this.#facts.sorted())) {
      done += concept.facts
      if (size % 5000 === 0) {
        progress?.(done, this.#facts.count)
        await setImmediate()
        signal?.throwIfAborted()
      }
      if (concept.flags === undefined) continue
      for (const relation of concept.asChild) this.#relations.setChild(relation, size)
      for (const relation of concept.asParent) this.#relations.setParent(relation, size)
      codes.add(concept.code)
      if (size % sparseStep === 0) sparse.add(concept.code)
      records.add(encodeConcept({ ...concept, flags: concept.flags }))
      lengths.write(Buffer.of(Math.min(Buffer.byteLength(concept.display), 255)))
      properties.add(listText(concept.properties))
      const posting = size.toString().padStart(10, '0')
      const texts = [concept.display, ...concept.designations.map(([, , value]) => value)]
      for (const word of wordsOf(texts.join(' '))) words.add(`${word}\0\0${posting}`)
      const keys = concept.properties.map(([property, value]) =>
        valueKey(this.#properties.list[property]!, value),
      )
      for (const key of new Set(keys)) values.add(`${key}\0\0${posting}`)
      size++
    }
    if (size === 0) {
      throw new ArchiveError(name, 'there are no codes to write.', 'Check that the distribution is whole.')
    }
    writeInverted(words, table('words'), table('words.postings'))
    writeInverted(values, table('values'), table('values.postings'))
    const parents = table('parents')
    for (const record of this.#relations.parents(size)) parents.add(record)
    const children = table('children')
    for (const record of this.#relations.children(size)) children.add(record)
    for (const section of sections.values()) section.close()
    progress?.(this.#facts.count, this.#facts.count)
    signal?.throwIfAborted()
    const header = {
      system,
      version,
      size,
      languages: this.#languages.list,
      uses: this.#uses.list,
      properties: this.#properties.list,
    }
    const temporary = path.join(this.#work, randomBytes(6).toString('hex'))
    const file = path.join(this.#folder, `${name}${extension}`)
    assemble(temporary, header, sections)
    renameSync(temporary, file)
    return { file, size }
  }

  /** Removes the files of the work, whether or not the archive was finished. */
  close(): void {
    rmSync(this.#work, { recursive: true, force: true })
  }

  #fact(code: string, kind: string, content: unknown): void {
    if (code === '' || control.test(code)) {
      throw new ArchiveError(
        JSON.stringify(code),
        'a code is expected to have characters, and no control characters.',
        'Look for it in the distribution.',
      )
    }
    // What is said of a code stays in the order in which it was said.
    const sequence = (this.#sequence++).toString(36).padStart(8, '0')
    this.#facts.add(`${code}\0${kind}${sequence}${JSON.stringify(content)}`)
  }
}

const workPrefix = '.import-'
const day = 24 * 60 * 60 * 1000

/** What imports that were killed have left. One that is at work writes all the time. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const work = path.join(folder, name)
    if (!name.startsWith(workPrefix) || Date.now() - statSync(work).mtimeMs < day) continue
    rmSync(work, { recursive: true, force: true })
  }
}

const control = /\p{Cc}/u

function listText(list: readonly unknown[]): string {
  return list.length === 0 ? '' : JSON.stringify(list)
}
