import { parseReference } from '../../fhir/references.js'
import type { AnyResource } from '../../fhir/types.js'

/** A resource of a Bundle with the fullUrl of its entry. */
interface EntryTarget {
  readonly resource: AnyResource
  readonly fullUrl?: string | undefined
}

/** The resources of a Bundle by fullUrl (https://hl7.org/fhir/R4/bundle.html#references). Nothing is read before the first look. */
export class BundleIndex<T extends EntryTarget> {
  readonly #targets: readonly T[]
  #byUrl: Map<string, T[]> | undefined

  constructor(targets: readonly T[]) {
    this.#targets = targets
  }

  /**
   * Where a reference leads to within the Bundle. A relative one is read in the light of the fullUrl of the entry that it
   * is in; one with a version finds the resource of that version only.
   */
  find(reference: string, fullUrl: string | undefined): T | undefined {
    const [first, ...others] = this.findAll(reference, fullUrl)
    return others.length === 0 ? first : undefined
  }

  /** All that a reference could mean: several where a fullUrl is there more than once. */
  findAll(reference: string, fullUrl: string | undefined): readonly T[] {
    const wanted = absolute(reference, fullUrl)
    if (wanted === undefined) return []
    const found = this.#index().get(wanted.url) ?? []
    if (wanted.version === undefined) return found
    return found.filter(({ resource }) => resource.meta?.versionId === wanted.version)
  }

  #index(): ReadonlyMap<string, readonly T[]> {
    if (this.#byUrl) return this.#byUrl
    const byUrl = new Map<string, T[]>()
    for (const target of this.#targets) {
      if (target.fullUrl === undefined) continue
      const url = withoutVersion(target.fullUrl)
      const others = byUrl.get(url)
      if (others) others.push(target)
      else byUrl.set(url, [target])
    }
    this.#byUrl = byUrl
    return byUrl
  }
}

/** The reference as an absolute URL, without its version. */
function absolute(
  reference: string,
  fullUrl: string | undefined,
): { readonly url: string; readonly version?: string } | undefined {
  const parsed = parseReference(withoutFragment(reference))
  switch (parsed.kind) {
    case 'urn':
      return { url: parsed.url }
    case 'absolute': {
      if (parsed.version === undefined) return { url: parsed.url }
      return { url: `${parsed.base}/${parsed.type}/${parsed.id}`, version: parsed.version }
    }
    case 'relative': {
      const base = fullUrl === undefined ? undefined : baseOf(fullUrl)
      if (base === undefined) return undefined
      const url = `${base}/${parsed.type}/${parsed.id}`
      return parsed.version === undefined ? { url } : { url, version: parsed.version }
    }
    default:
      return undefined
  }
}

/** The base of a RESTful URL: `http://host/fhir` of `http://host/fhir/Patient/123`. */
export function baseOf(fullUrl: string): string | undefined {
  const parsed = parseReference(fullUrl)
  return parsed.kind === 'absolute' ? parsed.base : undefined
}

/** A fullUrl should have no version; where it has one, the resource is still found. */
function withoutVersion(url: string): string {
  const history = url.indexOf('/_history/')
  return history === -1 ? url : url.slice(0, history)
}

function withoutFragment(reference: string): string {
  const hash = reference.indexOf('#')
  return hash === -1 ? reference : reference.slice(0, hash)
}
