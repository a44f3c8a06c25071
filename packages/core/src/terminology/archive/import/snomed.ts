import type { ArchiveWriter } from '../archive-writer.js'
import { ExternalSorter } from '../external-sorter.js'
import type { DistributionFile } from './distribution.js'
import { ImportError } from './import-error.js'
import { type ImportChoices, type Importer, nameOf } from './importer.js'
import { type ImportWatch, readTabs } from './reading.js'

const system = 'http://snomed.info/sct'
const isA = '116680003'
const inferred = '900000000000011006'
const fullySpecified = '900000000000003001'
const synonym = '900000000000013009'
const defined = '900000000000073002'
const preferred = '900000000000548007'
const uses = {
  [fullySpecified]: { system, code: fullySpecified, display: 'Fully specified name' },
  [synonym]: { system, code: synonym, display: 'Synonym' },
}

/** Language reference sets of English in the order in which a display is taken from them: US, GB. */
const english = ['900000000000509007', '900000000000508004']

/** Modules by the part of the file names that tells the edition. Others are told by `--version`. */
const editions: Readonly<Record<string, string>> = {
  INT: '900000000000207008',
  US1000124: '731000124108',
}

const kinds = {
  concept: /(^|\/)x?sct2_Concept_Snapshot_/i,
  description: /(^|\/)x?sct2_Description_Snapshot/i,
  relationship: /(^|\/)x?sct2_Relationship_Snapshot_/i,
  language: /(^|\/)x?der2_cRefset_Language\w*Snapshot/i,
  members: /(^|\/)x?der2_Refset_Simple\w*Snapshot/i,
} as const

/**
 * SNOMED CT: the snapshot of a release in RF2 (https://confluence.ihtsdotools.org/display/DOCRELFMT). Properties are as
 * SNOMED CT is used with FHIR (https://hl7.org/fhir/R4/snomedct.html): `moduleId`, `effectiveTime`,
 * `sufficientlyDefined`, the attributes of the inferred view by the code of their type, and `memberOf` with the reference
 * sets a concept is in.
 */
export const snomed: Importer = {
  kind: 'snomed',
  title: 'SNOMED CT, a release in RF2 with its snapshot',
  filesOf: (distribution) => {
    const found = Object.values(kinds).map((kind) => distribution.files.filter(({ name }) => kind.test(name)))
    return found[0]!.length > 0 ? found.flat() : []
  },
  async read(distribution, writer, choices, watch) {
    const files = (kind: keyof typeof kinds) =>
      distribution.files.filter(({ name }) => kinds[kind].test(name))
    for (const kind of ['description', 'relationship'] as const) {
      if (files(kind).length > 0) continue
      throw new ImportError(
        `${distribution.path} has a snapshot of concepts, but none of ${kind}s (${kinds[kind].source}). Give the whole Snapshot folder, or the zip.`,
      )
    }
    const version = choices.version ?? versionOf(files('concept').map(({ name }) => name))
    for (const file of files('concept')) await readConcepts(file, writer, watch)
    await readDescriptions(files, writer, choices, watch)
    for (const file of files('relationship')) await readRelationships(file, writer, watch)
    for (const file of files('members')) await readMembers(file, writer, watch)
    return { system, version, name: nameOf('snomed', version.replace(/^.*\/sct\/|\/version/g, '')) }
  },
}

/** By the names of the files of concepts (https://hl7.org/fhir/R4/snomedct.html#versions). */
function versionOf(names: readonly string[]): string {
  const found = new Map(names.map((name) => [/_([A-Za-z]+\d*)_(\d{8})(?:T\w+)?\.txt$/i.exec(name), name]))
  const versions = [...found.keys()].map((match) => {
    const module = editions[match?.[1] ?? '']
    return module && `${system}/${module}/version/${match?.[2]}`
  })
  const [version] = versions
  if (version && versions.every((each) => each === version)) return version
  const date =
    [...found.keys()]
      .map((match) => match?.[2] ?? '')
      .sort()
      .at(-1) || 'YYYYMMDD'
  throw new ImportError(
    `${names.join(', ')} does not tell the edition. Give it: --version ${system}/MODULE/version/${date}, MODULE being the code of the edition's module.`,
  )
}

