import type { AnyResource } from '../fhir/types.js'

// The parts of CodeSystem and ValueSet that membership is decided by, as JSON that anybody may have written: every field
// can be absent.

/** https://hl7.org/fhir/R4/codesystem.html */
export interface CodeSystemResource extends AnyResource {
  readonly url?: string
  readonly version?: string
  readonly name?: string
  readonly title?: string
  readonly caseSensitive?: boolean
  /** Canonical URL of the value set of all its codes. */
  readonly valueSet?: string
  /** `complete`, `fragment`, `example`, `not-present`, `supplement`. */
  readonly content?: string
  readonly property?: readonly { readonly code?: string; readonly uri?: string; readonly type?: string }[]
  readonly concept?: readonly Concept[]
}

export interface Concept {
  readonly code?: string
  readonly display?: string
  readonly definition?: string
  readonly designation?: readonly ConceptDesignation[]
  readonly property?: readonly ConceptProperty[]
  readonly concept?: readonly Concept[]
}

export interface ConceptDesignation {
  readonly language?: string
  readonly use?: { readonly system?: string; readonly code?: string; readonly display?: string }
  readonly value?: string
}

/** `valueCode`, `valueString`, `valueBoolean`, `valueCoding` and so on beside the code of the property. */
export interface ConceptProperty {
  readonly code?: string
  readonly [value: string]: unknown
}

/** https://hl7.org/fhir/R4/valueset.html */
export interface ValueSetResource extends AnyResource {
  readonly url?: string
  readonly version?: string
  readonly compose?: {
    /** Whether inactive codes are members; they are where it is absent. */
    readonly inactive?: boolean
    readonly include?: readonly ConceptSet[]
    readonly exclude?: readonly ConceptSet[]
  }
  readonly expansion?: {
    readonly total?: number
    readonly contains?: readonly Contained[]
  }
}

/** `ValueSet.compose.include`: what is named here is intersected. */
export interface ConceptSet {
  readonly system?: string
  readonly version?: string
  readonly concept?: readonly {
    readonly code?: string
    readonly display?: string
    readonly designation?: readonly ConceptDesignation[]
  }[]
  readonly filter?: readonly Filter[]
  readonly valueSet?: readonly string[]
}

export interface Filter {
  readonly property?: string
  readonly op?: string
  readonly value?: string
}

/** `ValueSet.expansion.contains`. */
export interface Contained {
  readonly system?: string
  readonly code?: string
  readonly display?: string
  readonly abstract?: boolean
  readonly contains?: readonly Contained[]
}

/** https://hl7.org/fhir/R4/conceptmap.html */
export interface ConceptMapResource extends AnyResource {
  readonly url?: string
  readonly sourceUri?: string
  readonly sourceCanonical?: string
  readonly targetUri?: string
  readonly targetCanonical?: string
  readonly group?: readonly MapGroup[]
}

export interface MapGroup {
  readonly source?: string
  readonly target?: string
  readonly targetVersion?: string
  readonly sourceVersion?: string
  readonly element?: readonly MapElement[]
  /** What becomes of codes that are not in `element`: `provided`, `fixed`, `other-map`. */
  readonly unmapped?: {
    readonly mode?: string
    readonly code?: string
    readonly display?: string
    readonly url?: string
  }
}

export interface MapElement {
  readonly code?: string
  readonly display?: string
  readonly target?: readonly MapTarget[]
}

export interface MapTarget {
  readonly code?: string
  readonly display?: string
  readonly equivalence?: string
  readonly dependsOn?: readonly MapDependency[]
  readonly product?: readonly MapDependency[]
}

export interface MapDependency {
  readonly property?: string
  readonly system?: string
  readonly value?: string
  readonly display?: string
}

/** The list in a field of JSON, without nulls; empty for anything else. */
export function listIn<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value.filter((each) => each !== null) : []
}
