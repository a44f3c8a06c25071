import { type ParsedReference, parseReference } from '../../fhir/references.js'
import type { AnyResource } from '../../fhir/types.js'
import type { RuleTarget } from '../contract.js'
import { BundleIndex } from './bundle-index.js'
import { CheckCache } from './check-cache.js'
import { isResource, objects } from './values.js'

/** A resource of a Bundle's entry. */
export interface BundleEntry {
  readonly resource: AnyResource
  readonly fullUrl: string | undefined
  /** Its place in the Bundle. */
  readonly index: number
}

/** The entries of a Bundle that have resources, and where they are by fullUrl. */
interface Entries {
  readonly list: readonly BundleEntry[]
  readonly byResource: ReadonlyMap<AnyResource, BundleEntry>
  readonly byUrl: BundleIndex<BundleEntry>
  readonly byTypeAndId: ReadonlyMap<string, readonly string[]>
}

const known = new CheckCache<AnyResource, Entries>()

function entriesOf(bundle: RuleTarget): Entries {
  return known.get(bundle, bundle.resource, () => readEntries(bundle.resource))
}

function readEntries(bundle: AnyResource): Entries {
  const list: BundleEntry[] = []
  const byTypeAndId = new Map<string, string[]>()
  for (const [index, { resource, fullUrl }] of objects(bundle.entry).entries()) {
    if (!isResource(resource)) continue
    list.push({ resource, fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined, index })
    if (resource.id === undefined || typeof fullUrl !== 'string') continue
    const key = `${resource.resourceType}/${resource.id}`
    const others = byTypeAndId.get(key)
    if (others) others.push(fullUrl)
    else byTypeAndId.set(key, [fullUrl])
  }
  const byResource = new Map(list.map((entry) => [entry.resource, entry]))
  return { list, byResource, byUrl: new BundleIndex(list), byTypeAndId }
}

/** The entries of a Bundle that have a resource. */
export function resourceEntries(bundle: RuleTarget): readonly BundleEntry[] {
  return entriesOf(bundle).list
}

/** The Bundle that a resource is an entry of, itself or by what contains it. */
export function bundleAround(target: RuleTarget): RuleTarget | undefined {
  let outer = target.parent
  while (outer && outer.resource.resourceType !== 'Bundle') outer = outer.parent
  return outer
}

/** The entries that a reference of a resource in the Bundle could mean. */
export function findInBundle(
  bundle: RuleTarget,
  from: RuleTarget,
  reference: string,
): readonly BundleEntry[] {
  const entries = entriesOf(bundle)
  let outer = from
  while (outer.parent && outer.parent !== bundle) outer = outer.parent
  return entries.byUrl.findAll(reference, entries.byResource.get(outer.resource)?.fullUrl)
}

/** The entries that a reference of one entry leads to. */
export function linkedEntries(
  bundle: RuleTarget,
  from: BundleEntry,
  reference: string,
): readonly BundleEntry[] {
  return entriesOf(bundle).byUrl.findAll(reference, from.fullUrl)
}

/** The fullUrls of entries whose resource has the type and id of a relative reference. */
export function sameTypeAndId(
  bundle: RuleTarget,
  reference: Extract<ParsedReference, { kind: 'relative' }>,
): readonly string[] {
  return entriesOf(bundle).byTypeAndId.get(`${reference.type}/${reference.id}`) ?? []
}

/** `Patient/123` of a RESTful URL such as `http://host/fhir/Patient/123`. */
export function restfulPath(url: string): { readonly type: string; readonly id: string } | undefined {
  const parsed = parseReference(url)
  if (parsed.kind !== 'absolute' || parsed.type === undefined || parsed.id === undefined) return undefined
  return { type: parsed.type, id: parsed.id }
}

/** Reports a reference of an entry that leads to no entry. */
export function requireEntry(
  target: RuleTarget,
  from: BundleEntry,
  reference: string,
  expression: string,
): void {
  if (reference.startsWith('#') || linkedEntries(target, from, reference).length > 0) return
  const text = `${expression}: expected a resource that is an entry of this Bundle, found '${reference}'. Add it to the Bundle, with that as fullUrl.`
  target.report({ severity: 'error', code: 'not-found', expression, text })
}
