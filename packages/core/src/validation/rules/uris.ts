/** The system of identifiers that are URIs themselves. */
export const uriSystem = 'urn:ietf:rfc:3986'

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:./
const oid = /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/
const uuid = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Codes of ContactPoint.system, which is no URI. */
const contactSystems = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other'])

/** What is wrong with the URI of a system of codes, identifiers or units; undefined if nothing is. */
export function systemProblem(system: string): string | undefined {
  if (system.startsWith('http') || contactSystems.has(system)) return undefined
  // A value set may name a code system that the same resource contains.
  return system.startsWith('#') ? undefined : uriProblem(system)
}

/** What keeps a text from being an absolute URI: no scheme, or an OID or UUID that is none. */
export function uriProblem(uri: string): string | undefined {
  if (!scheme.test(uri)) return 'an absolute URI such as http://host/system or urn:oid:1.2.3'
  if (uri.startsWith('urn:oid:') && !oid.test(uri))
    return 'an OID such as urn:oid:1.2.3, without leading zeros'
  if (uri.startsWith('urn:uuid:') && !uuid.test(uri)) {
    return 'a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520'
  }
  return undefined
}
