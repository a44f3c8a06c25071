import { FhirError } from '../errors/fhir-error.js'
import type { OperationInteraction } from '../plugin/interaction.js'

// Input of an operation, from the query string and from a Parameters resource alike.

/** The values of a parameter as text, in order. */
export function textsOf({ parameters, resource }: OperationInteraction, name: string): string[] {
  const fromUrl = parameters.filter(([found]) => found === name).map(([, value]) => value)
  return [...fromUrl, ...valuesOf(resource, name).map(String)]
}

/** A parameter that is true or false; undefined where it is absent. */
export function booleanOf(input: OperationInteraction, name: string): boolean | undefined {
  const text = textsOf(input, name).at(-1)
  if (text === undefined) return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  throw new FhirError('malformed-request', `${name}: expected true or false, found '${text.slice(0, 60)}'.`)
}

/** A parameter that is a number from `low` to `high`; undefined where it is absent. */
export function numberOf(
  input: OperationInteraction,
  name: string,
  low: number,
  high: number,
): number | undefined {
  const text = textsOf(input, name).at(-1)
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= low && value <= high) return value
  throw new FhirError(
    'malformed-request',
    `${name}: expected a number from ${low} to ${high}, found '${text.slice(0, 60)}'.`,
  )
}

function valuesOf(resource: OperationInteraction['resource'], name: string): unknown[] {
  if (resource === undefined) return []
  if (resource.resourceType !== 'Parameters') {
    throw new FhirError(
      'malformed-request',
      `Expected a Parameters resource, found a ${String(resource.resourceType).slice(0, 60)}.`,
    )
  }
  const list = Array.isArray(resource.parameter) ? resource.parameter : []
  return list.flatMap((each) => {
    const parameter = Object(each) as Record<string, unknown>
    if (parameter.name !== name) return []
    const key = Object.keys(parameter).find((property) => property.startsWith('value'))
    return key === undefined ? [] : [parameter[key]]
  })
}
