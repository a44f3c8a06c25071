import type { ConformanceSource } from '../definitions/conformance.js'
import { Recent } from '../definitions/recent.js'
import { parseCanonical } from '../fhir/references.js'
import type { AnyResource } from '../fhir/types.js'
import type { BundledTerminology } from './bundled.js'
import { CodeSystemContent } from './code-system.js'
import type { CodeSystemResource, ConceptMapResource, ValueSetResource } from './content.js'
import { implicitValueSet, valueSet } from './implicit.js'
import type { CodeArchive } from './membership.js'
import { archiveProvider, type CodeProvider } from './provider.js'
import type { CodeSource } from './value-set.js'

/** Where codes come from, apart from storage. */
export interface TerminologyParts {
  /** What packages bring. */
  readonly definitions: ConformanceSource
  readonly bundled: BundledTerminology
  readonly archives: readonly CodeArchive[]
  readonly grammars: readonly CodeProvider[]
}

/** Concepts of code systems that are kept ready. */
const keptConcepts = 300_000

/** Finds code systems and value sets in packages, archives, grammars and what is bundled, in this order. */
export class LocalSource implements CodeSource {
  readonly #parts: TerminologyParts
  readonly #archives: readonly CodeProvider[]
  readonly #contents = new Recent<{ readonly resource: AnyResource; readonly content: CodeSystemContent }>(
    keptConcepts,
  )

  constructor(parts: TerminologyParts) {
    this.#parts = parts
    this.#archives = parts.archives.map(archiveProvider)
  }

  valueSet(canonical: string): ValueSetResource | undefined {
    const { url, version } = parseCanonical(canonical)
    const { definitions, bundled } = this.#parts
    return (
      definitions.find('ValueSet', url, version) ??
      bundled.find('ValueSet', url, version) ??
      implicitValueSet(url) ??
      this.#wholeSystem(url, version)
    )
  }

  codeSystem(url: string, version?: string): CodeProvider | undefined {
    const own = this.#content(this.#parts.definitions.find('CodeSystem', url, version))
    if (own?.complete) return own
    return this.wholly(url, version) ?? own ?? this.#bundled(url, version)
  }

  /** The archive or grammar of a system, which knows all of its codes. */
  wholly(url: string, version?: string): CodeProvider | undefined {
    return (
      this.#archives.find((each) => each.system === url && isVersion(each.version, version)) ??
      this.#parts.grammars.find(({ system }) => system === url)
    )
  }

  /** The resource that a code system here is described by. */
  describing(url: string, version?: string): CodeSystemResource | undefined {
    const { definitions, bundled } = this.#parts
    const found = definitions.find('CodeSystem', url, version) ?? bundled.find('CodeSystem', url, version)
    return found as CodeSystemResource | undefined
  }

  #bundled(url: string, version: string | undefined): CodeSystemContent | undefined {
    const key = version === undefined ? url : `${url}|${version}`
    let known = this.#contents.peek(`bundled ${key}`)
    if (!known) {
      const resource = this.#parts.bundled.find('CodeSystem', url, version)
      if (!resource) return undefined
      const content = new CodeSystemContent(resource as CodeSystemResource)
      known = { resource, content }
      this.#contents.put(`bundled ${key}`, content.size + 1, known)
    }
    return known.content.usable ? known.content : undefined
  }

  /** Concepts of the same object are read once. */
  #content(resource: AnyResource | undefined): CodeSystemContent | undefined {
    if (!resource) return undefined
    const key = `${String(resource.url)}|${String(resource.version)}`
    const known = this.#contents.peek(key)
    if (known?.resource === resource) return known.content.usable ? known.content : undefined
    const content = new CodeSystemContent(resource as CodeSystemResource)
    this.#contents.put(key, content.size + 1, { resource, content })
    return content.usable ? content : undefined
  }

  structure(url: string, version?: string): AnyResource | undefined {
    return this.#parts.definitions.find('StructureDefinition', url, version)
  }

  conceptMap(canonical: string): ConceptMapResource | undefined {
    const { url, version } = parseCanonical(canonical)
    const { definitions, bundled } = this.#parts
    return definitions.find('ConceptMap', url, version) ?? bundled.find('ConceptMap', url, version)
  }

  /** The bundled maps. */
  conceptMaps(): readonly ConceptMapResource[] {
    const { bundled } = this.#parts
    return bundled.urls('ConceptMap').flatMap((url) => bundled.find('ConceptMap', url) ?? [])
  }

  /** `CodeSystem.valueSet`, which by convention is the system's own URL with another type in it. */
  #wholeSystem(url: string, version: string | undefined): ValueSetResource | undefined {
    for (const system of systemsOf(url)) {
      if (this.describing(system, version)?.valueSet === url)
        return valueSet(url, { system, ...(version ? { version } : {}) })
    }
    return undefined
  }
}

/** Code systems whose `CodeSystem.valueSet` may be this URL. */
export function systemsOf(valueSetUrl: string): readonly string[] {
  return [
    ...new Set([
      valueSetUrl.replace('/ValueSet/', '/CodeSystem/'),
      valueSetUrl.replace('/ValueSet/', '/'),
      valueSetUrl,
    ]),
  ]
}

/** SNOMED CT names editions; a version without date means whichever is here. */
function isVersion(here: string | undefined, asked: string | undefined): boolean {
  return asked === undefined || here === asked || here?.startsWith(`${asked}/`) === true
}
