// Element metadata by path, compact: each path names the structure it inherits from and its own elements.

/**
 * `{ "Patient": { "base": "DomainResource", "elements": { "name": "HumanName 0 * s" } } }`: types joined by `|`,
 * minimum, maximum, and `s` where `_summary=true` keeps the element. A fifth word is the path of a contentReference, or
 * after `@` the system of a code.
 */
export function compactElements(structures, systemOf) {
  const paths = {}
  for (const structure of structures) {
    if (structure.kind === 'primitive-type') continue
    paths[structure.type] = { base: structure.baseDefinition?.split('/').pop(), elements: {} }
  }
  for (const structure of structures) {
    if (structure.kind === 'primitive-type') continue
    for (const element of structure.snapshot.element) {
      const dot = element.path.lastIndexOf('.')
      if (dot === -1) continue
      const parent = element.path.slice(0, dot)
      const name = element.path.slice(dot + 1).replace('[x]', '')
      if (isInherited(element)) continue
      paths[parent] ??= { base: backboneType(structure, parent), elements: {} }
      paths[parent].elements[name] = encode(element, systemOf(element))
    }
  }
  return paths
}

/** True for `Patient.meta` and `Patient.contact.id`: the base structure lists them. */
function isInherited(element) {
  return element.base.path.split('.')[0] !== element.path.split('.')[0]
}

function backboneType(structure, path) {
  const type = structure.snapshot.element.find((element) => element.path === path)?.type?.[0]?.code
  if (type !== 'BackboneElement' && type !== 'Element')
    throw new Error(`${path} has children but is a ${type}`)
  return type
}

function encode(element, system) {
  const types = element.contentReference
    ? ['BackboneElement']
    : element.type.map((type) => typeCode(element, type))
  const words = [types.join('|'), element.min, element.max, element.isSummary ? 's' : '-']
  if (element.contentReference) words.push(element.contentReference.slice(1))
  else if (system) words.push(`@${system}`)
  return words.join(' ')
}

/** Elements such as `id` and `Extension.url` have a FHIRPath system type; an extension tells the FHIR type. */
function typeCode(element, type) {
  if (element.base.path === 'Resource.id') return 'id'
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code
  return type.extension.find((each) => each.url.endsWith('/structuredefinition-fhir-type')).valueUrl
}
