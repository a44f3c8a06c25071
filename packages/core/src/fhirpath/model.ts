import { r4 } from '../definitions/r4.js'

/** How an element is found in JSON: its property, the one beside it, and the type of its values. */
export interface Child {
  readonly property: string
  readonly sibling: string
  /** Empty where each value names its own: a contained resource. */
  readonly type: string
}

const children = new Map<string, Map<string, readonly Child[]>>()

/** The properties under which a child of a type may be: one, or one for each type of a choice. None if unknown. */
export function childrenOf(type: string, name: string): readonly Child[] {
  let known = children.get(type)
  if (known === undefined) {
    known = new Map()
    children.set(type, known)
  }
  let found = known.get(name)
  if (found === undefined) {
    found = findChildren(type, name)
    known.set(name, found)
  }
  return found
}

function findChildren(type: string, name: string): readonly Child[] {
  const element = (r4.elements(type) ?? r4.elements('Element'))?.get(name)
  if (element === undefined) return []
  // R4 has no choice of one type.
  if (element.types.length === 1) {
    const [only = 'Element'] = element.types
    return [child(name, childType(type, name, only))]
  }
  return element.types.map((each) => child(`${name}${each.charAt(0).toUpperCase()}${each.slice(1)}`, each))
}

function childType(type: string, name: string, declared: string): string {
  if (declared === 'Resource') return ''
  return declared === 'BackboneElement' || declared === 'Element' ? `${type}.${name}` : declared
}

function child(property: string, type: string): Child {
  return { property, sibling: `_${property}`, type: type === 'SimpleQuantity' ? 'Quantity' : type }
}

/** Element name and type of each JSON property of a type. */
export function propertiesOf(
  type: string,
): ReadonlyMap<string, { readonly name: string; readonly child: Child }> {
  const map = new Map<string, { name: string; child: Child }>()
  for (const name of r4.elements(type)?.keys() ?? []) {
    for (const each of childrenOf(type, name)) map.set(each.property, { name, child: each })
  }
  return map
}

const bases = new Map(
  Object.entries({
    code: 'string',
    id: 'string',
    markdown: 'string',
    url: 'uri',
    canonical: 'uri',
    uuid: 'uri',
    oid: 'uri',
    positiveInt: 'integer',
    unsignedInt: 'integer',
    Age: 'Quantity',
    Count: 'Quantity',
    Distance: 'Quantity',
    Duration: 'Quantity',
    MoneyQuantity: 'Quantity',
    SimpleQuantity: 'Quantity',
    BackboneElement: 'Element',
    DomainResource: 'Resource',
  }),
)

const backboneTypes = new Set(
  (
    'Timing Dosage ElementDefinition MarketingStatus Population ProdCharacteristic ProductShelfLife ' +
    'SubstanceAmount'
  ).split(' '),
)

/** Whether a type is another one, or derived from it (https://hl7.org/fhir/R4/datatypes.html). */
export function isSubtype(type: string, base: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = baseOf(at)) if (at === base) return true
  return false
}

function baseOf(type: string): string | undefined {
  const known = bases.get(type)
  if (known !== undefined) return known
  if (type === 'Element' || type === 'Resource' || type.startsWith('System.')) return undefined
  if (type.includes('.')) {
    return r4.elements(type)?.has('modifierExtension') ? 'BackboneElement' : 'Element'
  }
  if (r4.isResourceType(type)) return r4.elements(type)?.has('contained') ? 'DomainResource' : 'Resource'
  return backboneTypes.has(type) ? 'BackboneElement' : 'Element'
}

const systemTypes = new Set('Boolean String Integer Long Decimal Date DateTime Time Quantity Any'.split(' '))

/**
 * The full name that a type specifier stands for (https://hl7.org/fhir/R4/fhirpath.html#types): FHIR's types have their
 * bare name here, those of FHIRPath start with `System.`.
 */
export function resolveTypeName(specifier: string): string | undefined {
  const parts = specifier.split('.')
  if (parts.length === 2) {
    if (parts[0] === 'FHIR') return parts[1]
    return parts[0] === 'System' && systemTypes.has(parts[1] ?? '') ? specifier : undefined
  }
  if (parts.length > 2) return undefined
  return isFhirType(specifier) ? specifier : systemTypes.has(specifier) ? `System.${specifier}` : undefined
}

const primitives = new Set(
  (
    'boolean string integer decimal uri url canonical oid uuid id code markdown base64Binary instant date dateTime time ' +
    'positiveInt unsignedInt xhtml'
  ).split(' '),
)

export function isPrimitiveType(type: string): boolean {
  return primitives.has(type)
}

function isFhirType(name: string): boolean {
  return primitives.has(name) || r4.elements(name) !== undefined || bases.has(name)
}
