// What XML says that JSON does not: the order of elements, and which of them are attributes.
import type { Definitions, ElementDefinition } from '../definitions.js'

/** How the content of an element is written. */
export type FieldKind = 'string' | 'boolean' | 'integer' | 'decimal' | 'xhtml' | 'resource' | 'complex'

/** One element as it is named in a document: `valueQuantity` is one, `value` is none. */
export interface XmlField {
  readonly name: string
  /** Place among its siblings; the types of a choice share one. */
  readonly order: number
  readonly list: boolean
  readonly kind: FieldKind
  /** True for `Element.id` and `Extension.url`. */
  readonly attribute: boolean
  /** Where its own elements are defined. */
  readonly path: string
  /** As FHIRPath has it: `value.ofType(Quantity)`. */
  readonly expression: string
}

/** The fields of a resource type, data type or backbone element, by name. */
export type XmlFields = ReadonlyMap<string, XmlField>

const known = new WeakMap<Definitions, Map<ReadonlyMap<string, ElementDefinition>, XmlFields>>()

/** The fields at a path; undefined where the definitions know none. */
export function xmlFields(definitions: Definitions, path: string): XmlFields | undefined {
  const elements = definitions.elements(path)
  if (!elements) return undefined
  let cache = known.get(definitions)
  if (!cache) {
    cache = new Map()
    known.set(definitions, cache)
  }
  let fields = cache.get(elements)
  // Elements that are the same by content reference have the same map, so that paths do not grow with nesting.
  if (!fields) {
    fields = fieldsOf(elements, path)
    cache.set(elements, fields)
  }
  return fields
}

function fieldsOf(elements: ReadonlyMap<string, ElementDefinition>, path: string): XmlFields {
  const fields = new Map<string, XmlField>()
  let order = 0
  for (const [name, { types, max }] of elements) {
    order++
    for (const type of types) {
      const choice = types.length > 1
      const written = choice ? `${name}${type[0]?.toUpperCase()}${type.slice(1)}` : name
      fields.set(written, {
        name: written,
        order,
        list: max > 1,
        kind: kindOf(type),
        // The id of a resource is of type id, and an element.
        attribute: (name === 'id' && type === 'string') || (name === 'url' && path === 'Extension'),
        path: type === 'BackboneElement' || type === 'Element' ? `${path}.${name}` : type,
        expression: choice ? `${name}.ofType(${type})` : name,
      })
    }
  }
  return fields
}

function kindOf(type: string): FieldKind {
  switch (type) {
    case 'xhtml':
    case 'boolean':
    case 'decimal':
      return type
    case 'integer':
    case 'unsignedInt':
    case 'positiveInt':
      return 'integer'
    case 'Resource':
      return 'resource'
    default:
      return /^[A-Z]/.test(type) ? 'complex' : 'string'
  }
}

export const fhirNamespace = 'http://hl7.org/fhir'
export const xhtmlNamespace = 'http://www.w3.org/1999/xhtml'
