import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ZipFile } from 'yazl'

/** Content by name of the file. */
export type Files = Readonly<Record<string, string>>

export async function unpack(folder: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return folder
}

export async function zip(file: string, files: Files): Promise<string> {
  const writer = new ZipFile()
  for (const [name, content] of Object.entries(files)) writer.addBuffer(Buffer.from(content), name)
  writer.end()
  const parts: Buffer[] = []
  for await (const part of writer.outputStream) parts.push(part as Buffer)
  await writeFile(file, Buffer.concat(parts))
  return file
}

const tabs = (rows: readonly (readonly (string | number)[])[]) =>
  `${rows.map((row) => row.join('\t')).join('\r\n')}\r\n`

const snapshot = 'SnomedCT_Made_Up/Snapshot'
const us = '900000000000509007'
const gb = '900000000000508004'
const spanish = '450828004'
const preferred = '900000000000548007'
const acceptable = '900000000000549004'
const fsn = '900000000000003001'
const synonym = '900000000000013009'
const inferred = '900000000000011006'
const stated = '900000000000010007'

/** A release of SNOMED CT in RF2 with made-up concepts: fruit, apple (in two parents), pear, and one that was given up. */
export function rf2(edition = 'INT'): Files {
  const concepts = [
    ['id', 'effectiveTime', 'active', 'moduleId', 'definitionStatusId'],
    ['1000', '20200101', 1, '77', '900000000000074008'],
    ['2000', '20200101', 1, '77', '900000000000074008'],
    ['3000', '20210731', 1, '77', '900000000000073002'],
    ['4000', '20200101', 1, '77', '900000000000074008'],
    ['5000', '20220131', 0, '77', '900000000000074008'],
  ]
  const descriptionHead = [
    'id',
    'effectiveTime',
    'active',
    'moduleId',
    'conceptId',
    'languageCode',
    'typeId',
    'term',
    'caseSignificanceId',
  ]
  const description = (
    id: number,
    active: number,
    concept: string,
    language: string,
    type: string,
    term: string,
  ) => [id, '20200101', active, '77', concept, language, type, term, '0']
  const descriptions = [
    descriptionHead,
    description(11, 1, '1000', 'en', fsn, 'Fruit (food)'),
    description(12, 1, '1000', 'en', synonym, 'Fruit'),
    description(21, 1, '2000', 'en', fsn, 'Red thing (object)'),
    description(31, 1, '3000', 'en', fsn, 'Apple (food)'),
    description(32, 1, '3000', 'en', synonym, 'Apple "Pomme" fruit'),
    description(33, 1, '3000', 'en', synonym, 'Apple colour'),
    description(34, 1, '3000', 'en', synonym, 'Apple color'),
    description(35, 0, '3000', 'en', synonym, 'Withdrawn name'),
    description(41, 1, '4000', 'en', fsn, 'Pear (food)'),
    description(51, 1, '5000', 'en', fsn, 'Medlar (food)'),
    description(91, 1, '9999', 'en', fsn, 'Of no concept'),
  ]
  const languageHead = [
    'id',
    'effectiveTime',
    'active',
    'moduleId',
    'refsetId',
    'referencedComponentId',
    'acceptabilityId',
  ]
  const language = (refset: string, component: number, acceptability: string, active = 1) => [
    'x',
    '20200101',
    active,
    '77',
    refset,
    component,
    acceptability,
  ]
  const relationshipHead = [
    'id',
    'effectiveTime',
    'active',
    'moduleId',
    'sourceId',
    'destinationId',
    'relationshipGroup',
    'typeId',
    'characteristicTypeId',
    'modifierId',
  ]
  const relation = (from: string, to: string, type = '116680003', kind = inferred, active = 1) => [
    '1',
    '20200101',
    active,
    '77',
    from,
    to,
    0,
    type,
    kind,
    '0',
  ]
  const at = (name: string) => `${snapshot}/${name}_${edition}_20250101.txt`
  return {
    [at('Terminology/sct2_Concept_Snapshot')]: tabs(concepts),
    [at('Terminology/sct2_Description_Snapshot-en')]: tabs(descriptions),
    [at('Terminology/sct2_Description_Snapshot-es')]: tabs([
      descriptionHead,
      description(61, 1, '3000', 'es', synonym, 'Manzana'),
    ]),
    [at('Terminology/sct2_Relationship_Snapshot')]: tabs([
      relationshipHead,
      relation('3000', '1000'),
      relation('3000', '2000'),
      relation('4000', '1000'),
      relation('4000', '2000', '116680003', inferred, 0),
      relation('4000', '2000', '116680003', stated),
      relation('3000', '4000', '363698007'),
    ]),
    [at('Terminology/sct2_StatedRelationship_Snapshot')]: tabs([relationshipHead, relation('1000', '4000')]),
    [at('Refset/Language/der2_cRefset_LanguageSnapshot-en')]: tabs([
      languageHead,
      language(us, 12, preferred),
      language(us, 32, acceptable),
      language(gb, 33, preferred),
      language(us, 34, preferred),
      language(us, 33, preferred, 0),
      language(spanish, 61, preferred),
    ]),
    [at('Refset/Content/der2_Refset_SimpleSnapshot')]: tabs([
      ['id', 'effectiveTime', 'active', 'moduleId', 'refsetId', 'referencedComponentId'],
      ['a', '20200101', 1, '77', '723264001', '3000'],
      ['b', '20200101', 1, '77', '723264001', '1000'],
      ['c', '20200101', 0, '77', '723264001', '4000'],
    ]),
    'SnomedCT_Made_Up/Full/Terminology/sct2_Concept_Full_INT_20250101.txt': 'not read',
  }
}

