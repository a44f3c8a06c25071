import { compareTemporal } from '../../fhirpath/temporal.js'

/** An object of a resource's JSON. */
export type Json = Readonly<Record<string, unknown>>

/** What a native invariant can ask of its surroundings. */
export interface NativeSurroundings {
  readonly resource: Json
  /** The outermost resource of those that are contained in each other. */
  readonly rootResource: Json
}

/** An invariant written by hand: whether it holds for an element. */
export type NativeInvariant = (element: Json, surroundings: NativeSurroundings) => boolean

/** Whether an element is there, with a value or with an id or extensions only. */
function has(element: Json, name: string): boolean {
  return element[name] != null || element[`_${name}`] != null
}

function period(element: Json): boolean {
  const { start, end } = element
  if (typeof start !== 'string' || typeof end !== 'string') return true
  // Written with the same precision and zone, their order is that of their text.
  if (start.length === end.length && zone(start) === zone(end)) return start <= end
  const order = compareTemporal(start, end)
  return order === undefined || order <= 0
}

function zone(text: string): string {
  return text.length > 10 ? (text.endsWith('Z') ? 'Z' : text.slice(-6)) : ''
}

function localReference(element: Json, { rootResource }: NativeSurroundings): boolean {
  const { reference } = element
  if (typeof reference !== 'string' || !reference.startsWith('#') || reference === '#') return true
  const id = reference.slice(1)
  return objectsOf(rootResource.contained).some((each) => each.id === id)
}

/** The objects of a list; nothing for what is none, for structure may be left unchecked. */
function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : []
}

function eachContained(holds: (contained: Json) => boolean): NativeInvariant {
  return ({ contained }) => contained === undefined || objectsOf(contained).every(holds)
}

/**
 * dom-3: each contained resource is referred to from the resource that contains it, or refers to that one by `#`. The
 * published expression cannot be evaluated: `as()` takes one item.
 */
function containedAreUsed(resource: Json): boolean {
  return unusedContained(resource).length === 0
}

/** Ids of the contained resources that nothing refers to. */
export function unusedContained(resource: Json): readonly string[] {
  const contained = objectsOf(resource.contained)
  if (contained.length === 0) return []
  const used = new Set<string>()
  const own: string[] = []
  const { contained: _, ...outside } = resource
  collectReferences(outside, used)
  for (const each of contained) {
    const referred = new Set<string>()
    collectReferences(each, referred)
    if (referred.has('#') && typeof each.id === 'string') own.push(each.id)
    for (const reference of referred) used.add(reference)
  }
  return contained.flatMap(({ id }) =>
    typeof id === 'string' && !used.has(`#${id}`) && !own.includes(id) ? [id] : [],
  )
}

/** Any text that starts with `#` counts: references, canonicals, uris and urls are all that may. */
function collectReferences(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.startsWith('#')) found.add(value)
  } else if (Array.isArray(value)) {
    for (const item of value) collectReferences(item, found)
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) collectReferences((value as Json)[key], found)
  }
}

/**
 * Invariants that stand on what every resource is made of, by hand: two to twenty times as fast as compiled ones. Their
 * results are those of the published expressions, as tests show; dom-3 has none that can be evaluated.
 */
export const nativeInvariants: ReadonlyMap<string, NativeInvariant> = new Map<string, NativeInvariant>([
  ['dom-2', eachContained(({ contained }) => contained === undefined)],
  ['dom-3', containedAreUsed],
  ['dom-4', eachContained(({ meta }) => !metaHas(meta, 'versionId') && !metaHas(meta, 'lastUpdated'))],
  ['dom-5', eachContained(({ meta }) => !metaHas(meta, 'security'))],
  ['dom-6', ({ text }) => typeof text === 'object' && text !== null && has(text as Json, 'div')],
  ['per-1', period],
  ['ref-1', localReference],
  ['qty-3', (element) => !has(element, 'code') || has(element, 'system')],
  ['att-1', (element) => !has(element, 'data') || has(element, 'contentType')],
  ['cpt-2', (element) => !has(element, 'value') || has(element, 'system')],
])

function metaHas(meta: unknown, name: string): boolean {
  return typeof meta === 'object' && meta !== null && has(meta as Json, name)
}

/** ele-1 for an object: it has something besides its id. Empty objects are none of it: they are no element at all. */
export function hasContent(element: Json): boolean {
  for (const key in element) if (key !== 'id' && key !== '_id') return true
  return false
}

/** ext-1: a value or extensions, not both. */
export function isExtensionSound(extension: Json): boolean {
  let value = false
  for (const key in extension) {
    if (key.startsWith('value') || key.startsWith('_value')) value = true
  }
  return value !== has(extension, 'extension')
}
