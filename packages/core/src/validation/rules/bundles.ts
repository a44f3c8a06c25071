import type { Finding, Rule, RuleTarget } from '../contract.js'
import { resourceTypes } from '../place.js'
import { requireEntry, resourceEntries, restfulPath } from './bundle-references.js'
import { checkDocument } from './documents.js'
import { checkRequest } from './requests.js'
import { checkSearchset } from './searchsets.js'
import { type JsonObject, objects, textOf } from './values.js'

/**
 * What a Bundle's type asks of it (https://hl7.org/fhir/R4/bundle.html), beyond its invariants: fullUrls, requests of
 * batches and transactions, search results, documents.
 */
export const bundles: Rule = {
  name: 'bundle',
  types: ['Bundle'],
  check(target) {
    const { type, entry } = target.resource
    const entries = objects(entry)
    for (const [index, item] of entries.entries()) {
      const where = `${target.expression}.entry[${index}]`
      if (typeof item.fullUrl === 'string') checkFullUrl(target, item, where)
      if (type === 'batch' || type === 'transaction') checkRequest(target, item, where)
    }
    checkLinks(target)
    if (type === 'searchset') checkSearchset(target)
    if (type === 'document') checkDocument(target)
    if (type === 'message') checkMessage(target)
  },
}

/** An absolute URI, which says what the resource says (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl). */
function checkFullUrl(target: RuleTarget, { fullUrl, resource }: JsonObject, where: string): void {
  const url = textOf(fullUrl) ?? ''
  const expression = `${where}.fullUrl`
  const fail = (text: string, code: Finding['code'] = 'invalid') =>
    target.report({ severity: 'error', code, expression, text: `${expression}: ${text}` })
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url)) {
    fail(`expected an absolute URL such as http://host/fhir/Patient/1 or urn:uuid:..., found '${url}'.`)
    return
  }
  if (url.startsWith('urn:uuid:') && !/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(url)) {
    // HL7's own examples use URNs such as urn:uuid:example.
    const text = `${expression}: expected a UUID in small letters after urn:uuid:, found '${url}'.`
    target.report({ severity: 'warning', code: 'value', expression, text })
    return
  }
  const found = restfulPath(url)
  const { resourceType, id } = (resource ?? {}) as JsonObject
  if (!found || !resourceTypes().includes(found.type) || typeof resourceType !== 'string') return
  if (found.type === resourceType && (id === undefined || found.id === id)) return
  fail(
    `expected a URL that ends with ${resourceType}/${String(id ?? '[id]')}, as the resource says, found '${url}'.`,
  )
}

/** Each relation once, and no paging outside of results. */
function checkLinks(target: RuleTarget): void {
  const seen = new Set<unknown>()
  for (const [index, { relation }] of objects(target.resource.link).entries()) {
    const expression = `${target.expression}.link[${index}].relation`
    if (seen.has(relation)) {
      const text = `${expression}: expected each relation once, found '${String(relation)}' again.`
      target.report({ severity: 'error', code: 'duplicate', expression, text })
    }
    seen.add(relation)
    const paging = ['first', 'last', 'next', 'prev', 'previous'].includes(String(relation))
    if (paging && (target.resource.type === 'document' || target.resource.type === 'message')) {
      const text = `${expression}: '${String(relation)}' leads to other pages, which a ${String(target.resource.type)} does not have.`
      target.report({ severity: 'error', code: 'structure', expression, text })
    }
  }
}

/** What a message is about is in it (https://hl7.org/fhir/R4/messaging.html#bundle). */
function checkMessage(target: RuleTarget): void {
  const [header] = resourceEntries(target)
  if (header?.resource.resourceType !== 'MessageHeader') return
  for (const [index, { reference }] of objects(header.resource.focus).entries()) {
    if (typeof reference !== 'string') continue
    const expression = `${target.expression}.entry[${header.index}].resource.focus[${index}]`
    requireEntry(target, header, reference, expression)
  }
}
