// What the validators are generated from, as the schema builder reads it.
import { readBundle, readSource } from '../definitions/source.mjs'

/** StructureDefinitions of R4's resources and data types, `SimpleQuantity` included. */
export function readStructures() {
  const { structures, typeProfiles } = readSource()
  return [...structures, ...typeProfiles.filter(({ name }) => name === 'SimpleQuantity')]
    .filter(({ kind }) => kind === 'resource' || kind === 'complex-type')
    .map(({ name, kind, abstract, snapshot }) => ({ name, kind, abstract, elements: snapshot.element }))
}

/** CodeSystem and ValueSet resources by their canonical URL. */
export function readTerminology() {
  const resources = [...readBundle('valuesets.json'), ...readBundle('v3-codesystems.json')]
  const byUrl = (type) =>
    new Map(
      resources
        .filter((resource) => resource.resourceType === type)
        .map((resource) => [resource.url, resource]),
    )
  return { codeSystems: byUrl('CodeSystem'), valueSets: byUrl('ValueSet') }
}
