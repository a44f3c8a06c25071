import { Recent } from '../definitions/recent.js'
import { parseCanonical } from '../fhir/references.js'
import type { AnyResource } from '../fhir/types.js'
import type { StoredResource } from '../storage/storage.js'
import type { TerminologyType } from './bundled.js'
import { CodeSystemContent } from './code-system.js'
import { type CodeSystemResource, type ConceptMapResource, listIn, type ValueSetResource } from './content.js'
import { valueSet } from './implicit.js'
import type { CodeProvider } from './provider.js'
import { type LocalSource, systemsOf } from './sources.js'
import { type CodeSource, type CompiledValueSet, ValueSetCompiler } from './value-set.js'

/** Stored terminology resources, as far as somebody may see them. */
export interface TerminologySource {
  /** The one to use of this canonical URL, and of this version where one is given. */
  find(type: AskedType, url: string, version?: string): Promise<StoredResource | undefined>
  read(type: AskedType, id: string): Promise<StoredResource | undefined>
  /** Concept maps that have groups from a code system, or to it; at most some hundred. */
  mapsOf(direction: 'source' | 'target', system: string): Promise<readonly StoredResource[]>
}

/** StructureDefinitions tell the value set of an element; validation needs them and questionnaires. */
export type AskedType = TerminologyType | 'Questionnaire' | 'StructureDefinition'

/** What is known for one question: stored resources first, then what comes with the server. */
export interface TerminologyView extends CodeSource {
  /** A value set ready for questions, by canonical URL or as `ValueSet/id`. @throws FhirError as ValueSetCompiler does. */
  compiled(canonical: string): CompiledValueSet
  /** The same of one that is not stored. */
  compiledOf(resource: ValueSetResource): CompiledValueSet
  /** The resource that describes a code system, whether or not it has its concepts. */
  describing(url: string, version?: string): CodeSystemResource | undefined
  conceptMap(canonical: string): ConceptMapResource | undefined
  structure(canonical: string): AnyResource | undefined
  /** All maps that have groups from a code system, or to it. */
  conceptMaps(direction: 'source' | 'target', system: string): readonly ConceptMapResource[]
}

/** Characters of JSON whose parsed form is kept for the next question. */
const keptCharacters = 16 * 1024 * 1024

/** The parsed forms of stored resources: a version, which its `seq` names, is parsed once, and never changes. */
export class StoredContents {
  readonly #resources = new Recent<AnyResource>(keptCharacters)
  readonly #contents = new Recent<CodeSystemContent>(keptCharacters)

  resource<T extends AnyResource>({ seq, content }: StoredResource): T {
    return this.#resources.get(String(seq), content.length, () => JSON.parse(content)) as T
  }

  codeSystem({ seq, content }: StoredResource): CodeSystemContent {
    return this.#contents.get(String(seq), content.length, () => new CodeSystemContent(JSON.parse(content)))
  }
}

/** Thrown where work has to wait for what is stored. */
class NotYet extends Error {}

/**
 * Runs work that asks for code systems and value sets without waiting. Where something stored is needed it is stopped,
 * what it wants is fetched, and it starts again: work has no effects but its result. What it wants at the same time is
 * fetched at the same time; see `each`.
 */
export async function whenKnown<T>(
  local: LocalSource,
  contents: StoredContents,
  source: TerminologySource,
  work: (view: TerminologyView) => T,
): Promise<T> {
  const view = new StoredView(local, contents)
  for (;;) {
    try {
      return work(view)
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      await view.fetch(source)
    }
  }
}

/** Runs the work for each of the items, so that all of them say what they wait for. */
export function each<I, O>(items: readonly I[], work: (item: I) => O): O[] {
  let wait: NotYet | undefined
  const results = items.map((item) => {
    try {
      return work(item)
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      wait = error
      return undefined
    }
  })
  if (wait) throw wait
  return results as O[]
}

/** One row by URL or id, or all maps around a system. */
interface Wanted {
  readonly type: AskedType
  readonly url?: string
  readonly version?: string | undefined
  readonly id?: string
  readonly direction?: 'source' | 'target'
}

async function fetched(
  source: TerminologySource,
  { type, url = '', version, id, direction }: Wanted,
): Promise<readonly StoredResource[]> {
  if (direction) return source.mapsOf(direction, url)
  const row = id === undefined ? await source.find(type, url, version) : await source.read(type, id)
  return row ? [row] : []
}

