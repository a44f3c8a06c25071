// Writes docs/search.md from the definitions. Run it after a change of what can be searched: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Definitions, SearchParameter, SearchParameterType } from '../src/definitions/definitions.js'
import { r4 } from '../src/definitions/r4.js'
import { modifiersOf } from '../src/search/modifiers.js'

const file = fileURLToPath(new URL('../../../docs/search.md', import.meta.url))

/** What the values of each type look like. */
const values: Readonly<Record<SearchParameterType, string>> = {
  string: 'text that the value begins with, without case and accents: `name=nun`',
  token: '`code`, `system|code`, `|code` (without system), `system|`: `code=http://loinc.org|29463-7`',
  reference: '`id`, `Type/id`, an absolute or canonical URL: `subject=Patient/ana`',
  date: 'a date or instant of any precision, with a prefix: `date=ge2024-02`',
  number: 'a number, with a prefix: `probability=gt0.8`',
  quantity:
    '`number`, `number||unit`, `number|system|code`, with a prefix: `value-quantity=lt5.4|http://unitsofmeasure.org|mg`',
  uri: 'the whole URI: `url=http://example.org/fhir/ValueSet/a`',
  composite: 'the parts joined by `$`: `code-value-quantity=29463-7$gt70`',
  special: 'as the parameter says',
}

const prefixed = new Set<SearchParameterType>(['date', 'number', 'quantity'])

/** The page as Markdown. */
export function searchDocs(definitions: Definitions): string {
  const common = [...definitions.searchParameters('Patient').values()].filter(({ code }) =>
    code.startsWith('_'),
  )
  const types = Object.keys(values) as SearchParameterType[]
  const sections = definitions.resourceTypes.map((type) => {
    const own = [...definitions.searchParameters(type).values()]
      .filter(({ code }) => !code.startsWith('_'))
      .sort((a, b) => (a.code < b.code ? -1 : 1))
    return `## ${type}\n\n${own.length === 0 ? 'Only the parameters of every type.' : parameterTable(own)}`
  })
  return `# Search parameters

<!-- Generated from the R4 definitions by \`npm run docs\`. Do not edit. -->

Every search parameter of R4 (${definitions.fhirVersion}), and the modifiers that each takes. How to search, and what the
result looks like, is on the page of [search](interactions/search.md); parameters of your own are on
[custom search parameters](search-parameters.md).

## Types

${table(
  ['Type', 'Values', 'Prefixes', 'Modifiers'],
  types.map((type) => [
    type,
    values[type],
    prefixed.has(type) ? '`eq ne gt lt ge le sa eb ap`' : '',
    codes(modifiersOf({ code: '', type, url: '', description: '' }).map((modifier) => `:${modifier}`)),
  ]),
)}

Commas join alternatives; a parameter that is given twice has to match twice. \`\\,\`, \`\\|\`, \`\\$\` and \`\\\\\` stand for the
characters themselves. \`:[type]\` is the name of a resource type, such as \`subject:Patient\`.

## Every type

${parameterTable(common)}

Besides, they know \`_has\`, \`_list\`, \`_filter\`, and at system level \`_type\`: see [search](interactions/search.md).

${sections.join('\n\n')}
`
}

function parameterTable(parameters: readonly SearchParameter[]): string {
  return table(
    ['Parameter', 'Type', 'Modifiers', 'Meaning'],
    parameters.map((parameter) => [
      `\`${parameter.code}\``,
      parameter.type,
      codes(modifiersOf(parameter).map((modifier) => `:${modifier}`)),
      meaning(parameter),
    ]),
  )
}

function meaning({ description, target = [], components = [] }: SearchParameter): string {
  const refers =
    target.length === 0
      ? ''
      : `To ${target.length > 8 || target.includes('Resource') ? 'many types' : target.join(', ')}.`
  const parts =
    components.length === 0 ? '' : `Parts: ${codes([components.map(({ code }) => code).join('$')])}.`
  const sentence = description.replace(/\s+/g, ' ').trim()
  return [sentence && (/[.?!]$/.test(sentence) ? sentence : `${sentence}.`), refers, parts]
    .filter(Boolean)
    .join(' ')
}

function codes(words: readonly string[]): string {
  return words.length === 0 ? '' : `\`${words.join(' ')}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = searchDocs(r4)
  const check = process.argv.includes('--check')
  if (!check) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/search.md is not what the definitions say. Run `npm run docs`.')
    process.exit(1)
  }
}
