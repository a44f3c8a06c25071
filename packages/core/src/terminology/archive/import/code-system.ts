import { openPackages } from '../../../definitions/packages/open-packages.js'
import { PackageError } from '../../../definitions/packages/package-error.js'
import { propertyText } from '../../code-system.js'
import { type CodeSystemResource, type Concept, listIn } from '../../content.js'
import type { Designation } from '../../membership.js'
import type { ArchiveWriter } from '../archive-writer.js'
import { ConceptStream } from './concept-stream.js'
import type { Distribution, DistributionFile } from './distribution.js'
import { ImportError } from './import-error.js'
import { type ImportChoices, type ImportedSystem, nameOf } from './importer.js'
import { type ImportWatch, readChunks } from './reading.js'

/** https://hl7.org/fhir/R4/codesystem.html#hierarchy */
const up = new Set(['parent', 'subsumedBy'])

/**
 * A CodeSystem resource: a JSON file with it, of which one concept at a time is in memory, or a package that has it, of which
 * the whole resource is.
 *
 * @param url the one to take, where there are several
 * @throws ImportError where there is none, or none with all of its concepts
 */
export async function importCodeSystem(
  { path, files }: Distribution,
  url: string | undefined,
  writer: ArchiveWriter,
  choices: ImportChoices,
  watch: ImportWatch,
): Promise<ImportedSystem> {
  const [file] = files
  if (files.length === 1 && file && /\.json$/i.test(file.name)) {
    const resource = await streamed(path, file, writer, watch)
    if (resource.resourceType === 'CodeSystem' && (url === undefined || url === resource.url)) {
      return systemOf(path, resource, choices)
    }
  }
  const resource = await packaged(path, url, choices)
  const system = systemOf(path, resource, choices)
  for (const concept of listIn(resource.concept)) tell(concept, writer)
  return system
}

async function streamed(
  path: string,
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<CodeSystemResource> {
  const stream = new ConceptStream((concept) => tell(concept, writer))
  try {
    for await (const chunk of readChunks(file, watch)) stream.write(chunk)
    return (stream.end() ?? {}) as CodeSystemResource
  } catch (error) {
    throw error instanceof ImportError ? new ImportError(`${path}: ${error.message}`) : error
  }
}

async function packaged(
  path: string,
  url: string | undefined,
  { version }: ImportChoices,
): Promise<CodeSystemResource> {
  const source = await openPackages([path], { cacheDir: false }).catch((error) => {
    if (!(error instanceof PackageError)) throw error
    const problems = error.problems.map((each) => `${each.path}: ${each.found} ${each.remedy}`)
    throw new ImportError(problems.join('\n'))
  })
  const urls = [...new Set(source.list('CodeSystem').map((each) => each.url))]
  const wanted = url ?? (urls.length === 1 ? urls[0] : undefined)
  if (wanted === undefined) {
    const found = urls.length === 0 ? 'none' : `${urls.length}, e.g. ${urls.slice(0, 3).join(', ')}`
    throw new ImportError(
      `${path}: expected one CodeSystem with its concepts, found ${found}. Name it: --system URL`,
    )
  }
  const resource = source.find('CodeSystem', wanted, version) ?? source.find('CodeSystem', wanted)
  source.close()
  if (!resource) throw new ImportError(`${path} has no CodeSystem ${wanted}. Check --system.`)
  return resource as CodeSystemResource
}

function systemOf(
  path: string,
  { url, content, version: own }: CodeSystemResource,
  choices: ImportChoices,
): ImportedSystem {
  if (url === undefined) {
    throw new ImportError(`${path}: the CodeSystem has no url. Give it one: codes are told apart by it.`)
  }
  if (content !== 'complete') {
    throw new ImportError(
      `${path}: expected the CodeSystem ${url} with content "complete", found "${content}". An archive has to know all codes; store this one as a resource.`,
    )
  }
  const version = choices.version ?? own
  if (version === undefined) {
    throw new ImportError(`${path}: the CodeSystem ${url} has no version. Give it: --version 1.0`)
  }
  return { system: url, version, name: nameOf(url.replace(/^\w+:(\/\/)?/, ''), version) }
}

function tell(concept: Concept, writer: ArchiveWriter, parent?: string): void {
  const { code, display } = concept
  if (typeof code !== 'string') return
  const texts = listIn(concept.property).map((each) => [each.code, propertyText(each)] as const)
  const has = (name: string, values: readonly string[]) =>
    texts.some(([property, text]) => property === name && text !== undefined && values.includes(text))
  writer.concept(code, {
    ...(typeof display === 'string' ? { display } : {}),
    inactive: has('inactive', ['true']) || has('status', ['retired', 'inactive']),
    abstract: has('notSelectable', ['true']) || has('abstract', ['true']),
  })
  const designations = (concept as { readonly designation?: readonly Designation[] }).designation
  for (const { language, use, value } of listIn(designations)) {
    if (typeof value !== 'string') continue
    writer.designation(code, { ...(language ? { language } : {}), ...(use ? { use } : {}), value })
  }
  if (parent !== undefined) writer.parent(code, parent)
  for (const [property, text] of texts) {
    if (property === undefined || text === undefined) continue
    if (up.has(property)) writer.parent(code, text)
    else if (property === 'child') writer.parent(text, code)
    else writer.property(code, property, text)
  }
  for (const each of listIn(concept.concept)) tell(each, writer, code)
}
