import { type Definitions, FhirError } from '@anamnesis/core'

/** The stable number of a resource type in storage. */
export function typeNumber(definitions: Definitions, type: string): number {
  const number = definitions.typeNumber(type)
  if (number === undefined) {
    throw new FhirError('unknown-resource-type', `${type} is not a resource type that this server stores.`)
  }
  return number
}

export function typeName(definitions: Definitions, number: number): string {
  const name = definitions.typeName(number)
  if (name === undefined) {
    throw new Error(
      `The database holds a resource of type number ${number}, which the definitions of this release do not know. ` +
        'It was written by a server with more resource types: start it with the same definitions.',
    )
  }
  return name
}
