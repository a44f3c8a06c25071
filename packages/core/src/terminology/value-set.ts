import { FhirError } from '../errors/fhir-error.js'
import { type Code, type CodeSet, difference, union } from './code-set.js'
import { ConceptPart } from './concept-part.js'
import { type ConceptSet, type Contained, listIn, type ValueSetResource } from './content.js'
import type { CodeProvider } from './provider.js'

/** Where a value set finds what it refers to. */
export interface CodeSource {
  /** A value set by canonical URL; undefined where it is not here. */
  valueSet(canonical: string): ValueSetResource | undefined
  /** A code system whose codes are here. */
  codeSystem(url: string, version?: string): CodeProvider | undefined
}

/** Whether something is so; undefined where that cannot be told here. */
export type Told = boolean | undefined

/** A value set made ready for questions. */
export interface CompiledValueSet {
  readonly canonical: string
  readonly resource: ValueSetResource
  readonly includes: readonly ConceptPart[]
  readonly excludes: readonly ConceptPart[]
  /** Systems whose codes it may have. */
  readonly systems: ReadonlySet<string>
  /** Codes that are held in memory for it, that of value sets it refers to not counted. */
  readonly weight: number
  /** What is needed to list it and is not here, or has no meaning. */
  readonly missing: FhirError | undefined
  has(system: string, code: string): Told
  /**
   * Codes of which its members are, some maybe more than once, one by one; see ConceptPart.candidates.
   *
   * @throws FhirError as `codeSet` does.
   */
  candidates(text?: string): Iterable<Code>
  /**
   * All members, whole systems without listing them.
   *
   * @throws FhirError `not-found` where something that is needed is not here, `too-costly` where it has no end.
   */
  codeSet(): CodeSet
}

/** Value sets that one may refer to, directly and by way of others. */
const maxValueSets = 200

/**
 * Makes value sets ready for questions. Those that one refers to are read once, however often they occur.
 *
 * Everything throws FhirError: `not-found` for a value set that is not here, `business-rule` for a definition that cannot
 * be evaluated, `too-costly` past a limit.
 */
export class ValueSetCompiler {
  readonly #source: CodeSource
  readonly #known = new Map<string, CompiledValueSet>()

  constructor(source: CodeSource) {
    this.#source = source
  }

  /** @param path the value sets that lead here. */
  byCanonical(canonical: string, path: readonly string[] = []): CompiledValueSet {
    if (path.includes(canonical)) {
      const circle = [...path.slice(path.indexOf(canonical)), canonical].join(' > ')
      throw new FhirError('business-rule', `the value set refers to itself: ${circle}`)
    }
    const known = this.#known.get(canonical)
    if (known) return known
    if (this.#known.size >= maxValueSets) {
      throw new FhirError(
        'too-costly',
        `${path[0] ?? canonical} refers to more than ${maxValueSets} value sets`,
      )
    }
    const resource = this.#source.valueSet(canonical)
    if (!resource) throw new FhirError('not-found', `there is no value set ${canonical} here`)
    const compiled = this.resource(resource, canonical, [...path, canonical])
    this.#known.set(canonical, compiled)
    return compiled
  }

  /** A value set that is at hand. */
  resource(
    resource: ValueSetResource,
    canonical: string,
    path: readonly string[] = [canonical],
  ): CompiledValueSet {
    const { compose, expansion } = resource
    const listed = expansion && wholeExpansion(expansion)
    if (compose === undefined) {
      if (listed) return new ListedValueSet(canonical, resource, listed)
      throw new FhirError(
        'business-rule',
        `the value set ${canonical} has neither a compose nor a whole expansion`,
      )
    }
    try {
      const parts = (sets: readonly ConceptSet[] | undefined) =>
        listIn(sets).map(
          (set) => new ConceptPart(set, this.#source, compose.inactive, (url) => this.byCanonical(url, path)),
        )
      return new ComposedValueSet(canonical, resource, parts(compose.include), parts(compose.exclude), listed)
    } catch (error) {
      // Somebody with the value sets has expanded it.
      if (listed && FhirError.is(error) && error.code === 'not-found') {
        return new ListedValueSet(canonical, resource, listed)
      }
      throw error
    }
  }
}

class ComposedValueSet implements CompiledValueSet {
  readonly systems: ReadonlySet<string>
  readonly weight: number
  #codes: CodeSet | undefined

  constructor(
    readonly canonical: string,
    readonly resource: ValueSetResource,
    readonly includes: readonly ConceptPart[],
    readonly excludes: readonly ConceptPart[],
    /** What it has where its definition needs what is not here. */
    readonly listed: CodeSet | undefined,
  ) {
    this.systems = new Set(includes.flatMap(({ systems }) => [...systems]))
    this.weight = [...includes, ...excludes].reduce((sum, { weight }) => sum + weight, 1)
  }

  has(system: string, code: string): Told {
    const told = this.#composed(system, code)
    return told ?? (this.listed ? hasCode(this.listed, system, code) : undefined)
  }

  #composed(system: string, code: string): Told {
    const included = anyOf(this.includes, system, code)
    if (included === false || this.excludes.length === 0) return included
    const excluded = anyOf(this.excludes, system, code)
    return excluded === true ? false : excluded === undefined ? undefined : included
  }

  get missing(): FhirError | undefined {
    return this.listed ? undefined : this.#missing
  }

  get #missing(): FhirError | undefined {
    for (const part of [...this.includes, ...this.excludes]) if (part.missing) return part.missing
    return undefined
  }

  *candidates(text?: string): Iterable<Code> {
    if (this.listed && this.#missing) yield* listedIn(this.listed)
    else for (const part of this.includes) yield* part.candidates(text)
  }

  codeSet(): CodeSet {
    if (this.#codes) return this.#codes
    try {
      const included = union(this.includes.map((part) => part.codeSet()))
      const excluded = union(this.excludes.map((part) => part.codeSet()))
      this.#codes = difference(included, excluded, (system) => this.#all(system))
    } catch (error) {
      // Somebody with the code systems has expanded it.
      if (!this.listed || !FhirError.is(error) || error.code !== 'not-found') throw error
      this.#codes = this.listed
    }
    return this.#codes
  }

  #all(system: string): Iterable<string> {
    const part = this.includes.find((each) => each.set.system === system) ?? this.includes[0]
    return part?.allOf(system) ?? []
  }
}

class ListedValueSet implements CompiledValueSet {
  readonly missing = undefined
  readonly includes = []
  readonly excludes = []
  readonly systems: ReadonlySet<string>
  readonly weight: number

  constructor(
    readonly canonical: string,
    readonly resource: ValueSetResource,
    readonly listed: CodeSet,
  ) {
    this.systems = new Set(listed.keys())
    this.weight = [...listed.values()].reduce((sum, codes) => sum + (codes === true ? 1 : codes.size), 1)
  }

  has(system: string, code: string): Told {
    return hasCode(this.listed, system, code)
  }

  candidates(): Iterable<Code> {
    return listedIn(this.listed)
  }

  codeSet(): CodeSet {
    return this.listed
  }
}

function hasCode(set: CodeSet, system: string, code: string): boolean {
  const codes = set.get(system)
  return codes === true || codes?.has(code) === true
}

function* listedIn(set: CodeSet): Iterable<Code> {
  for (const [system, codes] of set) if (codes !== true) for (const code of codes) yield { system, code }
}

function anyOf(parts: readonly ConceptPart[], system: string, code: string): Told {
  let told: Told = false
  for (const part of parts) {
    const one = part.has(system, code)
    if (one === true) return true
    if (one === undefined) told = undefined
  }
  return told
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
