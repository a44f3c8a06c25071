import type { AnyResource } from '../../../src/fhir/types.js'
import type { BindingQuestion, Finding, Rule } from '../../../src/validation/contract.js'
import { createTargets } from '../../../src/validation/rules/targets.js'

/** What rules find in a resource, as `severity expression`, and in full. */
export interface Checked {
  readonly places: readonly string[]
  readonly findings: readonly Finding[]
  readonly questions: readonly BindingQuestion[]
}

/** Applies a rule to a resource and every resource in it. `definitions` are found by type and url. */
export function check(
  rule: Rule,
  resource: Readonly<Record<string, unknown>>,
  definitions: readonly Readonly<Record<string, unknown>>[] = [],
): Checked {
  const findings: Finding[] = []
  const questions: BindingQuestion[] = []
  const targets = createTargets(resource as AnyResource, String(resource.resourceType), {
    definitions: {
      find: (type, url) =>
        definitions.find((known) => known.resourceType === type && known.url === url) as
          | AnyResource
          | undefined,
    },
    report: (finding) => findings.push(finding),
    ask: (question) => questions.push(question),
    missing: () => undefined,
  })
  for (const target of targets) {
    if (!rule.types || rule.types.includes(target.resource.resourceType)) rule.check(target)
  }
  return {
    places: findings.map(({ severity, expression }) => `${severity} ${expression}`),
    findings,
    questions,
  }
}
