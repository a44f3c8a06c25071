import { type CodeSystemResource, type Concept, listIn } from './content.js'

interface Entry {
  readonly concept: Concept
  readonly parents: Set<string>
  readonly children: Set<string>
}

const conceptProperties = 'http://hl7.org/fhir/concept-properties#'

/**
 * The concepts of a code system by code, and their hierarchy: by nesting, and by properties `parent`, `subsumedBy` and
 * `child` (https://hl7.org/fhir/R4/codesystem.html#hierarchy).
 */
export class CodeSystemContent {
  readonly url: string
  readonly version: string | undefined
  /** True where all codes of the system, or a part of it curated for use, are here. */
  readonly usable: boolean
  /** True where a code that is not here does not exist. */
  readonly complete: boolean
  readonly #entries = new Map<string, Entry>()

  constructor(resource: CodeSystemResource) {
    this.url = resource.url ?? ''
    this.version = resource.version
    this.complete = resource.content === 'complete'
    this.usable = this.complete || resource.content === 'fragment'
    this.#read(listIn(resource.concept))
    this.#link(resource)
  }

  get size(): number {
    return this.#entries.size
  }

  has(code: string): boolean {
    return this.#entries.has(code)
  }

  codes(): Iterable<string> {
    return this.#entries.keys()
  }

  concept(code: string): Concept | undefined {
    return this.#entries.get(code)?.concept
  }

  parents(code: string): Iterable<string> {
    return this.#entries.get(code)?.parents ?? []
  }

  children(code: string): Iterable<string> {
    return this.#entries.get(code)?.children ?? []
  }

  /** The code and all that it subsumes; empty for an unknown one. */
  below(code: string): Set<string> {
    return this.#closure(code, (entry) => entry.children)
  }

  /** The code and all that subsume it; empty for an unknown one. */
  above(code: string): Set<string> {
    return this.#closure(code, (entry) => entry.parents)
  }

  /** Hierarchies that turn in a circle end all the same. */
  #closure(code: string, next: (entry: Entry) => Iterable<string>): Set<string> {
    const found = new Set<string>(this.#entries.has(code) ? [code] : [])
    for (const each of found) {
      const entry = this.#entries.get(each)
      if (entry) for (const further of next(entry)) if (this.#entries.has(further)) found.add(further)
    }
    return found
  }

  #read(concepts: readonly Concept[], parent?: string): void {
    for (const concept of concepts) {
      const { code } = concept
      if (typeof code !== 'string') continue
      let entry = this.#entries.get(code)
      if (!entry) {
        entry = { concept, parents: new Set(), children: new Set() }
        this.#entries.set(code, entry)
      }
      if (parent !== undefined) this.#relate(parent, code)
      this.#read(listIn(concept.concept), code)
    }
  }

  #link(resource: CodeSystemResource): void {
    const up = new Set(['parent', 'subsumedBy'])
    const down = new Set(['child'])
    for (const { code, uri } of listIn(resource.property)) {
      if (code === undefined) continue
      if (uri === `${conceptProperties}parent`) up.add(code)
      if (uri === `${conceptProperties}child`) down.add(code)
    }
    for (const [code, { concept }] of this.#entries) {
      for (const property of listIn(concept.property)) {
        const other = propertyText(property)
        if (property.code === undefined || other === undefined) continue
        if (up.has(property.code)) this.#relate(other, code)
        if (down.has(property.code)) this.#relate(code, other)
      }
    }
  }

  #relate(parent: string, child: string): void {
    this.#entries.get(parent)?.children.add(child)
    this.#entries.get(child)?.parents.add(parent)
  }
}

/** The value of a concept's property as text; of a Coding its code. */
export function propertyText(property: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(property)) {
    if (!name.startsWith('value')) continue
    if (typeof value === 'object' && value !== null && 'code' in value) return String(value.code)
    return String(value)
  }
  return undefined
}
