import { ResourceArchive } from './archive.js'
import type { ConformanceSource } from './conformance.js'

const archive = new ResourceArchive('structures.br')

/**
 * The StructureDefinitions of R4 4.0.1 (types, resources, profiles such as vital signs, extensions) with their snapshots,
 * without prose, and its concept maps. Code systems and value sets are in `terminology/bundled.ts`.
 */
export const r4Conformance: ConformanceSource & {
  /** Canonical URLs of all StructureDefinitions. */
  structures(): readonly string[]
} = {
  find(type, url, version) {
    if (type !== 'StructureDefinition' && type !== 'ConceptMap') return undefined
    const found = archive.find(type, url)
    return version === undefined || found?.version === version ? found : undefined
  },
  structures: () => archive.urls('StructureDefinition'),
}
