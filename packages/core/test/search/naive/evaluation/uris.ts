import type { Json } from './json.js'

// https://hl7.org/fhir/R4/search.html#uri

/** A uri, or a canonical, which is found with its version and without. */
export function urisOf(element: Json): string[] {
  if (typeof element !== 'string') return []
  const [url = ''] = element.split('|')
  return url === element ? [element] : [element, url]
}

/** `:below` and `:above` go by the segments of a URL's path; a URN has none, so that only itself is below it. */
export function matchesUri(uri: string, modifier: string | undefined, searched: string): boolean {
  if (uri === searched) return true
  if (modifier === 'below') return continues(uri, searched)
  if (modifier === 'above') return continues(searched, uri)
  return false
}

/** Matched from the left, segment by segment: a slash at the end of the shorter one opens no segment of its own. */
function continues(longer: string, shorter: string): boolean {
  if (shorter.startsWith('urn:')) return false
  const inner = longer.split('/')
  const outer = shorter.replace(/\/$/, '').split('/')
  return inner.length > outer.length && outer.every((each, index) => inner[index] === each)
}
