import { compareVersions } from '../../../definitions/packages/versions.js'
import type { ArchiveWriter } from '../archive-writer.js'
import type { Distribution, DistributionFile } from './distribution.js'
import { ImportError } from './import-error.js'
import { type Importer, nameOf } from './importer.js'
import { type ImportWatch, readCsv } from './reading.js'

const system = 'http://loinc.org'

/** Columns of Loinc.csv that become properties of the same name (https://hl7.org/fhir/R4/loinc.html#props). */
export const properties = [
  'COMPONENT',
  'PROPERTY',
  'TIME_ASPCT',
  'SYSTEM',
  'SCALE_TYP',
  'METHOD_TYP',
  'CLASS',
  'STATUS',
  'CLASSTYPE',
  'ORDER_OBS',
  'EXAMPLE_UCUM_UNITS',
  'VersionLastChanged',
]
/** Columns that become designations. */
const names = ['SHORTNAME', 'DisplayName', 'CONSUMER_NAME']

/** Types of the parts that make up a term, as the properties are called. */
const axes: Readonly<Record<string, string>> = {
  COMPONENT: 'COMPONENT',
  PROPERTY: 'PROPERTY',
  TIME: 'TIME_ASPCT',
  SYSTEM: 'SYSTEM',
  SCALE: 'SCALE_TYP',
  METHOD: 'METHOD_TYP',
  CLASS: 'CLASS',
}

interface Part {
  readonly pattern: RegExp
  read(file: DistributionFile, writer: ArchiveWriter, watch: ImportWatch): Promise<void>
}

/** What there is beside the terms; a distribution without some of it has fewer codes. */
const parts: readonly Part[] = [
  { pattern: /(^|\/)Part\.csv$/i, read: readParts },
  { pattern: /(^|\/)LoincPartLink_Primary\.csv$/i, read: readPartLinks },
  { pattern: /(^|\/)(ComponentHierarchyBySystem|MultiAxialHierarchy)\.csv$/i, read: readHierarchy },
  { pattern: /(^|\/)AnswerList\.csv$/i, read: readAnswers },
  { pattern: /(^|\/)LoincAnswerListLink\.csv$/i, read: readAnswerLinks },
]

/**
 * LOINC as it is published: `LoincTable/Loinc.csv`, and of `AccessoryFiles` parts, hierarchy and answer lists. Parts and
 * answer lists are abstract; an answer has the property `LIST` with the lists it is in.
 */
export const loinc: Importer = {
  kind: 'loinc',
  title: 'LOINC, the release with LoincTable and AccessoryFiles',
  filesOf(distribution, { language }) {
    const table = tableOf(distribution)
    const others = parts.flatMap(({ pattern }) => filesNamed(distribution, pattern))
    return table ? [table, ...others, ...variantsOf(distribution, language).map(({ file }) => file)] : []
  },
  async read(distribution, writer, choices, watch) {
    const table = tableOf(distribution)
    if (!table)
      throw new ImportError(`${distribution.path} has no Loinc.csv. Give the unpacked release, or the zip.`)
    const changed = await readTable(table, writer, watch)
    for (const { pattern, read } of parts) {
      for (const file of filesNamed(distribution, pattern)) await read(file, writer, watch)
    }
    for (const variant of variantsOf(distribution, choices.language)) {
      await readVariant(variant, writer, watch)
    }
    const version = choices.version ?? changed
    if (version === undefined) {
      throw new ImportError(`${table.name} does not tell the version of LOINC. Give it: --version 2.80`)
    }
    return { system, version, name: nameOf('loinc', version) }
  },
}

function tableOf(distribution: Distribution): DistributionFile | undefined {
  return filesNamed(distribution, /(^|\/)Loinc\.csv$/i)[0]
}