const csv = (rows: readonly (readonly string[])[]) =>
  `\uFEFF${rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')}\r\n`

/** A release of LOINC with made-up terms. */
export function loincRelease(): Files {
  return {
    'LoincTable/Loinc.csv': csv([
      [
        'LOINC_NUM',
        'COMPONENT',
        'PROPERTY',
        'CLASS',
        'VersionLastChanged',
        'STATUS',
        'CONSUMER_NAME',
        'SHORTNAME',
        'LONG_COMMON_NAME',
      ],
      [
        '10-1',
        'Sweetness',
        'MCnc',
        'FRUIT',
        '2.9',
        'ACTIVE',
        'How sweet',
        'Sweet Apl-mCnc',
        'Sweetness [Mass/volume] in "Apple", raw',
      ],
      ['11-9', 'Acidity', 'Prid', 'FRUIT', '2.80', 'DEPRECATED', '', '', 'Acidity of\nPear'],
    ]),
    'LoincTableCore/LoincTableCore.csv': 'not read',
    'AccessoryFiles/PanelsAndForms/Loinc.csv': 'not read',
    'AccessoryFiles/PanelsAndForms/AnswerList.csv': 'not read',
    'AccessoryFiles/LinguisticVariants/esAR7LinguisticVariant.csv': csv([
      ['LOINC_NUM', 'COMPONENT', 'SHORTNAME', 'LONG_COMMON_NAME', 'LinguisticVariantDisplayName'],
      ['10-1', 'Dulzura', '', 'Dulzura en manzana', ''],
    ]),
    'AccessoryFiles/LinguisticVariants/deDE8LinguisticVariant.csv': 'not read',
    'AccessoryFiles/PartFile/Part.csv': csv([
      ['PartNumber', 'PartTypeName', 'PartName', 'PartDisplayName', 'Status'],
      ['LP100-1', 'COMPONENT', 'Sweetness', '', 'ACTIVE'],
    ]),
    'AccessoryFiles/PartFile/LoincPartLink_Primary.csv': csv([
      ['LoincNumber', 'LongCommonName', 'PartNumber', 'PartName', 'PartTypeName'],
      ['10-1', '', 'LP100-1', 'Sweetness', 'COMPONENT'],
      ['10-1', '', 'LP200-1', 'Adjusted', 'ADJUSTMENT'],
    ]),
    'AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv': csv([
      ['PATH_TO_ROOT', 'SEQUENCE', 'IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'],
      ['', '1', '', 'LP1-0', 'All of it'],
      ['LP1-0', '1', 'LP1-0', 'LP100-1', 'Sweetness | Apple'],
      ['LP1-0.LP100-1', '1', 'LP100-1', '10-1', 'Sweetness in Apple'],
    ]),
    'AccessoryFiles/AnswerFile/AnswerList.csv': csv([
      ['AnswerListId', 'AnswerListName', 'AnswerStringId', 'SequenceNumber', 'DisplayText'],
      ['LL1-0', 'Sweet or not', 'LA1-1', '1', 'Sweet'],
      ['LL1-0', 'Sweet or not', 'LA2-2', '2', 'Sour'],
      ['LL2-0', 'Sour or not', 'LA2-2', '1', 'Sour'],
      ['LL3-0', 'Defined elsewhere', '', '', ''],
    ]),
    'AccessoryFiles/AnswerFile/LoincAnswerListLink.csv': csv([
      ['LoincNumber', 'LongCommonName', 'AnswerListId', 'AnswerListName'],
      ['10-1', '', 'LL1-0', 'Sweet or not'],
    ]),
  }
}
