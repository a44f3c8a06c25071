import { parseCanonical, parseReference } from '../../fhir/references.js'
import type { ReferenceValue } from '../values.js'
import { arrayOf, objectOf, textOf } from './json.js'
import type { Draft, ValueSink } from './sink.js'

// https://hl7.org/fhir/R4/search.html#reference

/**
 * Puts what the text points to into the value: type and id for a relative reference or one below the server's own base,
 * the URL for any other. False for one that nothing can be searched by: contained, conditional, or no reference at all.
 */
function point(value: Draft<ReferenceValue>, text: string, base: string | undefined): boolean {
  const local = base !== undefined && text.startsWith(base) ? text.slice(base.length) : text
  const parsed = parseReference(local)
  switch (parsed.kind) {
    case 'relative':
      value.targetType = parsed.type
      value.targetId = parsed.id
      if (parsed.version !== undefined) value.targetVersion = parsed.version
      return true
    case 'absolute':
    case 'urn':
      value.url = parsed.url
      return true
    default:
      return false
  }
}

export function referenceReference(sink: ValueSink, param: string, node: unknown): void {
  const reference = objectOf(node)
  if (!reference) return
  const value: Draft<ReferenceValue> = { param, type: 'reference' }
  const text = textOf(reference.reference)
  const points = text !== undefined && point(value, text, sink.base)
  const identifier = identifierOf(reference.identifier)
  if (!points && identifier === undefined) return
  if (identifier !== undefined) value.identifier = identifier
  const display = textOf(reference.display)
  if (display !== undefined) value.display = display
  sink.values.push(value)
}

function identifierOf(node: unknown): ReferenceValue['identifier'] {
  const identifier = objectOf(node)
  const system = textOf(identifier?.system)
  const value = textOf(identifier?.value)
  if (system === undefined && value === undefined) return undefined
  return { ...(system === undefined ? {} : { system }), ...(value === undefined ? {} : { value }) }
}

/** canonical and uri: the URL, with the version apart. One below the server's own base is matched by its URL all the same. */
export function referenceCanonical(sink: ValueSink, param: string, node: unknown): void {
  const text = textOf(node)
  if (text === undefined) return
  const { url, version } = parseCanonical(text)
  const value: Draft<ReferenceValue> = { param, type: 'reference' }
  if (!point(value, url, undefined)) return
  if (version !== undefined) value.urlVersion = version
  sink.values.push(value)
}

/** A resource in place of a reference: the Composition of a document. */
export function referenceResource(sink: ValueSink, param: string, node: unknown): void {
  const resource = objectOf(node)
  const targetType = textOf(resource?.resourceType)
  const targetId = textOf(resource?.id)
  if (targetType !== undefined && targetId !== undefined) {
    sink.values.push({ param, type: 'reference', targetType, targetId })
  }
}

/**
 * `resolve() is X` without resolving: the type that the reference itself tells, by its URL, its `type`, or the contained
 * resource. Reading other resources would make a resource's search values depend on them.
 */
export function refersTo(node: unknown, type: string, root: unknown): boolean {
  const text = typeof node === 'string' ? node : objectOf(node)?.reference
  if (typeof text === 'string') {
    // The usual case, without taking the text apart.
    if (text.startsWith(type) && text[type.length] === '/') return true
    const parsed = parseReference(text)
    if (parsed.kind === 'relative' || parsed.kind === 'conditional') return parsed.type === type
    if (parsed.kind === 'absolute' && parsed.type !== undefined) return parsed.type === type
    if (parsed.kind === 'contained') {
      const contained = arrayOf(objectOf(root)?.contained).find((each) => objectOf(each)?.id === parsed.id)
      if (contained !== undefined) return objectOf(contained)?.resourceType === type
    }
  }
  const stated = objectOf(node)?.type
  return stated === type || stated === `http://hl7.org/fhir/StructureDefinition/${type}`
}
