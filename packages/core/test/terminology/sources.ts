import type { AnyResource } from '../../src/fhir/types.js'
import type { TerminologySource } from '../../src/terminology/asking.js'

/** Nothing is stored. */
export const nothingStored: TerminologySource = {
  find: async () => undefined,
  read: async () => undefined,
  mapsOf: async () => [],
}

let seq = 0n

/** A source that holds exactly these resources. */
export function stored(...resources: AnyResource[]): TerminologySource {
  const rows = resources.map((resource) => ({ resource, seq: ++seq }))
  const first = (type: string, test: (resource: AnyResource) => boolean) => {
    const row = rows.find(({ resource }) => resource.resourceType === type && test(resource))
    if (!row) return undefined
    const content = JSON.stringify(row.resource)
    return { type, id: row.resource.id ?? '', version: 1, seq: row.seq, deleted: false, content }
  }
  return {
    find: async (type, url, version) =>
      first(type, (each) => each.url === url && (version === undefined || each.version === version)),
    read: async (type, id) => first(type, (each) => each.id === id),
    mapsOf: async () => [],
  }
}

/** A ValueSet with these includes and excludes. */
export function valueSet(url: string, include: readonly object[], exclude?: readonly object[]): AnyResource {
  return {
    resourceType: 'ValueSet',
    url,
    status: 'active',
    compose: { include, ...(exclude === undefined ? {} : { exclude }) },
  }
}

/** Animals by nesting, with a property, and one more parent by property. */
export const animals: AnyResource = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  version: '1',
  status: 'active',
  content: 'complete',
  property: [
    { code: 'legs', type: 'integer' },
    { code: 'under', uri: 'http://hl7.org/fhir/concept-properties#parent', type: 'code' },
  ],
  concept: [
    {
      code: 'mammal',
      display: 'Mammal',
      concept: [
        { code: 'dog', property: [{ code: 'legs', valueInteger: 4 }], concept: [{ code: 'puppy' }] },
        {
          code: 'whale',
          property: [
            { code: 'legs', valueInteger: 0 },
            { code: 'under', valueCode: 'swimmer' },
          ],
        },
      ],
    },
    { code: 'swimmer', property: [{ code: 'child', valueCode: 'fish' }] },
    { code: 'fish' },
  ],
}
