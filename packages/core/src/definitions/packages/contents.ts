import type { AnyResource } from '../../fhir/types.js'
import type { ConformanceType } from '../conformance.js'
import { type Manifest, readManifest } from './manifest.js'
import { UnusablePackage } from './package-error.js'
import type { PackageFile } from './read-tarball.js'

/** Where a definition stands among the bytes of a package's definitions. */
export interface Place {
  readonly type: ConformanceType
  readonly url: string
  readonly version?: string
  readonly offset: number
  readonly length: number
}

/** What there is to know of a package without its bytes. */
export interface Contents {
  /** Undefined for a plain folder or Bundle. */
  readonly manifest?: Manifest
  readonly counts: Readonly<Record<string, number>>
  readonly places: readonly Place[]
  readonly warnings: readonly string[]
}

/** Takes the bytes of one definition after the other. */
export interface Sink {
  write(bytes: Buffer): Promise<void>
}

const kept: ReadonlySet<string> = new Set<ConformanceType>([
  'CodeSystem',
  'ConceptMap',
  'NamingSystem',
  'Questionnaire',
  'SearchParameter',
  'StructureDefinition',
  'ValueSet',
])

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Names shown of files that are left out; of more, the count. */
const shown = 5

/**
 * Goes through the files of a package once: definitions go to the sink, the rest is counted. One file at a time is in
 * memory.
 *
 * @param plain no package, but a folder or file of resources: Bundles stand for what they hold
 * @throws UnusablePackage for broken JSON, a manifest that does not do, or nothing of use
 */
export async function gather(
  files: AsyncIterable<PackageFile>,
  plain: boolean,
  sink: Sink,
): Promise<Contents> {
  const counts: Record<string, number> = {}
  const places: Place[] = []
  const foreign: string[] = []
  let manifest: Manifest | undefined
  let offset = 0

  async function add(resource: AnyResource, bytes: Buffer, name: string): Promise<void> {
    counts[resource.resourceType] = (counts[resource.resourceType] ?? 0) + 1
    if (!kept.has(resource.resourceType)) return
    const { fhirVersion, version } = resource
    if (typeof fhirVersion === 'string' && !/^4\.0(\.|$)/.test(fhirVersion)) {
      foreign.push(name)
      return
    }
    const urls = urlsOf(resource)
    if (urls.length === 0) return
    for (const url of urls) {
      const type = resource.resourceType as ConformanceType
      places.push({
        type,
        url,
        ...(typeof version === 'string' ? { version } : {}),
        offset,
        length: bytes.length,
      })
    }
    offset += bytes.length
    await sink.write(bytes)
  }

  for await (const file of files) {
    const bytes = file.bytes.indexOf(byteOrderMark) === 0 ? file.bytes.subarray(3) : file.bytes
    const json = parse(bytes, file.name)
    if (!plain && file.name === 'package.json') manifest = readManifest(json)
    else if (typeof json.resourceType !== 'string') continue
    else if (plain && json.resourceType === 'Bundle') {
      for (const each of entriesOf(json as AnyResource)) {
        await add(each, Buffer.from(JSON.stringify(each)), file.name)
      }
    } else await add(json as AnyResource, bytes, file.name)
  }
  if (!plain && manifest === undefined) {
    throw new UnusablePackage(
      'expected package/package.json in it, found none.',
      'Give a package.tgz as FHIR registries have them; unpack an archive of another kind.',
    )
  }
  if (plain && Object.keys(counts).length === 0) {
    throw new UnusablePackage(
      'expected a FHIR package or JSON resources, found neither a package.json nor a resource.',
      'Give a package.tgz, a folder that holds package.json or resources, or a Bundle.',
    )
  }
  const names = foreign.slice(0, shown).join(', ')
  const warnings = foreign.length
    ? [
        `${foreign.length} definitions are for another FHIR version than 4.0 and left out: ${names}${foreign.length > shown ? ', ...' : ''}`,
      ]
    : []
  return { ...(manifest ? { manifest } : {}), counts, places, warnings }
}

function parse(bytes: Buffer, name: string): { readonly [key: string]: unknown } {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new UnusablePackage(
      `${name} is no JSON: ${(error as Error).message}.`,
      'Mend that file, or fetch the package again.',
    )
  }
  return typeof json === 'object' && json !== null ? (json as { readonly [key: string]: unknown }) : {}
}

/** A NamingSystem has no URL in R4; what it names has. */
function urlsOf(resource: AnyResource): string[] {
  if (resource.resourceType !== 'NamingSystem') {
    return typeof resource.url === 'string' && resource.url !== '' ? [resource.url] : []
  }
  const ids = Array.isArray(resource.uniqueId) ? resource.uniqueId : []
  const uris = ids.flatMap(({ type, value }: { type?: unknown; value?: unknown }) => {
    if (typeof value !== 'string') return []
    if (type === 'oid') return [value.startsWith('urn:') ? value : `urn:oid:${value}`]
    return type === 'uri' ? [value] : []
  })
  return [...new Set(uris)]
}

function entriesOf(bundle: AnyResource): AnyResource[] {
  const entries = Array.isArray(bundle.entry) ? bundle.entry : []
  return entries.flatMap((entry: { resource?: AnyResource } | null) =>
    typeof entry?.resource?.resourceType === 'string' ? [entry.resource] : [],
  )
}
