/**
 * The URL of a search: base, path and parameters, as they stand in a bundle's links. Characters that a query may hold
 * (RFC 3986, section 3.4) and that FHIR uses often stay readable.
 *
 * @param path Relative to the base, e.g. `Patient` or `Patient/1/Observation`; empty at system level.
 */
export function searchUrl(
  baseUrl: string,
  path: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  const base = baseUrl.replace(/\/+$/, '')
  const query = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  return `${base}${path && `/${path}`}${query && `?${query}`}`
}

function encode(text: string): string {
  // A lone surrogate has no encoding at all.
  return encodeURIComponent(text.toWellFormed()).replace(/%(3A|2F|2C|24|40)/g, decodeURIComponent)
}
