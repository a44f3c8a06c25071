import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** A package.tgz with these entries, names as given. */
export async function tgz(entries: Readonly<Record<string, unknown>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(entries)) {
    tar.entry({ name }, typeof content === 'string' ? content : JSON.stringify(content))
  }
  tar.finalize()
  const parts: Buffer[] = []
  for await (const part of tar) parts.push(part as Buffer)
  return gzipSync(Buffer.concat(parts))
}

export const manifest = (more: object = {}) => ({
  name: 'test.national.guide',
  version: '1.0.0',
  fhirVersions: ['4.0.1'],
  dependencies: { 'hl7.fhir.r4.core': '4.0.1' },
  ...more,
})

export const base = 'http://example.org/fhir'

export const profile = (name: string, version?: string, more: object = {}) => ({
  resourceType: 'StructureDefinition',
  url: `${base}/StructureDefinition/${name}`,
  ...(version ? { version } : {}),
  ...more,
})
