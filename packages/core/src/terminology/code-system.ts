import { type CodeSystemResource, type Concept, type ConceptProperty, listIn } from './content.js'
import type { KnownCode } from './membership.js'
import { designationsOf } from './names.js'
import type { CodeProvider } from './provider.js'

interface Entry {
  readonly concept: Concept
  readonly parents: Set<string>
  readonly children: Set<string>
  known?: KnownCode
}

const conceptProperties = 'http://hl7.org/fhir/concept-properties#'
/** `concept-properties#status` of a concept that is not for use any more. */
const ended = new Set(['retired', 'inactive'])

/**
 * The concepts of a code system by code, and their hierarchy: by nesting, and by properties `parent`, `subsumedBy` and
 * `child` (https://hl7.org/fhir/R4/codesystem.html#hierarchy).
 */
export class CodeSystemContent implements CodeProvider {
  readonly system: string
  readonly version: string | undefined
  readonly title: string | undefined
  /** True where all codes of the system, or a part of it curated for use, are here. */
  readonly usable: boolean
  readonly complete: boolean
  readonly #entries = new Map<string, Entry>()
  /** Codes by their lower case, of a system that does not mind case. */
  readonly #folded: Map<string, string> | undefined
  /** The codes of its properties that say that a concept is inactive, or abstract, or what its status is. */
  readonly #roles: ReadonlyMap<string, string>

  constructor(resource: CodeSystemResource) {
    this.system = resource.url ?? ''
    this.version = resource.version
    this.title = resource.title ?? resource.name
    this.complete = resource.content === 'complete'
    this.usable = this.complete || resource.content === 'fragment'
    this.#roles = rolesOf(resource)
    this.#read(listIn(resource.concept))
    this.#link()
    if (resource.caseSensitive === false) {
      this.#folded = new Map([...this.#entries.keys()].map((code) => [code.toLowerCase(), code]))
    }
  }

  get size(): number {
    return this.#entries.size
  }

  has(code: string): boolean {
    return this.#entries.has(code)
  }

  spelled(code: string): string | undefined {
    return this.#entries.has(code) ? code : this.#folded?.get(code.toLowerCase())
  }

  /** A code that is not there leads nowhere. */
  *codes(after?: string): Iterable<string> {
    let started = after === undefined
    for (const code of this.#entries.keys()) {
      if (started) yield code
      else started = code === after
    }
  }

  concept(code: string): Concept | undefined {
    return this.#entries.get(code)?.concept
  }

  lookup(code: string): KnownCode | undefined {
    const entry = this.#entries.get(this.spelled(code) ?? code)
    if (!entry) return undefined
    entry.known ??= this.#known(entry.concept)
    return entry.known
  }

  parents(code: string): Iterable<string> {
    return this.#entries.get(code)?.parents ?? []
  }

  children(code: string): Iterable<string> {
    return this.#entries.get(code)?.children ?? []
  }

  subsumes(ancestor: string, code: string): boolean {
    return ancestor === code ? this.has(code) : this.above(code).has(ancestor)
  }

  /** The code and all that it subsumes; empty for an unknown one. */
  below(code: string): Set<string> {
    return this.#closure(code, (entry) => entry.children)
  }

  /** The code and all that subsume it; empty for an unknown one. */
  above(code: string): Set<string> {
    return this.#closure(code, (entry) => entry.parents)
  }

  property(code: string, property: string): readonly string[] {
    const concept = this.concept(code)
    switch (property) {
      case 'concept':
      case 'code':
        return [code]
      case 'display':
        return typeof concept?.display === 'string' ? [concept.display] : []
      case 'definition':
        return typeof concept?.definition === 'string' ? [concept.definition] : []
      case 'parent':
      case 'subsumedBy':
        return [...this.parents(code)]
      case 'child':
        return [...this.children(code)]
    }
    return listIn(concept?.property)
      .filter((each) => each.code === property)
      .flatMap((each) => propertyText(each) ?? [])
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

  #link(): void {
    for (const [code, { concept }] of this.#entries) {
      for (const property of listIn(concept.property)) {
        const other = propertyText(property)
        if (property.code === undefined || other === undefined) continue
        const role = this.#roles.get(property.code)
        if (role === 'parent') this.#relate(other, code)
        if (role === 'child') this.#relate(code, other)
      }
    }
  }

  #relate(parent: string, child: string): void {
    this.#entries.get(parent)?.children.add(child)
    this.#entries.get(child)?.parents.add(parent)
  }

  #known(concept: Concept): KnownCode {
    const { code = '', display, property } = concept
    const is = (role: string, test: (value: string) => boolean) =>
      listIn(property).some((each) => {
        const text = propertyText(each)
        return text !== undefined && this.#roles.get(each.code ?? '') === role && test(text)
      })
    return {
      code,
      ...(typeof display === 'string' ? { display } : {}),
      designations: designationsOf(concept),
      inactive: is('inactive', (value) => value === 'true') || is('status', (value) => ended.has(value)),
      abstract: is('notSelectable', (value) => value === 'true'),
    }
  }
}

/** What the properties of the system mean, by their codes. Known names keep their meaning where nothing is declared. */
function rolesOf(resource: CodeSystemResource): Map<string, string> {
  const roles = new Map([
    ['parent', 'parent'],
    ['subsumedBy', 'parent'],
    ['child', 'child'],
    ['inactive', 'inactive'],
    ['status', 'status'],
    ['notSelectable', 'notSelectable'],
    ['abstract', 'notSelectable'],
  ])
  for (const { code, uri } of listIn(resource.property)) {
    if (code !== undefined && typeof uri === 'string' && uri.startsWith(conceptProperties)) {
      roles.set(code, uri.slice(conceptProperties.length))
    }
  }
  return roles
}

/** The value of a concept's property as text; of a Coding its code. */
export function propertyText(property: ConceptProperty): string | undefined {
  for (const [name, value] of Object.entries(property)) {
    if (!name.startsWith('value')) continue
    if (typeof value === 'object' && value !== null && 'code' in value) return String(value.code)
    return String(value)
  }
  return undefined
}
