import type { ConformanceType } from '../definitions/conformance.js'
import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { CodeReference } from '../terminology/membership.js'

/** What a resource is checked for besides its structure. Structure has been checked before, and holds. */
export interface CheckRequest {
  readonly resource: AnyResource
  /** FHIRPath of the resource where it is part of another, e.g. `Bundle.entry[3].resource`. Default: its type. */
  readonly expression?: string
  /** Canonical URLs of profiles to check besides those of `meta.profile`. */
  readonly profiles?: readonly string[]
}

/**
 * What a check gives: issues that are certain, and what could not be told without waiting, for whoever may ask storage.
 * Everything is plain data, so that a check can run in a worker.
 */
export interface CheckResult {
  readonly issues: readonly OperationOutcomeIssue[]
  /** Codes whose membership the terminology at hand could not tell. */
  readonly questions: readonly BindingQuestion[]
  /** Definitions that were needed and are not at hand: with them, the check says more. */
  readonly missing: readonly MissingDefinition[]
}

/** A binding (https://hl7.org/fhir/R4/terminologies.html#strength) that is still to be judged. */
export interface BindingQuestion {
  readonly strength: 'required' | 'extensible' | 'preferred'
  /** Canonical URL, with a version where the definition has one. */
  readonly valueSet: string
  /** Of a CodeableConcept all its codings: one member is enough. */
  readonly codes: readonly CodeReference[]
  readonly expression: string
}

export interface MissingDefinition {
  readonly type: ConformanceType
  readonly canonical: string
  readonly expression: string
}

/** The part of a check that one concern looks at: shapes of profiles, invariants, bundles, narrative, questionnaires. */
export interface Rule {
  readonly name: string
  /** Types of resources that it looks at; absent for all. */
  readonly types?: readonly string[]
  check(target: RuleTarget): void
}

/** One resource, contained ones and those of a Bundle's entries included, as a rule sees it. */
export interface RuleTarget {
  readonly resource: AnyResource
  readonly expression: string
  /** Canonical URLs of profiles that somebody asked for, besides those that the resource claims. */
  readonly profiles?: readonly string[]
  /** The resource that contains this one, or the Bundle whose entry it is. */
  readonly parent?: RuleTarget
  /** The outermost one. */
  readonly root: RuleTarget
  /**
   * The resource that a reference leads to within what is being checked: contained (`#id`), or in the Bundle by fullUrl
   * (https://hl7.org/fhir/R4/bundle.html#references). Undefined if it is elsewhere.
   */
  resolve(reference: string): RuleTarget | undefined
  /** A definition by canonical URL (`url` or `url|version`); where it is missing, this is noted. */
  definition(type: ConformanceType, canonical: string, expression: string): AnyResource | undefined
  report(found: Finding): void
  ask(question: BindingQuestion): void
}

/** An issue in the making. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'information'
  /** https://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly code: OperationOutcomeIssue['code']
  readonly expression: string
  /** Starts with the expression; says what was expected, what was found, what to do. */
  readonly text: string
  /** Key of the invariant, e.g. `obs-7`; canonical URL of the profile, where one asks for it. */
  readonly key?: string
  readonly profile?: string
}