class StoredView implements TerminologyView {
  readonly #local: LocalSource
  readonly #contents: StoredContents
  readonly #compiler: ValueSetCompiler
  readonly #rows = new Map<string, readonly StoredResource[]>()
  readonly #wanted = new Map<string, Wanted>()

  constructor(local: LocalSource, contents: StoredContents) {
    this.#local = local
    this.#contents = contents
    this.#compiler = new ValueSetCompiler(this)
  }

  compiled(canonical: string): CompiledValueSet {
    return this.#compiler.byCanonical(canonical)
  }

  compiledOf(resource: ValueSetResource): CompiledValueSet {
    return this.#compiler.resource(resource, resource.url ?? 'of the request')
  }

  valueSet(canonical: string): ValueSetResource | undefined {
    const [, id] = /^ValueSet\/([A-Za-z0-9\-.]{1,64})$/.exec(canonical) ?? []
    if (id !== undefined) return this.#parsed(this.#row({ type: 'ValueSet', id }))
    const { url, version } = parseCanonical(canonical)
    return (
      this.#parsed<ValueSetResource>(this.#row({ type: 'ValueSet', url, version })) ??
      this.#local.valueSet(canonical) ??
      this.#wholeSystem(url, version)
    )
  }

  codeSystem(url: string, version?: string): CodeProvider | undefined {
    const row = this.#row({ type: 'CodeSystem', url, version })
    const stored = row && this.#contents.codeSystem(row)
    if (!stored?.usable) return this.#local.codeSystem(url, version)
    return stored.complete ? stored : (this.#local.wholly(url, version) ?? stored)
  }

  describing(url: string, version?: string): CodeSystemResource | undefined {
    return (
      this.#parsed<CodeSystemResource>(this.#row({ type: 'CodeSystem', url, version })) ??
      this.#local.describing(url, version)
    )
  }

  conceptMap(canonical: string): ConceptMapResource | undefined {
    const { url, version } = parseCanonical(canonical)
    return (
      this.#parsed<ConceptMapResource>(this.#row({ type: 'ConceptMap', url, version })) ??
      this.#local.conceptMap(canonical)
    )
  }

  structure(canonical: string): AnyResource | undefined {
    const { url, version } = parseCanonical(canonical)
    return (
      this.#parsed(this.#row({ type: 'StructureDefinition', url, version })) ??
      this.#local.structure(url, version)
    )
  }

  conceptMaps(direction: 'source' | 'target', system: string): readonly ConceptMapResource[] {
    const stored = this.#rowsOf({ type: 'ConceptMap', url: system, direction }).map((row) =>
      this.#contents.resource<ConceptMapResource>(row),
    )
    const urls = new Set(stored.map(({ url }) => url))
    const others = this.#local
      .conceptMaps()
      .filter(({ url, group }) => !urls.has(url) && listIn(group).some((each) => each[direction] === system))
    return [...stored, ...others]
  }

  async fetch(source: TerminologySource): Promise<void> {
    const wanted = [...this.#wanted]
    this.#wanted.clear()
    await Promise.all(
      wanted.map(async ([key, asked]) => {
        const rows = await fetched(source, asked)
        this.#rows.set(
          key,
          rows.filter(({ deleted }) => !deleted),
        )
      }),
    )
  }

  #row(wanted: Wanted): StoredResource | undefined {
    return this.#rowsOf(wanted)[0]
  }

  #rowsOf(wanted: Wanted): readonly StoredResource[] {
    const { type, url, version = '', id, direction = '' } = wanted
    const key = id === undefined ? `${type} ${url}|${version} ${direction}` : `${type}/${id}`
    const rows = this.#rows.get(key)
    if (rows) return rows
    this.#wanted.set(key, wanted)
    throw new NotYet()
  }

  #parsed<T extends AnyResource>(row: StoredResource | undefined): T | undefined {
    return row && this.#contents.resource<T>(row)
  }

  #wholeSystem(url: string, version: string | undefined): ValueSetResource | undefined {
    for (const system of systemsOf(url)) {
      const row = this.#row({ type: 'CodeSystem', url: system, version })
      if (this.#parsed<CodeSystemResource>(row)?.valueSet === url) {
        return valueSet(url, { system, ...(version ? { version } : {}) })
      }
    }
    return undefined
  }
}
