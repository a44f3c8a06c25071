/** What a reference string points to (https://hl7.org/fhir/R4/references.html#literal). */
export type ParsedReference =
  /** `Patient/123`, `Patient/123/_history/2`. */
  | { readonly kind: 'relative'; readonly type: string; readonly id: string; readonly version?: string }
  /** A URL. `base`, `type` and `id` where it has the shape of a RESTful one: `http://host/fhir/Patient/123`. */
  | {
      readonly kind: 'absolute'
      readonly url: string
      readonly base?: string
      readonly type?: string
      readonly id?: string
      readonly version?: string
    }
  /** `urn:uuid:...`, `urn:oid:...`. */
  | { readonly kind: 'urn'; readonly url: string }
  /** `#id`; an empty id means the containing resource. */
  | { readonly kind: 'contained'; readonly id: string }
  /** `Patient?identifier=...`: only in transactions, where the server resolves it. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  /** Anything else. */
  | { readonly kind: 'other'; readonly text: string }

const relative = /^([A-Z][A-Za-z]*)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/
const restful = /^(.+)\/([A-Z][A-Za-z]*)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/
const conditional = /^([A-Z][A-Za-z]*)\?(.+)$/
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/

/** Reads a reference string. Never throws; whether the type exists is not checked here. */
export function parseReference(text: string): ParsedReference {
  const match = relative.exec(text)
  if (match?.[1] !== undefined && match[2] !== undefined) {
    return { kind: 'relative', type: match[1], id: match[2], ...optionalVersion(match[3]) }
  }
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) }
  if (text.startsWith('urn:')) return { kind: 'urn', url: text }
  if (scheme.test(text)) {
    const [, base, type, id, version] = restful.exec(text) ?? []
    if (base === undefined || type === undefined || id === undefined) return { kind: 'absolute', url: text }
    return { kind: 'absolute', url: text, base, type, id, ...optionalVersion(version) }
  }
  const [, type, query] = conditional.exec(text) ?? []
  if (type !== undefined && query !== undefined) return { kind: 'conditional', type, query }
  return { kind: 'other', text }
}

function optionalVersion(version: string | undefined): { version?: string } {
  return version === undefined ? {} : { version }
}

/** A canonical URL taken apart: `url|version#fragment` (https://hl7.org/fhir/R4/references.html#canonical). */
export interface ParsedCanonical {
  readonly url: string
  readonly version?: string
  readonly fragment?: string
}

/** Reads a canonical. An empty version or fragment counts as none. */
export function parseCanonical(text: string): ParsedCanonical {
  const hash = text.indexOf('#')
  const beforeHash = hash === -1 ? text : text.slice(0, hash)
  const fragment = hash === -1 ? '' : text.slice(hash + 1)
  const bar = beforeHash.indexOf('|')
  const version = bar === -1 ? '' : beforeHash.slice(bar + 1)
  return {
    url: bar === -1 ? beforeHash : beforeHash.slice(0, bar),
    ...(version === '' ? {} : { version }),
    ...(fragment === '' ? {} : { fragment }),
  }
}