async function readConcepts(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  const columns = ['id', 'active', 'moduleId', 'definitionStatusId', 'effectiveTime']
  for await (const row of readTabs(file, columns, watch)) {
    const code = row('id')
    writer.concept(code, { inactive: row('active') !== '1' })
    writer.property(code, 'effectiveTime', row('effectiveTime'))
    writer.property(code, 'moduleId', row('moduleId'))
    writer.property(code, 'sufficientlyDefined', String(row('definitionStatusId') === defined))
  }
}

/**
 * Descriptions and what language reference sets say of them are brought together by sorting. The display is the synonym
 * that is preferred in the language asked for; without one, the first synonym of that language, the fully specified name.
 */
async function readDescriptions(
  files: (kind: 'description' | 'language') => readonly DistributionFile[],
  writer: ArchiveWriter,
  { language = 'en' }: ImportChoices,
  watch: ImportWatch,
): Promise<void> {
  const byDescription = new ExternalSorter(writer.workFolder, 'descriptions')
  for (const file of files('language')) {
    const columns = ['active', 'refsetId', 'referencedComponentId', 'acceptabilityId']
    for await (const row of readTabs(file, columns, watch)) {
      if (row('active') !== '1' || row('acceptabilityId') !== preferred) continue
      byDescription.add(`${row('referencedComponentId')}\t0\t${row('refsetId')}`)
    }
  }
  for (const file of files('description')) {
    const columns = ['id', 'active', 'conceptId', 'languageCode', 'typeId', 'term']
    for await (const row of readTabs(file, columns, watch)) {
      if (row('active') !== '1' || !(row('typeId') in uses)) continue
      const cells = [row('id'), '1', row('conceptId'), row('languageCode'), row('typeId'), row('term')]
      byDescription.add(cells.join('\t'))
    }
  }
  const byConcept = new ExternalSorter(writer.workFolder, 'terms')
  let preferredIn: string[] = []
  let before = ''
  for (const line of byDescription.sorted()) {
    const [id = '', kind, first = '', languageCode = '', type = '', term = ''] = line.split('\t')
    if (id !== before) preferredIn = []
    before = id
    if (kind === '0') {
      preferredIn.push(first)
      continue
    }
    const rank = rankOf(type, languageCode === language, preferredIn)
    byConcept.add([first, rank, type, languageCode, term].join('\t'))
  }
  let concept = ''
  for (const line of byConcept.sorted()) {
    const [code = '', rank = '', type = '', languageCode = '', term = ''] = line.split('\t')
    // The best comes first. In another language it is still better than nothing.
    if (code !== concept) writer.display(code, term)
    const isDisplay = code !== concept && rank < '8'
    concept = code
    if (isDisplay && type === synonym) continue
    writer.designation(code, { language: languageCode, use: uses[type as keyof typeof uses], value: term })
  }
}

/** As one digit that sorts. */
function rankOf(type: string, inLanguage: boolean, preferredIn: readonly string[]): string {
  if (!inLanguage) return type === fullySpecified ? '8' : '9'
  if (type === fullySpecified) return '4'
  const best = english.findIndex((refset) => preferredIn.includes(refset))
  if (best >= 0) return String(best)
  return preferredIn.length > 0 ? '2' : '3'
}

async function readRelationships(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  const columns = ['active', 'sourceId', 'destinationId', 'typeId', 'characteristicTypeId']
  for await (const row of readTabs(file, columns, watch)) {
    if (row('active') !== '1' || row('characteristicTypeId') !== inferred) continue
    if (row('typeId') === isA) writer.parent(row('sourceId'), row('destinationId'))
    else writer.property(row('sourceId'), row('typeId'), row('destinationId'))
  }
}

async function readMembers(file: DistributionFile, writer: ArchiveWriter, watch: ImportWatch): Promise<void> {
  for await (const row of readTabs(file, ['active', 'refsetId', 'referencedComponentId'], watch)) {
    if (row('active') === '1') writer.property(row('referencedComponentId'), 'memberOf', row('refsetId'))
  }
}
