import { FhirError } from '../errors/fhir-error.js'
import { type Code, type CodeSet, intersection } from './code-set.js'
import { type ConceptSet, listIn } from './content.js'
import { filterAll, type Kept, keeps } from './filters.js'
import type { CodeProvider } from './provider.js'
import type { CodeSource, CompiledValueSet, Told } from './value-set.js'

/**
 * One include or exclude of a value set: codes that are in the named part of its system, and in all of its value sets
 * (https://hl7.org/fhir/R4/valueset.html#compositions).
 */
export class ConceptPart {
  readonly set: ConceptSet
  readonly valueSets: readonly CompiledValueSet[]
  readonly systems: ReadonlySet<string>
  readonly weight: number
  /** Codes that are named one by one. */
  readonly listed: ReadonlySet<string> | undefined
  /** The listed codes in lower case, for systems that do not mind. */
  #folded: ReadonlySet<string> | undefined
  /** Found at the first need: a list of codes needs no system, and a system of other codes is not asked. */
  #provider: { readonly found: CodeProvider | undefined } | undefined
  #filtered: { readonly found: Kept | FhirError | undefined } | undefined
  readonly #source: CodeSource
  readonly #activeOnly: boolean

  constructor(
    set: ConceptSet,
    source: CodeSource,
    inactive: boolean | undefined,
    valueSet: (canonical: string) => CompiledValueSet,
  ) {
    this.set = set
    this.#source = source
    this.#activeOnly = inactive === false
    const { system, concept } = set
    this.listed =
      concept === undefined ? undefined : new Set(listIn(concept).flatMap(({ code }) => code ?? []))
    this.valueSets = listIn(set.valueSet).map(valueSet)
    this.systems =
      system === undefined
        ? new Set(this.valueSets.flatMap(({ systems }) => [...systems]))
        : new Set([system])
    this.weight = 1 + (this.listed?.size ?? 0) + (this.#hasFilter ? weightOfFilter : 0)
  }

  /** The system, where its codes are here. */
  get provider(): CodeProvider | undefined {
    const { system, version } = this.set
    this.#provider ??= {
      found: system === undefined ? undefined : this.#source.codeSystem(system, version),
    }
    return this.#provider.found
  }

