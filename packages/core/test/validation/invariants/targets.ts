// A resource as a rule sees it, with the resources inside it.
import type { AnyResource } from '../../../src/fhir/types.js'
import type { Finding, Rule, RuleTarget } from '../../../src/validation/contract.js'

/** What a rule finds in a resource, contained ones and those of entries included. */
export function findingsOf(rule: Rule, resource: unknown): Finding[] {
  const found: Finding[] = []
  for (const target of targetsOf(resource as AnyResource, found)) rule.check(target)
  return found
}

function targetsOf(
  resource: AnyResource,
  found: Finding[],
  expression = resource.resourceType,
  parent?: RuleTarget,
): RuleTarget[] {
  const target: RuleTarget = {
    resource,
    expression,
    ...(parent ? { parent } : {}),
    get root() {
      return parent?.root ?? target
    },
    resolve: (reference) =>
      inner.find((each) => reference === `#${each.resource.id}`) ?? parent?.resolve(reference),
    definition: () => undefined,
    report: (finding) => found.push(finding),
    ask: () => {},
  }
  const contained = (resource.contained ?? []) as AnyResource[]
  const entries = (resource.entry ?? []) as { resource?: AnyResource }[]
  const inner: RuleTarget[] = [
    ...contained.flatMap((each, index) =>
      targetsOf(each, found, `${expression}.contained[${index}]`, target),
    ),
    ...(resource.resourceType === 'Bundle' ? entries : []).flatMap(({ resource: each }, index) =>
      each ? targetsOf(each, found, `${expression}.entry[${index}].resource`, target) : [],
    ),
  ]
  return [target, ...inner]
}
