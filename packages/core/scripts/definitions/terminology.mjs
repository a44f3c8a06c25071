// The code systems, value sets and concept maps of R4, v3 and v2 in one compressed file, of which single ones can be read.
import { brotliCompressSync, constants } from 'node:zlib'
import { readBundle } from './source.mjs'

const codeSystemFields =
  'resourceType url version name title status caseSensitive hierarchyMeaning content supplements valueSet property filter'
const valueSetFields = 'resourceType url version name title status compose expansion'
const conceptMapFields =
  'resourceType url version name title status sourceUri sourceCanonical targetUri targetCanonical group'
/** Examples of the specification, which nobody may take for the truth. */
const examples = /^http:\/\/hl7\.org\/fhir\/ConceptMap\/(10[123]|example2)$/
const types = ['CodeSystem', 'ValueSet', 'ConceptMap']

/**
 * `{ bytes, count }`: a line of JSON, `[["CodeSystem", url, length in bytes], ...]`, then the resources one after another
 * in that order. Narrative, publishers and other things that describe the resource itself are left out.
 */
export function compactTerminology() {
  // The file before the last has what HL7 refers to and does not publish: countries, regions and currencies.
  const files = [
    'valuesets.json',
    'v3-codesystems.json',
    'v2-tables.json',
    'valuesets-medplum-generated.json',
    'conceptmaps.json',
  ]
  const index = []
  const bodies = []
  for (const resource of files.flatMap(readBundle)) {
    if (!types.includes(resource.resourceType) || examples.test(resource.url)) continue
    const body = Buffer.from(JSON.stringify(compact(resource)))
    index.push([resource.resourceType, resource.url, body.length])
    bodies.push(body)
  }
  const text = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...bodies])
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_QUALITY]: 9 }
  return { bytes: brotliCompressSync(text, { params }), count: index.length }
}

function compact(resource) {
  if (resource.resourceType === 'ValueSet') return pick(resource, valueSetFields)
  if (resource.resourceType === 'ConceptMap') return pick(resource, conceptMapFields)
  return { ...pick(resource, codeSystemFields), concept: resource.concept?.map(compactConcept) }
}

function compactConcept(concept) {
  return {
    ...pick(concept, 'code display definition designation property'),
    concept: concept.concept?.map(compactConcept),
  }
}

function pick(object, fields) {
  return Object.fromEntries(
    fields
      .split(' ')
      .filter((field) => object[field] !== undefined)
      .map((field) => [field, object[field]]),
  )
}
