/**
 * A value with what FHIR knows of it. `value` is the JSON as parsed by `parseJson`: objects, text, booleans, numbers (a
 * decimal whose digits JavaScript would lose is an object of `fhir/digits.ts`). Collections are arrays of these.
 */
export interface FhirNode {
  readonly value: unknown
  /** The `_name` object beside a primitive: its id and extensions. */
  readonly sibling?: unknown
  /** FHIR type, e.g. `HumanName`, `code`, `Observation`, or path of a backbone element, e.g. `Patient.contact`. */
  readonly type: string
}

/**
 * What an expression can ask of its surroundings. All of it is optional: what is not given is unknown. It stands for
 * resources as they are: after a change, make another.
 */
export interface FhirPathEnvironment {
  /** `%resource`. */
  readonly resource: FhirNode
  /** `%rootResource`; default: `resource`. */
  readonly rootResource?: FhirNode
  /** `resolve()`. Undefined where the target is not at hand. */
  resolve?(reference: string): FhirNode | undefined
  /** `memberOf()`. Undefined where it cannot be told. */
  memberOf?(valueSet: string, node: FhirNode): boolean | undefined
  /** `conformsTo()`. */
  conformsTo?(profile: string, node: FhirNode): boolean | undefined
  /** `htmlChecks()`: whether a narrative's XHTML is one that FHIR allows. Default: it is. */
  htmlChecks?(xhtml: string): boolean
  /** Other `%variables`. */
  readonly variables?: Readonly<Record<string, unknown>>
}

/**
 * A compiled invariant: true if it holds for the node, and if it cannot be told. An empty result counts as true: many
 * published invariants, such as `name.matches(...)`, are empty where the element is absent. Throws never.
 */
export type Invariant = (node: FhirNode, environment: FhirPathEnvironment) => boolean

/** A compiled expression: the nodes that it selects. */
export type FhirPathExpression = (node: FhirNode, environment: FhirPathEnvironment) => readonly FhirNode[]
