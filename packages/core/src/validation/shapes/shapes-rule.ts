import type { ConformanceSource } from '../../definitions/conformance.js'
import type { Membership } from '../../terminology/membership.js'
import type { BindingQuestion, Finding, Rule, RuleTarget } from '../contract.js'
import { checkBase } from './base-check.js'
import { BasePlans } from './base-plan.js'
import { CodeCheck } from './code-check.js'
import type { StructureDefinition } from './element-definition.js'
import { ExtensionCheck, type UnknownExtensions } from './extension-check.js'
import { ProfileCheck } from './profile-check.js'
import { Shapes } from './shape.js'
import { shownUrl } from './shown.js'
import type { Sink } from './sink.js'
import { Snapshots } from './snapshot.js'
import { Spot } from './spot.js'
import { vitalSignsProfile } from './vital-signs.js'

/** What the rule needs to know. */
export interface ShapesOptions {
  /** Definitions that profiles are made from: R4's own, and those of packages. */
  readonly definitions: ConformanceSource
  readonly membership: Membership
  /**
   * What an extension is whose definition is not at hand: reported as information, and as a warning where it modifies
   * (default), or an error.
   */
  readonly unknownExtensions?: UnknownExtensions
}

/** Checks resources against the definitions of their types, of their extensions and of the profiles that they claim. */
export interface ShapesRule extends Rule {
  /** Drops what was compiled and remembered: for when definitions or terminology have changed. */
  forget(): void
}

/** The parts of a rule, made from the definitions and terminology of one moment. */
interface Parts {
  readonly plans: BasePlans
  readonly codes: CodeCheck
  readonly profiles: ProfileCheck
  readonly extensions: ExtensionCheck
}

/**
 * A rule that checks one resource, nested ones apart: codes, references and extensions by the definition of its type, and
 * all that the profiles of `meta.profile`, of the target and of vital signs ask for. Nothing is compiled before the first check.
 */
export function shapesRule(options: ShapesOptions): ShapesRule {
  let parts: Parts | undefined
  return {
    name: 'shapes',
    check(target) {
      parts ??= createParts(options)
      const sink = new DistinctSink(target)
      checkBase(target, parts, sink)
      checkProfiles(target, parts, sink)
    },
    forget() {
      parts = undefined
    },
  }
}

function createParts({ definitions, membership, unknownExtensions = 'report' }: ShapesOptions): Parts {
  const snapshots = new Snapshots(definitions)
  const plans = new BasePlans(snapshots)
  const codes = new CodeCheck(membership, definitions)
  const profiles = new ProfileCheck(new Shapes(snapshots, plans), codes)
  return { plans, codes, profiles, extensions: new ExtensionCheck(plans, profiles, unknownExtensions) }
}

function checkProfiles(target: RuleTarget, { profiles }: Parts, sink: Sink): void {
  const { resource, expression } = target
  const claimed = Array.isArray(resource.meta?.profile) ? (resource.meta.profile as unknown[]) : []
  const asked = new Set(target.profiles)
  const all = new Set([...claimed.filter((each) => typeof each === 'string'), ...asked])
  const vitalSigns = vitalSignsProfile(resource)
  if (vitalSigns) all.add(vitalSigns)
  for (const canonical of all) {
    const where = asked.has(canonical)
      ? expression
      : `${expression}.meta.profile[${claimed.indexOf(canonical)}]`
    const definition = target.definition('StructureDefinition', canonical, where) as
      | StructureDefinition
      | undefined
    const problem = definition ? unusable(definition, resource.resourceType) : 'is not here'
    if (!definition || problem !== undefined) {
      reportUnchecked(canonical, where, problem ?? '', definition !== undefined, sink)
      continue
    }
    const item = { value: resource, type: resource.resourceType, spot: new Spot(undefined, expression) }
    profiles.check(definition, item, target, sink, { explicit: asked.has(canonical) })
  }
}

/** Why a definition cannot be a profile of the resource, if so. */
function unusable({ type, kind }: StructureDefinition, resourceType: string): string | undefined {
  if (kind !== 'resource') return `is not one of resources, but of ${type}`
  if (type === resourceType || type === 'Resource' || type === 'DomainResource') return undefined
  return `is one of ${type}`
}

function reportUnchecked(
  canonical: string,
  expression: string,
  problem: string,
  wrong: boolean,
  sink: Sink,
): void {
  const advice = wrong ? 'Claim a profile of this type.' : 'What it asks for was not checked.'
  sink.report({
    severity: wrong ? 'error' : 'warning',
    code: wrong ? 'structure' : 'not-found',
    expression,
    text: `${expression}: the profile ${shownUrl(canonical)} ${problem}. ${advice}`,
    profile: canonical,
  })
}

/** Hands on what is found, each thing once: a slice repeats what is said of the whole element. */
class DistinctSink implements Sink {
  readonly #target: RuleTarget
  #seen: Set<string> | undefined

  constructor(target: RuleTarget) {
    this.#target = target
  }

  report(found: Finding): void {
    if (this.#isNew(`${found.severity} ${found.key ?? ''} ${found.text}`)) this.#target.report(found)
  }

  ask(question: BindingQuestion): void {
    if (this.#isNew(`${question.strength} ${question.valueSet} ${question.expression}`)) {
      this.#target.ask(question)
    }
  }

  #isNew(key: string): boolean {
    this.#seen ??= new Set()
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }
}
