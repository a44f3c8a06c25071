import type { Rule, RuleTarget } from '../contract.js'
import { narrativesOf } from './narrative.js'
import { isObject, objects, textOf } from './values.js'

const narrativeLink = 'http://hl7.org/fhir/StructureDefinition/narrativeLink'
const textLink = 'http://hl7.org/fhir/StructureDefinition/textLink'

/** Extensions that tie data to the part of a narrative that says the same: that part is there, once. */
export const narrativeLinks: Rule = {
  name: 'narrative-link',
  check(target) {
    for (const [index, { url, valueUri, valueUrl }] of objects(target.resource.extension).entries()) {
      if (url !== narrativeLink) continue
      const link = textOf(valueUrl) ?? textOf(valueUri)
      if (link !== undefined) checkLink(target, link, `${target.expression}.extension[${index}]`)
    }
    const { text } = target.resource
    if (isObject(text) && text.extension !== undefined) checkTextLinks(target, text.extension)
  },
}

/** `urn:uuid:...#id`, to a narrative in the Bundle, or `#id`, to the resource's own. */
function checkLink(target: RuleTarget, link: string, expression: string): void {
  const hash = link.indexOf('#')
  if (hash === -1) return
  const reference = link.slice(0, hash)
  const holder = reference === '' ? target : target.resolve(reference)
  if (!holder) {
    if (!reference.startsWith('urn:')) return
    const text = `${expression}: no entry of the Bundle has the fullUrl '${reference}' of this link.`
    target.report({ severity: 'error', code: 'not-found', expression, text })
    return
  }
  const id = link.slice(hash + 1)
  const found = countIds(holder, id)
  if (found === 1) return
  const text = `${expression}: expected one element with the id '${id}' in the narrative of ${holder.expression}, found ${found === 0 ? 'none' : found}.`
  target.report({ severity: 'error', code: found === 0 ? 'not-found' : 'multiple-matches', expression, text })
}

function checkTextLinks(target: RuleTarget, extensions: unknown): void {
  for (const [index, { url, extension }] of objects(extensions).entries()) {
    if (url !== textLink) continue
    for (const [part, { url: name, valueString }] of objects(extension).entries()) {
      if (name !== 'htmlid' || typeof valueString !== 'string' || countIds(target, valueString) > 0) continue
      const expression = `${target.expression}.text.extension[${index}].extension[${part}]`
      const text = `${expression}: no element of the narrative has the id '${valueString}'.`
      target.report({ severity: 'error', code: 'not-found', expression, text })
    }
  }
}

function countIds(target: RuleTarget, id: string): number {
  return narrativesOf(target).reduce(
    (count, { xhtml }) => count + xhtml.ids.filter((other) => other === id).length,
    0,
  )
}