/** Panels and forms come with tables of the same names that have a part of the codes only. */
function filesNamed({ files }: Distribution, pattern: RegExp): DistributionFile[] {
  return files.filter(({ name }) => pattern.test(name) && !/(^|\/)PanelsAndForms\//i.test(name))
}

interface Variant {
  readonly file: DistributionFile
  /** `es-AR` */
  readonly language: string
}

/** Translations into a language, such as `es`, in all of its countries. */
function variantsOf({ files }: Distribution, wanted: string | undefined): Variant[] {
  if (wanted === undefined) return []
  return files.flatMap((file) => {
    const [, language, country] =
      /(?:^|\/)([a-z]{2})([A-Z]{2})\d+LinguisticVariant\.csv$/.exec(file.name) ?? []
    const found = `${language}-${country}`
    return language !== undefined && (wanted === language || wanted === found)
      ? [{ file, language: found }]
      : []
  })
}

async function readVariant(
  { file, language }: Variant,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  for await (const row of readCsv(file, ['LOINC_NUM', 'LONG_COMMON_NAME', 'SHORTNAME'], watch)) {
    for (const name of ['LONG_COMMON_NAME', 'SHORTNAME', 'LinguisticVariantDisplayName']) {
      const value = row(name)
      if (value !== '') writer.designation(row('LOINC_NUM'), { language, use: { system, code: name }, value })
    }
  }
}

/** @returns the highest version in which a term was changed, which is that of the release */
async function readTable(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<string | undefined> {
  let version: string | undefined
  for await (const row of readCsv(file, ['LOINC_NUM', 'LONG_COMMON_NAME', 'STATUS', 'CLASS'], watch)) {
    const code = row('LOINC_NUM')
    writer.concept(code, { display: row('LONG_COMMON_NAME'), inactive: row('STATUS') === 'DEPRECATED' })
    for (const name of names) {
      if (row(name) !== '') {
        writer.designation(code, { language: 'en', use: { system, code: name }, value: row(name) })
      }
    }
    for (const name of properties) if (row(name) !== '') writer.property(code, name, row(name))
    const changed = row('VersionLastChanged')
    if (changed !== '' && compareVersions(changed, version) > 0) version = changed
  }
  return version
}

async function readParts(file: DistributionFile, writer: ArchiveWriter, watch: ImportWatch): Promise<void> {
  for await (const row of readCsv(file, ['PartNumber', 'PartName', 'PartTypeName', 'Status'], watch)) {
    const code = row('PartNumber')
    const display = row('PartDisplayName') || row('PartName')
    writer.concept(code, { display, abstract: true, inactive: row('Status') === 'DEPRECATED' })
    writer.property(code, 'PartTypeName', row('PartTypeName'))
    writer.property(code, 'STATUS', row('Status'))
  }
}

/** Filters name parts by their code or by their name, so the property has both. */
async function readPartLinks(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  for await (const row of readCsv(file, ['LoincNumber', 'PartNumber', 'PartTypeName'], watch)) {
    const axis = axes[row('PartTypeName').toUpperCase()]
    if (axis !== undefined) writer.property(row('LoincNumber'), axis, row('PartNumber'))
  }
}

async function readHierarchy(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  for await (const row of readCsv(file, ['IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'], watch)) {
    const code = row('CODE')
    if (code.startsWith('LP')) writer.concept(code, { display: row('CODE_TEXT'), abstract: true })
    if (row('IMMEDIATE_PARENT') !== '') writer.parent(code, row('IMMEDIATE_PARENT'))
  }
}

async function readAnswers(file: DistributionFile, writer: ArchiveWriter, watch: ImportWatch): Promise<void> {
  const columns = ['AnswerListId', 'AnswerListName', 'AnswerStringId', 'DisplayText']
  let list = ''
  for await (const row of readCsv(file, columns, watch)) {
    if (row('AnswerListId') !== list) {
      list = row('AnswerListId')
      writer.concept(list, { display: row('AnswerListName'), abstract: true })
    }
    const answer = row('AnswerStringId')
    // Lists that are defined elsewhere have no answers here.
    if (answer === '') continue
    writer.concept(answer, { display: row('DisplayText') })
    writer.property(answer, 'LIST', list)
  }
}

async function readAnswerLinks(
  file: DistributionFile,
  writer: ArchiveWriter,
  watch: ImportWatch,
): Promise<void> {
  for await (const row of readCsv(file, ['LoincNumber', 'AnswerListId'], watch)) {
    writer.property(row('LoincNumber'), 'answer-list', row('AnswerListId'))
  }
}
