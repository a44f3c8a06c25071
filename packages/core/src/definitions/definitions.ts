/** The nine search parameter types of R4 (https://hl7.org/fhir/R4/search.html#ptypes). */
export type SearchParameterType =
  | 'number'
  | 'date'
  | 'string'
  | 'token'
  | 'reference'
  | 'composite'
  | 'quantity'
  | 'uri'
  | 'special'

/** A component of a composite search parameter: the search parameter that types its value. */
export interface CompositeComponent {
  readonly code: string
  readonly type: SearchParameterType
  /** Selects the component's values, from the element that the composite's own expression selects. */
  readonly expression: string
}

/** What the server knows of one search parameter on one resource type. */
export interface SearchParameter {
  readonly code: string
  readonly type: SearchParameterType
  /** Canonical URL of the SearchParameter resource. */
  readonly url: string
  readonly description: string
  readonly expression?: string
  /** For references: the resource types that it may point to. */
  readonly target?: readonly string[]
  readonly components?: readonly CompositeComponent[]
}

/** One of the five R4 compartments (https://hl7.org/fhir/R4/compartmentdefinition.html). */
export interface CompartmentDefinition {
  /** The resource type whose instances own a compartment: Patient, Encounter, RelatedPerson, Practitioner or Device. */
  readonly code: string
  /** Member resource type to the search parameters that link it. `{def}` (the resource itself) is written as `_id`. */
  readonly resource: Readonly<Record<string, readonly string[]>>
}

/** An element of a resource or data type. */
export interface ElementDefinition {
  /** Type codes, e.g. `['HumanName']`, `['Quantity', 'string']` for a choice, `['#BackboneElement path']` never occurs. */
  readonly types: readonly string[]
  readonly min: number
  /** `Infinity` for `*`. */
  readonly max: number
  /** True for elements that `_summary=true` keeps. */
  readonly summary: boolean
  /** Of a `code` whose required binding draws on one code system: that system, to which its values belong. */
  readonly system?: string
}

/** The compiled R4 definitions. Produced at build time; see `scripts/build-definitions.mjs`. */
export interface Definitions {
  readonly fhirVersion: string
  /** Every concrete R4 resource type, sorted. */
  readonly resourceTypes: readonly string[]
  isResourceType(name: string): boolean
  /** The stable number of a resource type in storage (1..32767); `undefined` for an unknown one. */
  typeNumber(type: string): number | undefined
  typeName(number: number): string | undefined
  /** All search parameters of a type by code, those of Resource and DomainResource included. */
  searchParameters(type: string): ReadonlyMap<string, SearchParameter>
  /** Why a custom search parameter that exists cannot be used yet; undefined for any other. */
  unusable?(type: string, code: string): string | undefined
  readonly compartments: ReadonlyMap<string, CompartmentDefinition>
  /**
   * Elements of a resource type, data type or backbone path (`Patient`, `HumanName`, `Patient.contact`), by name; a choice
   * element by its name without `[x]`. A path is followed through content references (`Questionnaire.item.item`) and into
   * data types (`Patient.name`).
   */
  elements(path: string): ReadonlyMap<string, ElementDefinition> | undefined
}
