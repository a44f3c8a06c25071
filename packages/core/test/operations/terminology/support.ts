import type { AnyResource } from '../../../src/fhir/types.js'
import { memory } from '../../../src/memory.js'
import { createTestServer, type TestServer } from '../../../testing/test-server.js'

export async function serverWith(...resources: AnyResource[]): Promise<TestServer> {
  const server = await createTestServer({ plugins: [memory()] })
  for (const resource of resources) {
    const { status, text } = await server.request('PUT', `${resource.resourceType}/${resource.id}`, resource)
    if (status !== 201) throw new Error(text)
  }
  return server
}

/** `name=value` of simple output parameters; parts in parentheses. */
export function shown(output: { parameter?: readonly object[] }): string[] {
  return (output.parameter ?? []).map(show)
}

function show(parameter: object): string {
  const { name, part, ...values } = parameter as { name: string; part?: readonly object[] }
  if (part) return `${name}(${part.map(show).join(' ')})`
  const [value] = Object.values(values) as unknown[]
  if (typeof value !== 'object' || value === null) return `${name}=${value}`
  const { system, code } = value as { system?: string; code?: string }
  return `${name}=${system}|${code}`
}

export function parameters(...parameter: readonly object[]): AnyResource {
  return { resourceType: 'Parameters', parameter }
}

/** Diagnostics of an OperationOutcome. */
export function said(outcome: { issue: readonly { diagnostics: string }[] }): string {
  return outcome.issue.map(({ diagnostics }) => diagnostics).join(' ')
}

/** A stored code system with names in two languages, a hierarchy, properties, and codes of every kind. */
export const beasts: AnyResource = {
  resourceType: 'CodeSystem',
  id: 'beasts',
  url: 'http://example.org/beasts',
  version: '1.0',
  name: 'Beasts',
  title: 'Beasts of the test',
  status: 'active',
  content: 'complete',
  valueSet: 'http://example.org/ValueSet/beasts',
  property: [
    { code: 'legs', type: 'integer' },
    { code: 'inactive', type: 'boolean', uri: 'http://hl7.org/fhir/concept-properties#inactive' },
    { code: 'notSelectable', type: 'boolean', uri: 'http://hl7.org/fhir/concept-properties#notSelectable' },
  ],
  concept: [
    {
      code: 'mammal',
      display: 'Mammal',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'dog',
          display: 'House dog',
          definition: 'The friend of man.',
          designation: [
            { language: 'de', value: 'Haushund' },
            { language: 'fr-CA', value: 'Chien élevé' },
          ],
          property: [{ code: 'legs', valueInteger: 4 }],
          concept: [{ code: 'puppy', display: 'Puppy', property: [{ code: 'legs', valueInteger: 4 }] }],
        },
        {
          code: 'thylacine',
          display: 'Thylacine',
          property: [{ code: 'inactive', valueBoolean: true }],
        },
      ],
    },
    { code: 'snake', display: 'Snake', property: [{ code: 'legs', valueInteger: 0 }] },
  ],
}

export const beastSystem = 'http://example.org/beasts'
