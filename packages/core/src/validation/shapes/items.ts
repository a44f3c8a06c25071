import type { RuleTarget } from '../contract.js'
import { Spot } from './spot.js'

export type JsonObject = Readonly<Record<string, unknown>>

/** A value of an element. */
export interface Item {
  /** Undefined for a primitive that has only an id or extensions. */
  readonly value: unknown
  /** The `_name` object beside a primitive. */
  readonly sibling?: unknown
  /** FHIR type; of a resource its `resourceType`; empty where it is not known. */
  readonly type: string
  readonly spot: Spot
}

/** A JSON property that an element may be in, and the type that it has there. */
export interface Property {
  readonly key: string
  readonly type: string
  /** Of a choice. */
  readonly cast?: string
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDecimal(value)
}

/** A decimal whose digits a number would lose. */
function isDecimal(value: object): boolean {
  return 'isLosslessNumber' in value
}

/** The number that a JSON value is. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'object' && value !== null && isDecimal(value) ? Number(String(value)) : undefined
}

/** The values of an element. @param name as an expression says it. */
export function itemsOf(
  parent: JsonObject,
  name: string,
  properties: readonly Property[],
  spot: Spot,
): Item[] {
  const items: Item[] = []
  for (const property of properties) {
    const value = parent[property.key]
    const sibling = parent[`_${property.key}`]
    if (value === undefined && sibling === undefined) continue
    if (!Array.isArray(value) && !Array.isArray(sibling)) {
      items.push(item(value, sibling, property, new Spot(spot, name, -1, property.cast)))
      continue
    }
    const values = Array.isArray(value) ? value : []
    const siblings = Array.isArray(sibling) ? sibling : []
    for (let index = 0; index < Math.max(values.length, siblings.length); index++) {
      const at = new Spot(spot, name, index, property.cast)
      items.push(item(values[index] ?? undefined, siblings[index] ?? undefined, property, at))
    }
  }
  return items
}

function item(value: unknown, sibling: unknown, { type }: Property, spot: Spot): Item {
  const resourceType = isObject(value) ? value.resourceType : undefined
  return {
    value,
    ...(sibling === undefined ? {} : { sibling }),
    type: typeof resourceType === 'string' ? resourceType : type,
    spot,
  }
}

/** The object in which the children of an item are: of a primitive, the one beside it. */
export function childrenOf(item: Item): JsonObject | undefined {
  if (isObject(item.value)) return item.value
  return isObject(item.sibling) ? item.sibling : undefined
}

/** The values of a child by name alone, of a choice (`value` for `valueQuantity`) whatever its type. */
export function childItems(parent: Item, name: string): Item[] {
  const object = childrenOf(parent)
  if (!object) return []
  const properties: Property[] = []
  for (const key of Object.keys(object)) {
    const bare = key.startsWith('_') ? key.slice(1) : key
    if (properties.some((known) => known.key === bare)) continue
    if (bare === name) properties.push({ key: bare, type: '' })
    const rest = bare.startsWith(name) ? bare.slice(name.length) : ''
    if (/^[A-Z]/.test(rest)) {
      const type = typeOfSuffix(rest)
      properties.push({ key: bare, type, cast: type })
    }
  }
  const exact = properties.filter(({ cast }) => cast === undefined)
  return itemsOf(object, name, exact.length > 0 ? exact : properties, parent.spot)
}

const primitives =
  /^(Base64Binary|Boolean|Canonical|Code|Date|DateTime|Decimal|Id|Instant|Integer|Markdown|Oid|PositiveInt|String|Time|UnsignedInt|Uri|Url|Uuid)$/

function typeOfSuffix(suffix: string): string {
  return primitives.test(suffix) ? suffix.charAt(0).toLowerCase() + suffix.slice(1) : suffix
}

/** The resource that a reference leads to, where it is at hand. */
export function resourceItem(reference: string, target: RuleTarget): Item | undefined {
  const found = target.resolve(reference)
  if (!found) return undefined
  const { resource, expression } = found
  return { value: resource, type: resource.resourceType, spot: new Spot(undefined, expression) }
}

export function isResource(value: unknown): boolean {
  return isObject(value) && typeof value.resourceType === 'string'
}
