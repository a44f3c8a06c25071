import { type ElementSchema, loadStructure, type ObjectSchema } from './generated.js'

/** Where in a resource an error is: its FHIRPath, what the schema expects there, and what is there. */
export interface Place {
  /**
   * FHIRPath in terms of FHIR elements: a choice is `Observation.value.ofType(Quantity)` and an extension of a primitive
   * is `Patient.birthDate.extension[0]`, whatever their JSON properties are called.
   */
  readonly expression: string
  readonly schema: ElementSchema
  readonly value: unknown
  /** The last property or index of the JSON pointer; undefined for the resource itself. */
  readonly key?: string
}

/** Follows a JSON pointer of ajv's through a resource and its schema. */
export function findPlace(resource: unknown, pointer: string, expression: string): Place {
  let place: Place = { expression, schema: { $ref: '#/definitions/Resource' }, value: resource }
  for (const key of pointer.split('/').slice(1)) place = step(place, key)
  return place
}

function step(place: Place, key: string): Place {
  const value = (place.value as Record<string, unknown>)[key]
  if (place.schema.list) {
    return { expression: `${place.expression}[${key}]`, schema: place.schema.list, value, key }
  }
  const type = objectType(place.schema, place.value)
  const name = key.startsWith('_') ? key.slice(1) : key
  const schema = type?.schema.elements?.[name] ?? {}
  const choice = type?.schema.choices?.[name]
  const child =
    choice === undefined || name === 'extension' ? name : `${baseName(choice)}.ofType(${typeName(schema)})`
  return {
    expression: `${place.expression}.${child}`,
    schema: name === key ? schema : siblingSchema(schema),
    value,
    key,
  }
}

/** The name and schema of the type that an object in this place has; of resources, the one that the object names. */
export function objectType(
  schema: ElementSchema,
  value: unknown,
): { readonly name: string; readonly schema: ObjectSchema } | undefined {
  const structure = loadStructure()
  const name = schema.$ref?.slice('#/definitions/'.length)
  if (name === undefined) return undefined
  if (name !== 'Resource' && name !== 'ContainedResource') return { name, schema: structure[name] ?? {} }
  const type = (value as { resourceType?: unknown } | null | undefined)?.resourceType
  return typeof type === 'string' && resourceTypes().includes(type)
    ? { name: type, schema: structure[type] ?? {} }
    : { name: 'Resource', schema: structure.Resource ?? {} }
}

/** Every concrete R4 resource type. */
export function resourceTypes(): readonly string[] {
  return loadStructure().Resource?.resource ?? []
}

/** FHIR's name of the type that a single value of this schema has. */
export function typeName(schema: ElementSchema): string {
  if (schema.codes) return 'code'
  const name = schema.primitive ?? schema.$ref?.slice('#/definitions/'.length) ?? 'Element'
  if (name === 'SimpleQuantity') return 'Quantity'
  return name === 'ContainedResource' ? 'Resource' : name
}

/** `value` for `value[x]`. */
export function baseName(choice: string): string {
  return choice.replace('[x]', '')
}

function siblingSchema(schema: ElementSchema): ElementSchema {
  const element = { $ref: '#/definitions/Element' }
  return schema.list ? { type: 'array', list: element } : element
}
