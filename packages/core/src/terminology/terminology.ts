import { Recent } from '../definitions/recent.js'
import { FhirError } from '../errors/fhir-error.js'
import { parseCanonical } from '../fhir/references.js'
import type { AnyResource } from '../fhir/types.js'
import type { StoredResource } from '../storage/storage.js'
import type { BundledTerminology } from './bundled.js'
import { type Code, sizeOf } from './code-set.js'
import { CodeSystemContent } from './code-system.js'
import type { CodeSystemResource, ValueSetResource } from './content.js'
import { type ContentSource, ValueSetReading } from './value-set.js'

/** Codes that a value set or a hierarchy may have; more is `too-costly`. */
export const maxCodes = 10_000

/** Stored code systems and value sets, as far as somebody may see them. */
export interface TerminologySource {
  /** The one to use of this canonical URL, and of this version where one is given. */
  find(type: 'CodeSystem' | 'ValueSet', url: string, version?: string): Promise<StoredResource | undefined>
  read(type: 'CodeSystem' | 'ValueSet', id: string): Promise<StoredResource | undefined>
}

/** The members of a value set: whole systems, and single codes of others. */
export interface CodeList {
  readonly systems: readonly string[]
  readonly codes: readonly Code[]
}

/**
 * Answers about code systems and value sets. Stored ones win over bundled ones of the same URL; every answer goes by what
 * the given source shows.
 */
export interface Terminology {
  /**
   * The members of a value set, named by its canonical URL or as `ValueSet/id`.
   *
   * @throws FhirError `not-found` where it, or something that it needs, is not here; `business-rule` for a definition
   * that cannot be evaluated; `too-costly` for more than `maxCodes`.
   */
  codesOf(valueSet: string, source: TerminologySource): Promise<CodeList>
  /**
   * The code and all that it subsumes.
   *
   * @throws FhirError `not-found` for an unknown system or code, `too-costly` for more than `maxCodes`.
   */
  below(system: string, code: string, source: TerminologySource): Promise<readonly string[]>
  /** The code and all that subsume it. @throws FhirError as `below` does. */
  above(system: string, code: string, source: TerminologySource): Promise<readonly string[]>
}

/** Characters of JSON whose parsed form is kept for the next question. */
const keptCharacters = 16 * 1024 * 1024

export function createTerminology(bundled: BundledTerminology): Terminology {
  const contents = new Recent<CodeSystemContent>(keptCharacters)

  function contentFrom(source: TerminologySource): ContentSource {
    return {
      async valueSet(canonical) {
        const found = await findValueSet(canonical, source)
        if (found) return found
        throw new FhirError('not-found', `there is no value set ${canonical} here`)
      },
      codeSystem: (url, version) => codeSystem(url, version, source),
    }
  }

  async function findValueSet(
    canonical: string,
    source: TerminologySource,
  ): Promise<ValueSetResource | undefined> {
    const [, id] = /^ValueSet\/([A-Za-z0-9\-.]{1,64})$/.exec(canonical) ?? []
    if (id !== undefined) return parsed(await source.read('ValueSet', id))
    const { url, version } = parseCanonical(canonical)
    return parsed(await source.find('ValueSet', url, version)) ?? bundled.find('ValueSet', url, version)
  }

  async function codeSystem(
    url: string,
    version: string | undefined,
    source: TerminologySource,
  ): Promise<CodeSystemContent> {
    const stored = await source.find('CodeSystem', url, version)
    const content = stored
      ? contents.get(String(stored.seq), stored.content.length, () => contentOf(parsed(stored)))
      : bundledContent(url, version)
    if (content?.usable) return content
    const named = version === undefined ? url : `${url}|${version}`
    throw new FhirError(
      'not-found',
      content === undefined
        ? `the code system ${named} is not here; store a CodeSystem with its concepts`
        : `of the code system ${named} only the name is here, not its concepts; store a CodeSystem with them`,
    )
  }

  function bundledContent(url: string, version: string | undefined): CodeSystemContent | undefined {
    const resource = bundled.find('CodeSystem', url, version)
    if (!resource) return undefined
    // Their size does not matter: the largest has 3,000 concepts.
    return contents.get(url, 100_000, () => contentOf(resource))
  }

  async function concepts(
    system: string,
    code: string,
    source: TerminologySource,
    direction: 'below' | 'above',
  ): Promise<readonly string[]> {
    const content = await codeSystem(system, undefined, source)
    if (!content.has(code)) {
      // A part of a system tells nothing of the codes beside it.
      if (!content.complete) return [code]
      throw new FhirError('not-found', `the code system ${system} has no code ${code}`)
    }
    const codes = content[direction](code)
    if (codes.size > maxCodes) throw tooMany(`${codes.size} codes are ${direction} ${code}`)
    return [...codes]
  }

  return {
    async codesOf(valueSet, source) {
      const codes = await new ValueSetReading(contentFrom(source)).codesOf(valueSet)
      const size = sizeOf(codes)
      if (size > maxCodes) throw tooMany(`the value set ${valueSet} has ${size} codes`)
      const systems: string[] = []
      const list: Code[] = []
      for (const [system, members] of codes) {
        if (members === true) systems.push(system)
        else for (const code of members) list.push({ system, code })
      }
      return { systems, codes: list }
    },
    below: (system, code, source) => concepts(system, code, source, 'below'),
    above: (system, code, source) => concepts(system, code, source, 'above'),
  }
}

function parsed<T extends AnyResource>(row: StoredResource | undefined): T | undefined {
  return row === undefined || row.deleted ? undefined : (JSON.parse(row.content) as T)
}

function contentOf(resource: AnyResource | undefined): CodeSystemContent {
  return new CodeSystemContent(resource as CodeSystemResource)
}

function tooMany(what: string): FhirError {
  return new FhirError('too-costly', `${what}, more than the ${maxCodes} allowed`)
}
