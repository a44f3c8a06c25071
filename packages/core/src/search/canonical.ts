import type { Include } from './query.js'
import type { ReferenceValue, SearchValue } from './values.js'

/** What names a resource by its canonical URL (https://hl7.org/fhir/R4/references.html#canonical). */
export interface Canonical {
  readonly url: string
  readonly version?: string
}

type CanonicalReference = ReferenceValue & { readonly url: string }

/** The references by canonical URL, or any other that is not to a resource of this server by its id. */
export function canonicalReferences(
  values: readonly SearchValue[],
  { param }: Pick<Include, 'param'>,
): CanonicalReference[] {
  return values.filter(
    (value): value is CanonicalReference =>
      value.type === 'reference' && value.url !== undefined && (param === '*' || value.param === param.code),
  )
}

/** The canonical URLs that a resource has, with its version: the values of its parameters `url` and `version`. */
export function canonicalsOf(values: readonly SearchValue[]): Canonical[] {
  const version = values.find((value) => value.param === 'version' && value.type === 'token')
  const code = version?.type === 'token' ? version.code : undefined
  return values.flatMap((value) => {
    if (value.param !== 'url' || value.type !== 'uri') return []
    return [{ url: value.value, ...(code === undefined ? {} : { version: code }) }]
  })
}

/** Whether a reference means a resource: the same URL and, where it tells one, the same version. */
export function refersByCanonical({ url, urlVersion }: CanonicalReference, canonical: Canonical): boolean {
  return url === canonical.url && (urlVersion === undefined || urlVersion === canonical.version)
}

/** Whether an include may lead to resources of a type. */
export function includesType({ param, target }: Pick<Include, 'param' | 'target'>, type: string): boolean {
  if (target !== undefined) return target === type
  return param === '*' || param.target === undefined || param.target.includes(type)
}
