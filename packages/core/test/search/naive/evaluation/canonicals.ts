import type { Json } from './json.js'

// https://hl7.org/fhir/R4/references.html#canonical and https://hl7.org/fhir/R4/search.html#canonical

/**
 * A canonical is found by its URL, with its version or without. `:below` and `:above` go by the parts of the version:
 * 1.2 is below 1, and every version is below none.
 */
export function matchesCanonical(element: Json, modifier: string | undefined, searched: string): boolean {
  const [url, version] = String(element).split('|')
  const [wantedUrl, wanted] = searched.split('|')
  if (url !== wantedUrl) return false
  if (modifier === 'below') return isPartOf(version, wanted)
  if (modifier === 'above') return isPartOf(wanted, version)
  return wanted === undefined || wanted === version
}

function isPartOf(finer: string | undefined, coarser: string | undefined): boolean {
  if (coarser === undefined) return true
  const [inner, outer] = [finer?.split('.') ?? [], coarser.split('.')]
  return inner.length >= outer.length && outer.every((each, index) => inner[index] === each)
}
