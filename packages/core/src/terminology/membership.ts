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
  lookup(code: string): KnownCode | undefined
  parents(code: string): readonly string[]
  children(code: string): readonly string[]
  /** Whether `ancestor` subsumes `code` or is the same. */
  subsumes(ancestor: string, code: string): boolean
  /** Values of a property of a concept, as text; of a filter such as LOINC's `CLASS`. */
  property(code: string, property: string): readonly string[]
  /** All codes in order, from after the given one. */
  codes(after?: string): Iterable<string>
  /** Codes whose display or designations have words that begin like those of the text, best first. */
  search(text: string, limit: number): readonly string[]
}
