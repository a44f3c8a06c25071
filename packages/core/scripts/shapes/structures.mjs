// R4's StructureDefinitions (types, resources, profiles, extensions) and concept maps in one compressed file, of which
// single ones can be read.
import { brotliCompressSync, constants } from 'node:zlib'

const fields =
  'resourceType id url version name title status date kind abstract context contextInvariant type baseDefinition derivation'
// What is for readers of the specification, four fifths of it.
const prose =
  'definition comment requirements alias mapping example meaningWhenMissing isModifierReason orderMeaning representation'

/**
 * `{ bytes, count }`: a line of JSON, `[[type, url, length in bytes], ...]`, then the resources one after another in that
 * order: snapshots without prose. The layout is that of the terminology.
 */
export function compactStructures(structures, conceptMaps) {
  const index = []
  const bodies = []
  for (const resource of [...structures.map(compactStructure), ...conceptMaps.map(withoutNarrative)]) {
    const body = Buffer.from(JSON.stringify(resource))
    index.push([resource.resourceType, resource.url, body.length])
    bodies.push(body)
  }
  const text = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...bodies])
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_QUALITY]: 9 }
  return { bytes: brotliCompressSync(text, { params }), count: index.length }
}

function compactStructure(structure) {
  const kept = Object.fromEntries(
    fields.split(' ').flatMap((field) => (field in structure ? [[field, structure[field]]] : [])),
  )
  return { ...kept, snapshot: { element: structure.snapshot.element.map(compactElement) } }
}

function compactElement(element) {
  const kept = Object.entries(element).filter(([field]) => !prose.split(' ').includes(field))
  return {
    ...Object.fromEntries(kept),
    ...(element.constraint ? { constraint: element.constraint.map(({ xpath: _, ...rest }) => rest) } : {}),
  }
}

function withoutNarrative({ text: _, ...resource }) {
  return resource
}
