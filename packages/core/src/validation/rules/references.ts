import { parseReference } from '../../fhir/references.js'
import type { Rule, RuleTarget } from '../contract.js'
import { bundleAround, findInBundle, sameTypeAndId } from './bundle-references.js'
import { expressionOf, factsOf, type Located } from './facts.js'
import { isResource, objects } from './values.js'

/**
 * References in a Bundle lead to one entry (https://hl7.org/fhir/R4/bundle.html#references). Contained resources have ids
 * to refer to them by; ids of elements are there once. That references to contained resources lead to one, and that each
 * is referred to, are the invariants ref-1 and dom-3.
 */
export const references: Rule = {
  name: 'references',
  check(target) {
    const facts = factsOf(target)
    for (const reference of facts.references) checkReference(target, reference)
    for (const { text, pointer } of facts.repeatedIds) {
      const expression = `${placeOf(target, pointer)}.id`
      const said = `${expression}: expected an id that no other element of the resource has, found '${text}' again.`
      target.report({ severity: 'error', code: 'duplicate', expression, text: said })
    }
    if (target.resource.contained !== undefined) checkContained(target)
  },
}

function placeOf(target: RuleTarget, pointer: string): string {
  return expressionOf(target.resource, target.expression, pointer)
}

function checkReference(target: RuleTarget, { text: reference, pointer }: Located): void {
  // Whether a fragment leads to a contained resource is invariant ref-1.
  if (reference.startsWith('#')) return
  const bundle = bundleAround(target)
  if (!bundle) return
  const matches = findInBundle(bundle, target, reference)
  if (matches.length === 1) return
  const expression = placeOf(target, pointer)
  if (matches.length > 1) {
    if (bundle.resource.type === 'history') return
    const text = `${expression}: expected a reference to one entry of the Bundle, found '${reference}', which ${matches.length} entries have as fullUrl. Add the version to the reference: ${reference}/_history/...`
    target.report({ severity: 'error', code: 'multiple-matches', expression, text })
    return
  }
  const parsed = parseReference(reference)
  if (parsed.kind === 'urn' && reference.startsWith('urn:uuid:')) {
    const text = `${expression}: no entry of the Bundle has the fullUrl '${reference}', and a URN can be found nowhere else.`
    target.report({ severity: 'warning', code: 'not-found', expression, text })
  } else if (parsed.kind === 'relative') {
    const near = sameTypeAndId(bundle, parsed)
    if (near.length > 0) reportNear(target, reference, expression, near)
  }
}

/** The entry that is meant has another base than the one that refers to it; or one of another server is meant. */
function reportNear(
  target: RuleTarget,
  reference: string,
  expression: string,
  near: readonly string[],
): void {
  const text =
    `${expression}: the reference '${reference}' leads to no entry of the Bundle, as it is read relative to the fullUrl ` +
    `of its own entry. Write the fullUrl of the entry that is meant: ${near.slice(0, 3).join(' or ')}.`
  target.report({ severity: 'warning', code: 'not-found', expression, text })
}

function checkContained(target: RuleTarget): void {
  const contained = objects(target.resource.contained)
  const seen = new Set<unknown>()
  for (const [index, resource] of contained.entries()) {
    if (!isResource(resource)) continue
    const expression = `${target.expression}.contained[${index}]`
    const { id } = resource
    if (id === undefined) {
      const text = `${expression}: expected an id, by which the resource around it refers to it, found none.`
      target.report({ severity: 'error', code: 'required', expression, text })
      continue
    }
    if (seen.has(id)) {
      const text = `${expression}.id: expected an id that no other contained resource has, found '${id}' again.`
      target.report({ severity: 'error', code: 'duplicate', expression: `${expression}.id`, text })
    }
    seen.add(id)
  }
}
