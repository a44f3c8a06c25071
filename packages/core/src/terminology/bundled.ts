import { brotliDecompressSync } from 'node:zlib'
import { readGenerated } from '../definitions/generated.js'
import type { AnyResource } from '../fhir/types.js'

export type TerminologyType = 'CodeSystem' | 'ValueSet' | 'ConceptMap'

/** Code systems, value sets and concept maps that come with the server. */
export interface BundledTerminology {
  /** The resource of this canonical URL, and of this version where one is given. */
  find(type: TerminologyType, url: string, version?: string): AnyResource | undefined
  /** The canonical URLs of what it has. */
  urls(type: TerminologyType): readonly string[]
}

interface Archive {
  readonly bytes: Buffer
  readonly places: ReadonlyMap<string, readonly [start: number, end: number]>
}

let archive: Archive | undefined

/**
 * The terminology of R4, HL7 v3 and v2, with its concept maps, ISO 3166, ISO 4217 and UN M49. The file is decompressed at the first question;
 * of its resources only the ones asked for are parsed.
 */
export const r4Terminology: BundledTerminology = {
  find(type, url, version) {
    const { bytes, places } = opened()
    const place = places.get(`${type} ${url}`)
    if (!place) return undefined
    const resource = JSON.parse(bytes.toString('utf8', ...place)) as AnyResource
    return version === undefined || resource.version === version ? resource : undefined
  },
  urls: (type) =>
    [...opened().places.keys()].flatMap((key) =>
      key.startsWith(`${type} `) ? key.slice(type.length + 1) : [],
    ),
}

function opened(): Archive {
  archive ??= open()
  return archive
}

/** The file's layout is that of `scripts/definitions/terminology.mjs`. */
function open(): Archive {
  const bytes = brotliDecompressSync(readGenerated('terminology.br'))
  let at = bytes.indexOf('\n') + 1
  const index = JSON.parse(bytes.toString('utf8', 0, at)) as [type: string, url: string, length: number][]
  const places = index.map(([type, url, length]): [string, [number, number]] => {
    at += length
    return [`${type} ${url}`, [at - length, at]]
  })
  return { bytes, places: new Map(places) }
}
