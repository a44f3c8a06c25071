import { openPackages } from '../../../definitions/packages/open-packages.js'
import { PackageError } from '../../../definitions/packages/package-error.js'
import { propertyText } from '../../code-system.js'
import { type CodeSystemResource, type Concept, listIn } from '../../content.js'
import type { Designation } from '../../membership.js'
import type { ArchiveWriter } from '../archive-writer.js'
import { ImportError } from './import-error.js'
import { type ImportChoices, type ImportedSystem, nameOf } from './importer.js'

/** https://hl7.org/fhir/R4/codesystem.html#hierarchy */
const up = new Set(['parent', 'subsumedBy'])

/**
 * A CodeSystem resource: a JSON file with it, or a package that has it. It is parsed as a whole, so importing takes memory
 * of several times its size; using the archive does not.
 *
 * @param url the one to take, where there are several
 * @throws ImportError where there is none, or none with all of its concepts
 */
export async function importCodeSystem(
  given: string,
  url: string | undefined,
  writer: ArchiveWriter,
  choices: ImportChoices,
): Promise<ImportedSystem> {
  const source = await openPackages([given], { cacheDir: false }).catch((error) => {
    if (!(error instanceof PackageError)) throw error
    const problems = error.problems.map(({ path, found, remedy }) => `${path}: ${found} ${remedy}`)
    throw new ImportError(problems.join('\n'))
  })
  const urls = [...new Set(source.list('CodeSystem').map((each) => each.url))]
  const wanted = url ?? (urls.length === 1 ? urls[0] : undefined)
  if (wanted === undefined) {
    const found = urls.length === 0 ? 'none' : `${urls.length}, e.g. ${urls.slice(0, 3).join(', ')}`
    throw new ImportError(
      `${given}: expected one CodeSystem with its concepts, found ${found}. Name it: --system URL`,
    )
  }
  const resource = source.find('CodeSystem', wanted, choices.version) as CodeSystemResource | undefined
  source.close()
  if (!resource) throw new ImportError(`${given} has no CodeSystem ${wanted}. Check --system and --version.`)
  const version = choices.version ?? resource.version
  if (resource.content !== 'complete') {
    throw new ImportError(
      `${given}: expected the CodeSystem ${wanted} with content "complete", found "${resource.content}". An archive has to know all codes; store this one as a resource.`,
    )
  }
  if (version === undefined) {
    throw new ImportError(`${given}: the CodeSystem ${wanted} has no version. Give it: --version 1.0`)
  }
  tell(listIn(resource.concept), writer)
  return { system: wanted, version, name: nameOf(wanted.replace(/^\w+:(\/\/)?/, ''), version) }
}

function tell(concepts: readonly Concept[], writer: ArchiveWriter, parent?: string): void {
  for (const concept of concepts) {
    const { code, display } = concept
    if (typeof code !== 'string') continue
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
    tell(listIn(concept.concept), writer, code)
  }
}
