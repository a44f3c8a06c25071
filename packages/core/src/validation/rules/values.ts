import type { AnyResource } from '../../fhir/types.js'

/** A JSON object, as FHIR elements are. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What is in a repeating element: its objects at their indexes; nothing where the element is absent. */
export function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : []
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isResource(value: unknown): value is AnyResource {
  return isObject(value) && typeof value.resourceType === 'string'
}

/** The text of a primitive, if it has one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
