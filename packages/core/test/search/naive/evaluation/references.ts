import { type Json, memberOf, textAt } from './json.js'
import { matchesToken } from './tokens.js'

// https://hl7.org/fhir/R4/search.html#reference

/** `Type/id` of a relative reference or one below the server's own base, its version left out. */
export function localKey(reference: string | undefined, baseUrl: string): string | undefined {
  if (reference === undefined) return undefined
  const relative = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference
  const [type = '', id = '', history, version, ...more] = relative.split('/')
  const versioned = history === '_history' && version !== undefined && more.length === 0
  if (history !== undefined && !versioned) return undefined
  return /^[A-Z][A-Za-z]+$/.test(type) && /^[A-Za-z0-9.-]{1,64}$/.test(id) ? `${type}/${id}` : undefined
}

/** Where a Reference leads on this server. */
export function keyOf(element: Json, baseUrl: string): string | undefined {
  return localKey(textAt(element, 'reference'), baseUrl)
}

/** Whether there is anything in a Reference that a search could ask for: a contained resource cannot be named. */
export function isReferable(element: Json): boolean {
  const reference = textAt(element, 'reference')
  const identifier = memberOf(element, 'identifier')
  return (reference !== undefined && !reference.startsWith('#')) || identifier !== undefined
}

export function matchesReference(
  element: Json,
  modifier: string | undefined,
  searched: string,
  baseUrl: string,
): boolean {
  if (modifier === 'identifier') {
    const identifier = memberOf(element, 'identifier')
    return identifier !== undefined && matchesToken(identifier, searched)
  }
  const key = keyOf(element, baseUrl)
  const local = localKey(searched, baseUrl)
  if (local !== undefined)
    return key === local && (modifier === undefined || local.startsWith(`${modifier}/`))
  if (searched.includes(':')) return textAt(element, 'reference') === searched
  return modifier === undefined ? key?.split('/')[1] === searched : key === `${modifier}/${searched}`
}
