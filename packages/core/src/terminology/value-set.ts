import { FhirError } from '../errors/fhir-error.js'
import { type CodeSet, difference, intersection, union } from './code-set.js'
import type { CodeSystemContent } from './code-system.js'
import { type ConceptSet, type Contained, listIn, type ValueSetResource } from './content.js'
import { filterCodes } from './filters.js'

/** Where a value set finds what it refers to. */
export interface ContentSource {
  /** @throws FhirError `not-found`. */
  valueSet(canonical: string): Promise<ValueSetResource>
  /** A code system whose concepts are here. @throws FhirError `not-found`. */
  codeSystem(url: string, version?: string): Promise<CodeSystemContent>
}

/** Value sets that one may refer to, directly and by way of others. */
const maxValueSets = 200

/**
 * The codes of one value set. Value sets that it refers to are read once, however often they occur.
 *
 * @throws FhirError `not-found` for what it refers to and is not here, `business-rule` for a definition that cannot be
 * evaluated, `too-costly` past a limit.
 */
export class ValueSetReading {
  readonly #content: ContentSource
  readonly #known = new Map<string, Promise<CodeSet>>()

  constructor(content: ContentSource) {
    this.#content = content
  }

  /** @param path the value sets that lead here. */
  codesOf(canonical: string, path: readonly string[] = []): Promise<CodeSet> {
    if (path.includes(canonical)) {
      const circle = [...path.slice(path.indexOf(canonical)), canonical].join(' > ')
      throw new FhirError('business-rule', `the value set refers to itself: ${circle}`)
    }
    let codes = this.#known.get(canonical)
    if (!codes) {
      if (this.#known.size >= maxValueSets) {
        throw new FhirError('too-costly', `${path[0]} refers to more than ${maxValueSets} value sets`)
      }
      codes = this.#read(canonical, [...path, canonical])
      this.#known.set(canonical, codes)
    }
    return codes
  }

  async #read(canonical: string, path: readonly string[]): Promise<CodeSet> {
    const { compose, expansion } = await this.#content.valueSet(canonical)
    const listed = expansion && wholeExpansion(expansion)
    if (compose === undefined) {
      if (listed) return listed
      throw new FhirError(
        'business-rule',
        `the value set ${canonical} has neither a compose nor a whole expansion`,
      )
    }
    try {
      const included = union(await this.#all(listIn(compose.include), path))
      const excluded = union(await this.#all(listIn(compose.exclude), path))
      return await difference(included, excluded, async (system) => {
        const content = await this.#content.codeSystem(system)
        return content.codes()
      })
    } catch (error) {
      // Somebody with the code systems has expanded it.
      if (listed && FhirError.is(error) && error.code === 'not-found') return listed
      throw error
    }
  }

  /** One after another, so that a circle is met by the one that closes it. */
  async #all(parts: readonly ConceptSet[], path: readonly string[]): Promise<CodeSet[]> {
    const sets: CodeSet[] = []
    for (const part of parts) sets.push(await this.#part(part, path))
    return sets
  }

  async #part(part: ConceptSet, path: readonly string[]): Promise<CodeSet> {
    const sets: CodeSet[] = []
    if (part.system !== undefined)
      sets.push(new Map([[part.system, await this.#ofSystem(part.system, part)]]))
    for (const canonical of listIn(part.valueSet)) sets.push(await this.codesOf(canonical, path))
    return intersection(sets)
  }

  async #ofSystem(system: string, { version, concept, filter }: ConceptSet): Promise<true | Set<string>> {
    if (concept !== undefined) return new Set(listIn(concept).flatMap(({ code }) => code ?? []))
    const [first, ...others] = listIn(filter)
    if (first === undefined) return true
    const content = await this.#content.codeSystem(system, version)
    let codes = filterCodes(content, first)
    for (const other of others) {
      const further = filterCodes(content, other)
      codes = new Set([...codes].filter((code) => further.has(code)))
    }
    return codes
  }
}

/** The codes of an expansion that is not a page of a longer one. */
function wholeExpansion({
  total,
  contains,
}: NonNullable<ValueSetResource['expansion']>): CodeSet | undefined {
  const codes = new Map<string, Set<string>>()
  let count = 0
  const add = ({ system, code, abstract, contains }: Contained): void => {
    if (system !== undefined && code !== undefined) {
      count++
      if (abstract !== true) codes.set(system, (codes.get(system) ?? new Set()).add(code))
    }
    for (const each of listIn(contains)) add(each)
  }
  for (const each of listIn(contains)) add(each)
  return total !== undefined && total > count ? undefined : codes
}
