import type { AnyResource } from '../../fhir/types.js'
import type { Rule, RuleTarget } from '../contract.js'
import { CheckCache } from './check-cache.js'
import { isObject, type JsonObject, objects } from './values.js'
import { readXhtml, type Xhtml } from './xhtml.js'

interface Narrative {
  readonly xhtml: Xhtml
  readonly expression: string
}

/** What was read of narratives: several rules look at the same ones. */
const known = new CheckCache<JsonObject, Xhtml>()

/** The ids in outermost resources, gathered when a link is first found to lead elsewhere. */
const idsOf = new CheckCache<AnyResource, ReadonlySet<string>>()

/** Narratives are safe and well-formed XHTML that says something, and their links lead somewhere. */
export const narrative: Rule = {
  name: 'narrative',
  check(target) {
    const narratives = narrativesOf(target)
    for (const narrative of narratives) report(target, narrative)
    if (narratives.some(({ xhtml }) => xhtml.links.length > 0)) reportLinks(target, narratives)
  },
}

/** The narrative of a resource, and those of the sections of a Composition. */
export function narrativesOf(target: RuleTarget): readonly Narrative[] {
  const { resource, expression } = target
  const narratives: Narrative[] = []
  if (resource.text !== undefined) addNarrative(target, resource.text, `${expression}.text`, narratives)
  if (resource.resourceType === 'Composition') addSections(target, resource.section, expression, narratives)
  return narratives
}

function addNarrative(target: RuleTarget, text: unknown, expression: string, narratives: Narrative[]): void {
  if (!isObject(text) || typeof text.div !== 'string') return
  const { div } = text
  narratives.push({ xhtml: known.get(target, text, () => readXhtml(div)), expression: `${expression}.div` })
}

function addSections(target: RuleTarget, sections: unknown, path: string, narratives: Narrative[]): void {
  for (const [index, section] of objects(sections).entries()) {
    const here = `${path}.section[${index}]`
    addNarrative(target, section.text, `${here}.text`, narratives)
    if (section.section !== undefined) addSections(target, section.section, here, narratives)
  }
}

function report(target: RuleTarget, { xhtml, expression }: Narrative): void {
  for (const problem of xhtml.problems) {
    target.report({
      severity: 'error',
      code: problem.kind === 'form' ? 'invalid' : 'invariant',
      expression,
      text: `${expression}: ${problem.text}`,
      ...(problem.kind === 'content' ? { key: 'txt-1' } : {}),
    })
  }
  if (!xhtml.hasContent && xhtml.problems.length === 0) {
    const text = `${expression}: expected text or an image, found nothing to read. Leave the narrative out if it is empty.`
    target.report({ severity: 'warning', code: 'invariant', expression, text, key: 'txt-2' })
  }
  for (const source of xhtml.externalImages) {
    const text = `${expression}: the image '${source}' is not within the resource: whoever reads it tells that host. Use a data: URL or #id.`
    target.report({ severity: 'warning', code: 'security', expression, text })
  }
}

function reportLinks(target: RuleTarget, narratives: readonly Narrative[]): void {
  const here = new Set(narratives.flatMap(({ xhtml }) => xhtml.ids))
  let elements: ReadonlySet<string> | undefined
  for (const { xhtml, expression } of narratives) {
    for (const link of new Set(xhtml.links)) {
      if (link === '' || here.has(link) || here.has(decoded(link))) continue
      elements ??= idsNear(target)
      if (elements.has(link)) continue
      const text = `${expression}: the link to '#${link}' leads nowhere: no element here has this id.`
      target.report({ severity: 'error', code: 'not-found', expression, text })
    }
  }
}

function decoded(link: string): string {
  try {
    return decodeURIComponent(link)
  } catch {
    return link
  }
}

/** The ids of the elements of a resource and, in a Bundle, of what its other narratives offer as targets. */
function idsNear(target: RuleTarget): ReadonlySet<string> {
  const outer = target.parent?.resource ?? target.resource
  return idsOf.get(target, outer, () => {
    const ids = new Set<string>()
    collectIds(outer, ids)
    return ids
  })
}

function collectIds(value: AnyResource | JsonObject, ids: Set<string>): void {
  for (const key in value) {
    const element = value[key]
    if (key === 'id' && typeof element === 'string') ids.add(element)
    else if (key === 'div' && typeof element === 'string')
      for (const id of readXhtml(element).ids) ids.add(id)
    else if (typeof element === 'object' && element !== null) collectIds(element as JsonObject, ids)
  }
}