  /** What is needed to list the part and is not here, or has no meaning. */
  get missing(): FhirError | undefined {
    const { system, version } = this.set
    if (system !== undefined) {
      if (this.#hasFilter) {
        const kept = this.#kept
        if (kept instanceof FhirError) return kept
      } else if ((!this.listed || this.#activeOnly) && !this.provider) return notHere(system, version)
    }
    for (const each of this.valueSets) if (each.missing) return each.missing
    return undefined
  }

  /** True where it is all codes of a system. */
  get isWhole(): boolean {
    const { set, listed, valueSets } = this
    return (
      set.system !== undefined && !listed && valueSets.length === 0 && !this.#hasFilter && !this.#activeOnly
    )
  }

  get #hasFilter(): boolean {
    return this.set.system !== undefined && listIn(this.set.filter).length > 0
  }

  /** What the filters keep; a fault where they cannot be evaluated. */
  get #kept(): Kept | FhirError | undefined {
    if (!this.#hasFilter) return undefined
    this.#filtered ??= { found: this.#filters() }
    return this.#filtered.found
  }

  has(system: string, code: string): Told {
    let told: Told = true
    if (this.set.system !== undefined) {
      if (system !== this.set.system) return false
      told = this.#own(code)
      if (told === false) return false
    } else if (this.valueSets.length === 0) return false
    for (const each of this.valueSets) {
      const one = each.has(system, code)
      if (one === false) return false
      if (one === undefined) told = undefined
    }
    return told
  }

  /** @throws FhirError `not-found` where codes are needed that are not here. */
  codeSet(): CodeSet {
    const sets: CodeSet[] = []
    if (this.set.system !== undefined) sets.push(new Map([[this.set.system, this.ownCodes()]]))
    for (const each of this.valueSets) sets.push(each.codeSet())
    return intersection(sets)
  }

  /** The codes of the own system that the part names; `true` for all of them. @throws FhirError as `codeSet` does. */
  ownCodes(): true | ReadonlySet<string> {
    const kept = this.#kept
    if (kept instanceof FhirError) throw kept
    if (kept === undefined && !this.#activeOnly) return this.listed ?? true
    if (kept instanceof Set && this.listed === undefined && !this.#activeOnly) return kept
    const codes = new Set<string>()
    for (const code of this.#ownCandidates(undefined)) {
      if (this.#own(code) === true) codes.add(code)
      if (codes.size > maxListed) {
        throw new FhirError('too-costly', `more than ${maxListed} codes of ${this.set.system} are named`)
      }
    }
    return codes
  }

  /** Every code of a system, its own where none is named. @throws FhirError `not-found`, `too-costly` for a grammar. */
  allOf(system: string = this.set.system ?? ''): Iterable<string> {
    const provider = system === this.set.system ? this.provider : this.#source.codeSystem(system)
    if (!provider) throw notHere(system, this.set.version)
    if (provider.size === undefined) throw endless(system)
    return provider.codes()
  }

  /**
   * Codes of which its members are, in the order of the system; where a text is searched for, maybe only those with
   * names like it.
   *
   * @throws FhirError as `codeSet` does.
   */
  *candidates(text?: string): Iterable<Code> {
    const { system } = this.set
    if (system === undefined) {
      const [first] = this.valueSets
      if (first) yield* first.candidates(text)
      return
    }
    for (const code of this.#ownCandidates(text)) yield { system, code }
  }

  #ownCandidates(text: string | undefined): Iterable<string> {
    if (this.listed) return this.listed
    const kept = this.#kept
    if (kept instanceof FhirError) throw kept
    if (kept instanceof Set) return kept
    if (text !== undefined && this.provider?.search) return this.provider.search(text, searchLimit)
    if (typeof kept === 'function' && kept.candidates) return kept.candidates()
    return this.allOf()
  }

  #own(code: string): Told {
    const { listed } = this
    if (listed !== undefined && !listed.has(code) && !this.#listedOtherwise(code, listed)) return false
    if (listed !== undefined && !this.#hasFilter && !this.#activeOnly) return true
    const kept = this.#kept
    if (kept instanceof FhirError) return undefined
    if (kept instanceof Set && kept.has(code) && !this.#activeOnly) return true
    const provider = this.provider
    if (!provider) return undefined
    const spelled = provider.spelled(code)
    if (spelled === undefined) return provider.complete ? false : undefined
    if (kept !== undefined && !keeps(kept, spelled)) return false
    return this.#activeOnly ? provider.lookup(spelled)?.inactive !== true : true
  }

  /** Whether a system that does not mind case lists the code. */
  #listedOtherwise(code: string, listed: ReadonlySet<string>): boolean {
    this.#folded ??= new Set([...listed].map((each) => each.toLowerCase()))
    if (!this.#folded.has(code.toLowerCase())) return false
    const { provider } = this
    const spelled = provider?.spelled(code)
    return spelled !== undefined && [...listed].some((each) => provider?.spelled(each) === spelled)
  }

  #filters(): Kept | FhirError | undefined {
    const { system = '', version, filter } = this.set
    if (!this.provider) return notHere(system, version)
    try {
      return filterAll(this.provider, filter)
    } catch (error) {
      if (FhirError.is(error)) return error
      throw error
    }
  }
}

/** Codes of one part that are listed at once: a hierarchy of an archive may have hundreds of thousands. */
const maxListed = 50_000

/** Codes that a search by name in a large system finds at most. */
export const searchLimit = 10_000

/** What a filter counts beside codes that are listed: it keeps some hundreds of those of its system. */
const weightOfFilter = 1000

/** The error for listing a grammar. */
export function endless(system: string): FhirError {
  return new FhirError(
    'too-costly',
    `the codes of ${system} have no end, so they cannot be listed; ask for single ones with $validate-code`,
  )
}

/** The error for a code system whose codes are not here. */
export function notHere(system: string, version?: string): FhirError {
  const named = version === undefined ? system : `${system}|${version}`
  return new FhirError(
    'not-found',
    `the code system ${named} is not here with its concepts; store a CodeSystem that has them`,
  )
}
