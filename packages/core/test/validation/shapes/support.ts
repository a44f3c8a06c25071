import { type ConformanceSource, firstOf } from '../../../src/definitions/conformance.js'
import { r4Conformance } from '../../../src/definitions/r4-conformance.js'
import type { AnyResource } from '../../../src/fhir/types.js'
import { r4Terminology } from '../../../src/terminology/bundled.js'
import { grammars } from '../../../src/terminology/grammars/grammars.js'
import { createMembership } from '../../../src/terminology/membership.js'
import type {
  BindingQuestion,
  Finding,
  MissingDefinition,
  RuleTarget,
} from '../../../src/validation/contract.js'
import { createTargets } from '../../../src/validation/rules/targets.js'
import type {
  ElementDefinition,
  StructureDefinition,
} from '../../../src/validation/shapes/element-definition.js'
import {
  type ShapesOptions,
  type ShapesRule,
  shapesRule,
} from '../../../src/validation/shapes/shapes-rule.js'

export const core = 'http://hl7.org/fhir/StructureDefinition/'

const bundled: ConformanceSource = firstOf(r4Conformance, {
  find: (type, url, version) =>
    type === 'CodeSystem' || type === 'ValueSet' ? r4Terminology.find(type, url, version) : undefined,
})

export function sourceOf(...resources: readonly AnyResource[]): ConformanceSource {
  return firstOf(
    {
      find: (type, url) =>
        resources.find((resource) => resource.resourceType === type && resource.url === url),
    },
    bundled,
  )
}

/** A profile with only a differential. */
export function profile(
  type: string,
  element: readonly ElementDefinition[],
  more: Partial<StructureDefinition> = {},
): StructureDefinition {
  return {
    resourceType: 'StructureDefinition',
    url: 'http://example.org/profile',
    kind: /^(Extension|[A-Z][a-z]+Quantity|Quantity|HumanName)$/.test(type) ? 'complex-type' : 'resource',
    type,
    baseDefinition: core + type,
    derivation: 'constraint',
    differential: { element },
    ...more,
  }
}

export function ruleOf(
  source: ConformanceSource,
  options: Partial<ShapesOptions> = {},
): { rule: ShapesRule; source: ConformanceSource } {
  const membership = createMembership({
    bundled: r4Terminology,
    definitions: source,
    archives: [],
    grammars,
  })
  return { rule: shapesRule({ definitions: source, membership, ...options }), source }
}

export interface Result {
  readonly findings: readonly Finding[]
  readonly questions: readonly BindingQuestion[]
  readonly missing: readonly MissingDefinition[]
  readonly targets: readonly RuleTarget[]
}

/** All that is found in a resource and the ones in it; `profiles` are asked for of the outermost. */
export function check(
  { rule, source }: { rule: ShapesRule; source: ConformanceSource },
  resource: AnyResource,
  profiles: readonly string[] = [],
): Result {
  const findings: Finding[] = []
  const questions: BindingQuestion[] = []
  const missing: MissingDefinition[] = []
  const targets = createTargets(resource, resource.resourceType, {
    definitions: source,
    report: (found) => findings.push(found),
    ask: (question) => questions.push(question),
    missing: (definition) => missing.push(definition),
  })
  for (const target of targets) rule.check(target === target.root ? withProfiles(target, profiles) : target)
  return { findings, questions, missing, targets }
}

function withProfiles(target: RuleTarget, profiles: readonly string[]): RuleTarget {
  return {
    resource: target.resource,
    expression: target.expression,
    root: target.root,
    profiles,
    resolve: (reference) => target.resolve(reference),
    definition: (...question) => target.definition(...question),
    report: (found) => target.report(found),
    ask: (question) => target.ask(question),
  }
}

/** Errors as `expression: text`, of a resource that is checked against a profile of its type. */
export function errorsOf(
  definition: StructureDefinition,
  resource: AnyResource,
  ...others: readonly AnyResource[]
): readonly string[] {
  const { findings } = check(ruleOf(sourceOf(definition, ...others)), resource, [definition.url])
  return findings.filter(({ severity }) => severity === 'error').map(({ text }) => text)
}
