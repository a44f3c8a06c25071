import { Recent } from '../definitions/recent.js'
import { FhirError } from '../errors/fhir-error.js'
import { LocalSource, type TerminologyParts } from './sources.js'
import { type CompiledValueSet, type Told, ValueSetCompiler } from './value-set.js'

/** A code as a Coding, Quantity or code names it; without system where the place implies it. */
export interface CodeReference {
  readonly system?: string
  readonly version?: string
  readonly code: string
  readonly display?: string
}

/** What a code system tells of a code. */
export interface KnownCode {
  readonly code: string
  readonly display?: string
  /** Further names by language, in the order of the code system. */
  readonly designations: readonly Designation[]
  readonly inactive: boolean
  /** True of a code that a grammar forms: its display is one of many that are as good. */
  readonly formed?: boolean
  /** Not for use in records, only for grouping. */
  readonly abstract: boolean
}

export interface Designation {
  readonly language?: string
  readonly use?: CodeReference
  readonly value: string
}

/**
 * What is known about codes without waiting and without expanding: bundled code systems and value sets, those of packages
 * and loaded distributions, and the grammars (UCUM, BCP 47, MIME types). Memory is bounded, whatever the size of a system.
 */
export interface Membership {
  /**
   * Whether a code is in a value set (canonical URL, maybe with version). A code without system is a member if any code
   * of the value set is spelled so. Undefined where something that is needed to tell is not here.
   */
  contains(valueSet: string, code: CodeReference): boolean | undefined
  /** The code in its system; false if the system is wholly here and lacks it, undefined where the system is not here. */
  lookup(system: string, code: string, version?: string): KnownCode | false | undefined
  /** Whether the first code subsumes the second or is the same; undefined where this cannot be told here. */
  subsumes(system: string, ancestor: string, code: string): boolean | undefined
}

/**
 * A large code system in files of its own (LOINC, SNOMED CT), made from a distribution by `anamnesis terminology import`.
 * Codes and hierarchy are read by binary search; what is held in memory is bounded.
 */
export interface CodeArchive {
  readonly system: string
  readonly version: string
  readonly size: number
  /** Names of the properties that some code has, where they are known. */
  readonly properties?: readonly string[]
  lookup(code: string): KnownCode | undefined
  parents(code: string): readonly string[]
  children(code: string): readonly string[]
  /** Whether `ancestor` subsumes `code` or is the same. */
  subsumes(ancestor: string, code: string): boolean
  /** Values of a property of a concept, as text; of a filter such as LOINC's `CLASS`. */
  property(code: string, property: string): readonly string[]
  /** Codes that have a value of a property, where there is a shorter way to them than through all codes. */
  withProperty?(property: string, value: string): Iterable<string>
  /** All codes in order, from after the given one. */
  codes(after?: string): Iterable<string>
  /** Codes whose display or designations have words that begin like those of the text, best first. */
  search(text: string, limit: number): readonly string[]
}

/** Codes that value sets hold in memory to be asked again. */
const keptCodes = 500_000

/** What membership is decided by. */
export interface MembershipParts extends TerminologyParts {
  /** A number that is another one as soon as `definitions` would answer otherwise; absent where it never does. */
  readonly revision?: () => number
}

/**
 * Membership by what is at hand. A value set is compiled at the first question about it; the ones asked last are kept.
 * A definition that cannot be evaluated tells nothing.
 */
export function createMembership(parts: MembershipParts): Membership {
  const compiled = new Recent<CompiledValueSet | false>(keptCodes)
  let local = new LocalSource(parts)
  let revision = parts.revision?.()

  function refresh(): void {
    const now = parts.revision?.()
    if (now === revision) return
    revision = now
    local = new LocalSource(parts)
    compiled.clear()
  }

  function compile(canonical: string): CompiledValueSet | false {
    try {
      return new ValueSetCompiler(local).byCanonical(canonical)
    } catch (error) {
      if (FhirError.is(error)) return false
      throw error
    }
  }

  return {
    contains(valueSet, { system, code }) {
      refresh()
      const set = compiled.get(
        valueSet,
        (made) => (made ? made.weight : 1),
        () => compile(valueSet),
      )
      if (!set) return undefined
      try {
        return system === undefined ? ofAnySystem(set, code) : set.has(system, code)
      } catch (error) {
        // A pattern that takes too long for this code.
        if (FhirError.is(error)) return undefined
        throw error
      }
    },
    lookup(system, code, version) {
      refresh()
      const provider = local.codeSystem(system, version)
      return provider?.lookup(code) ?? (provider?.complete ? false : undefined)
    },
    subsumes(system, ancestor, code) {
      refresh()
      const provider = local.codeSystem(system)
      const [above, below] = [provider?.spelled(ancestor), provider?.spelled(code)]
      if (provider === undefined || above === undefined || below === undefined) return undefined
      return provider.subsumes(above, below)
    },
  }
}

/** A code as an element has it whose binding implies the system. */
export function ofAnySystem(set: CompiledValueSet, code: string): Told {
  let told: Told = false
  for (const system of set.systems) {
    const one = set.has(system, code)
    if (one === true) return true
    if (one === undefined) told = undefined
  }
  return told
}
