import type { JsonContainer } from './digits.js'
import { linkElements, notLinks } from './rewrite-references-elements.js'
import type { AnyResource } from './types.js'

/** The new form of a reference, or undefined to leave it as it is. */
export type ReferenceResolver = (reference: string) => string | undefined

/**
 * Replaces the links of a resource, in place, as the transaction rules say (https://hl7.org/fhir/R4/http.html#trules):
 * each `Reference.reference`; each value of type uri, url, oid or uuid that links; and `href` and `src` of narratives,
 * in contained resources too. As R4 says, values of type canonical stay, and so do the identities that they name.
 * A Bundle's entries stay as well: their references resolve inside it, and it may be signed.
 *
 * `resolve` is asked for the text as written and then, where it has a `#fragment` or a `/_history/n`, for what precedes;
 * such an ending is kept. A conditional reference (`Practitioner?identifier=...`) is asked for like any other.
 */
export function rewriteReferences(resource: AnyResource, resolve: ReferenceResolver): void {
  walk(resource, resource.resourceType, withEndings(resolve))
}

/**
 * All that `rewriteReferences` would ask for, each once. What a resolver does not know of costs nothing, so this holds
 * candidates that are no references too, e.g. the `url` of an attachment.
 */
export function collectReferences(resource: AnyResource): Set<string> {
  const found = new Set<string>()
  rewriteReferences(resource, (reference) => {
    found.add(reference)
    return undefined
  })
  return found
}

function withEndings(resolve: ReferenceResolver): ReferenceResolver {
  return (reference) => {
    if (reference === '' || reference.startsWith('#')) return undefined
    const whole = resolve(reference)
    if (whole !== undefined) return whole
    const end = endOf(reference)
    const start = end === undefined ? undefined : resolve(reference.slice(0, end))
    return start === undefined ? undefined : start + reference.slice(end)
  }
}

/** Where the fragment or version of a reference begins. In a conditional reference, neither has a meaning. */
function endOf(reference: string): number | undefined {
  const fragment = reference.indexOf('#')
  const version = reference.indexOf('/_history/')
  const end = version > 0 && (fragment < 0 || version < fragment) ? version : fragment
  return end > 0 && !reference.includes('?') ? end : undefined
}

/** @param name of the property that holds the container, or its resource type */
function walk(container: JsonContainer, name: string, resolve: ReferenceResolver): void {
  const holder = typeof container.resourceType === 'string' ? container.resourceType : name
  for (const key in container) {
    const value = container[key]
    if (typeof value === 'string') {
      if (key === 'div') container.div = rewriteNarrative(value, resolve)
      else if (linkElements.has(key)) container[key] = rewriteValue(value, holder, key, resolve)
    } else if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) walkList(value, key, holder, resolve)
      else walk(value as JsonContainer, key, resolve)
    }
  }
}

function walkList(list: unknown[], key: string, holder: string, resolve: ReferenceResolver): void {
  if (key === 'entry' && holder === 'Bundle') return
  for (const [index, item] of list.entries()) {
    if (typeof item === 'object' && item !== null) walk(item as JsonContainer, key, resolve)
    else if (typeof item === 'string' && linkElements.has(key))
      list[index] = rewriteValue(item, holder, key, resolve)
  }
}

function rewriteValue(value: string, holder: string, key: string, resolve: ReferenceResolver): string {
  if (key === 'url' && /^[A-Z]/.test(holder)) return value
  return notLinks.has(`${holder}.${key}`) ? value : (resolve(value) ?? value)
}

/** The start tag of a link or image up to the value of the attribute, and the value. No `<` can be inside a tag. */
const link = /(<(?:a|img)\s(?:[^<>]*?\s)?(?:href|src)\s*=\s*)("[^"<]*"|'[^'<]*')/g

function rewriteNarrative(div: string, resolve: ReferenceResolver): string {
  if (!div.includes('href') && !div.includes('src')) return div
  return div.replace(link, (whole, start: string, quoted: string) => {
    const quote = quoted.charAt(0)
    const resolved = resolve(unescapeXml(quoted.slice(1, -1)))
    return resolved === undefined ? whole : start + quote + escapeXml(resolved) + quote
  })
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] as string)
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => {
    const name = Object.keys(entities).find((entity) => entities[entity] === char)
    return `&${name};`
  })
}
