import { ResourceArchive } from '../definitions/archive.js'
import type { AnyResource } from '../fhir/types.js'

export type TerminologyType = 'CodeSystem' | 'ValueSet' | 'ConceptMap'

/** Code systems, value sets and concept maps that come with the server. */
export interface BundledTerminology {
  /** The resource of this canonical URL, and of this version where one is given. */
  find(type: TerminologyType, url: string, version?: string): AnyResource | undefined
  /** The canonical URLs of what it has. */
  urls(type: TerminologyType): readonly string[]
}

const archive = new ResourceArchive('terminology.br', false)

/** The terminology of R4, HL7 v3 and v2, with its concept maps, ISO 3166, ISO 4217 and UN M49. */
export const r4Terminology: BundledTerminology = {
  find(type, url, version) {
    const resource = archive.find(type, url)
    return version === undefined || resource?.version === version ? resource : undefined
  },
  urls: (type) => archive.urls(type),
}
