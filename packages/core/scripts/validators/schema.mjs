// Turns R4 StructureDefinitions into JSON Schema: one definition per resource type, data type and backbone element.
// JSON Schema cannot say what FHIR's JSON says (an underscore sibling per primitive, choices, formats that no regular
// expression holds), so leaves and objects use the vocabulary of vocabulary.mjs.
import { enumerateCodes } from './value-sets.mjs'

/**
 * @returns `definitions` by name (`Patient`, `HumanName`, `Patient.contact`) and `valueSets`: codes by value set URL.
 */
export function buildSchema(structures, terminology) {
  const valueSets = {}
  const definitions = {}
  const resourceTypes = structures
    .filter((structure) => structure.kind === 'resource' && !structure.abstract)
    .map((structure) => structure.name)
    .sort()

  for (const structure of structures) {
    if (structure.abstract && structure.kind === 'resource') continue
    for (const [name, elements] of groupByParent(structure)) {
      definitions[name] = objectSchema(elements, structure)
      if (resourceTypes.includes(name)) definitions[name].isResource = true
    }
  }
  definitions.Resource = { type: 'object', resource: resourceTypes }
  definitions.ContainedResource = { $ref: '#/definitions/Resource', without: 'contained' }
  return { definitions, valueSets }

  function objectSchema(elements, structure) {
    const schema = { type: 'object', elements: {}, mandatory: [], choices: {} }
    for (const element of elements) {
      if (element.max === '0') continue
      const name = element.path.split('.').at(-1)
      if (element.min > 0) schema.mandatory.push(name)
      if (!name.endsWith('[x]')) {
        Object.assign(
          schema.elements,
          properties(name, element, valueSchema(element, element.type?.[0], structure)),
        )
        continue
      }
      for (const type of element.type) {
        const property = name.slice(0, -3) + type.code[0].toUpperCase() + type.code.slice(1)
        schema.choices[property] = name
        Object.assign(schema.elements, properties(property, element, valueSchema(element, type, structure)))
      }
    }
    // ext-1, as far as it is about structure: nested extensions take the place of the value.
    if (elements[0].path === 'Extension.id') schema.choices.extension = 'value[x]'
    return schema
  }

  function valueSchema(element, type, structure) {
    if (element.contentReference) return { $ref: `#/definitions/${element.contentReference.slice(1)}` }
    const code = typeCode(element, type, structure)
    if (code === 'Resource') {
      const contained = element.path.endsWith('.contained')
      return { $ref: `#/definitions/${contained ? 'ContainedResource' : 'Resource'}` }
    }
    if (code === 'BackboneElement' || code === 'Element') return { $ref: `#/definitions/${element.path}` }
    if (!/^[a-z]/.test(code)) {
      const simple = type.profile?.[0]?.endsWith('/SimpleQuantity')
      return { $ref: `#/definitions/${simple ? 'SimpleQuantity' : code}` }
    }
    if (code === 'code' && element.binding?.strength === 'required') {
      const url = element.binding.valueSet.split('|')[0]
      valueSets[url] ??= enumerateCodes(url, terminology)
      if (valueSets[url]) return { codes: url }
      delete valueSets[url]
    }
    return { primitive: code }
  }
}

/** Elements by the path of their parent. The snapshot of a profiled type still names the base type. */
function groupByParent(structure) {
  const groups = new Map()
  const root = structure.elements[0].path
  for (const element of structure.elements.slice(1)) {
    const parent = element.path.slice(0, element.path.lastIndexOf('.'))
    const name = parent === root ? structure.name : parent
    if (!groups.has(name)) groups.set(name, [])
    groups.get(name).push(element)
  }
  return groups
}

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'

function typeCode(element, type, structure) {
  if (!type.code.startsWith('http')) return type.code
  // `Patient.id` is said to be a string; the type of Resource.id is id (https://hl7.org/fhir/R4/resource.html#id).
  if (structure.kind === 'resource' && element.path === `${structure.name}.id`) return 'id'
  return type.extension.find((extension) => extension.url === fhirType).valueUrl
}

/** The JSON property or properties of one element. */
function properties(name, element, value) {
  const repeats = element.max !== '1'
  const max = repeats && element.max !== '*' ? { maxItems: Number(element.max) } : {}
  const primitive = 'primitive' in value || 'codes' in value
  // `id` and `div` are the primitives that cannot be extended.
  const plain = !primitive || element.type[0].code === 'xhtml' || (name === 'id' && !repeats)
  const shadow = { $ref: '#/definitions/Element' }
  if (plain) return { [name]: repeats ? { type: 'array', list: value, ...max } : value }
  if (!repeats) return { [name]: value, [`_${name}`]: shadow }
  return {
    [name]: { type: 'array', list: value, sparse: true, ...max },
    [`_${name}`]: { type: 'array', list: shadow, sparse: true, ...max },
  }
}

/** The definitions without the underscore siblings, which follow from the primitives beside them. */
export function withoutSiblings(definitions) {
  const keep = ([name, schema]) => {
    if (!schema.elements) return [name, schema]
    const elements = Object.entries(schema.elements).filter(([property]) => !property.startsWith('_'))
    return [name, { ...schema, elements: Object.fromEntries(elements) }]
  }
  return Object.fromEntries(Object.entries(definitions).map(keep))
}
