import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../../src/definitions/r4.js'
import { type XmlField, xmlFields } from '../../../src/definitions/xml/fields.js'
import { readXml } from '../../../src/definitions/xml/read-xml.js'
import { writeXml } from '../../../src/definitions/xml/write-xml.js'
import { parseJson, stringifyJson } from '../../../src/fhir/json.js'
import { numberText } from '../../fhir/arbitrary-json.js'

const test = suite('round trip of random resources')

/** Any text that XML can hold. */
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to say them.
  .map((made) => made.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\t').toWellFormed())

const escaped = text.map((made) =>
  // A line end in narrative is the one thing that XML does not keep.
  made.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`),
)
const div = fc
  .tuple(escaped, fc.constantFrom('<br/>', '<!-- c -->', '<b\n>x</b >', "<p id='a'>&amp;</p>", ''), escaped)
  .map(
    ([before, inner, after]) => `<div xmlns="http://www.w3.org/1999/xhtml">${before}${inner}${after}</div>`,
  )
  .map((made) => made.replaceAll(']]>', ''))

/** JSON texts of values, put together as text so that digits and order are as a client would send them. */
function valueText(field: XmlField, depth: number): fc.Arbitrary<string> {
  switch (field.kind) {
    case 'boolean':
      return fc.boolean().map(String)
    case 'integer':
      return fc.integer().map(String)
    case 'decimal':
      return numberText
    case 'xhtml':
      return div.map((made) => JSON.stringify(made))
    case 'string':
      return text.map((made) => JSON.stringify(made))
    case 'resource':
      return resourceText(depth - 1)
    case 'complex':
      return objectText(field.path, depth - 1)
  }
}

function extra(depth: number): fc.Arbitrary<string> {
  return depth > 1 ? objectText('Element', depth - 2) : text.map((made) => `{"id":${JSON.stringify(made)}}`)
}

/** The members of one element: of a primitive with those of its id and extensions, either of which may be absent. */
function membersOf(field: XmlField, depth: number): fc.Arbitrary<readonly string[]> {
  const { name, list, kind } = field
  const value = valueText(field, depth)
  if (kind === 'complex' || kind === 'resource' || kind === 'xhtml' || field.attribute) {
    if (!list) return value.map((made) => [`"${name}":${made}`])
    return fc.array(value, { minLength: 1, maxLength: 3 }).map((made) => [`"${name}":[${made.join(',')}]`])
  }
  const item = fc.oneof(
    { weight: 4, arbitrary: value.map((made) => [made, 'null'] as const) },
    fc.tuple(value, extra(depth)),
    extra(depth).map((made) => ['null', made] as const),
  )
  const member = (prefix: string, made: readonly string[]) =>
    made.every((each) => each === 'null')
      ? []
      : [`"${prefix}${name}":${list ? `[${made.join(',')}]` : made[0]}`]
  return fc.array(item, { minLength: 1, maxLength: list ? 3 : 1 }).map((items) => {
    const values = member(
      '',
      items.map(([made]) => made),
    )
    const extras = member(
      '_',
      items.map(([, made]) => made),
    )
    // Of the two, what the first item has comes first.
    return items[0]?.[0] === 'null' ? [...extras, ...values] : [...values, ...extras]
  })
}

function objectText(path: string, depth: number, type?: string): fc.Arbitrary<string> {
  const fields = [...(xmlFields(r4, path)?.values() ?? [])]
  const leaves = fields.filter(({ kind }) => kind !== 'complex' && kind !== 'resource')
  const usable = depth > 0 ? fields : leaves.length > 0 ? leaves : fields
  return fc
    .subarray(usable, { minLength: 1, maxLength: Math.min(usable.length, 4) })
    .chain((chosen) => {
      const seen = new Set<number>()
      const one = chosen
        .sort((a, b) => Number(b.attribute) - Number(a.attribute) || a.order - b.order)
        .filter(({ order }) => !seen.has(order) && seen.add(order))
      return fc.tuple(...one.map((field) => membersOf(field, depth)))
    })
    .map((members) => {
      const head = type === undefined ? [] : [`"resourceType":"${type}"`]
      return `{${[...head, ...members.flat()].join(',')}}`
    })
}

function resourceText(depth: number): fc.Arbitrary<string> {
  return fc.constantFrom(...r4.resourceTypes).chain((type) => objectText(type, depth, type))
}

test('any resource that the definitions allow comes back from XML as the same text', () => {
  fc.assert(
    fc.property(resourceText(4), fc.boolean(), (json, pretty) => {
      const expected = stringifyJson(parseJson(json).value)
      assert.is(stringifyJson(readXml(writeXml(json, r4, { pretty }), r4)), expected)
    }),
    { numRuns: 1000 },
  )
})

test('every element of every type can be written and read', () => {
  for (const type of r4.resourceTypes) {
    for (const field of xmlFields(r4, type)?.values() ?? []) {
      const [members] = fc.sample(membersOf(field, 2), { numRuns: 1, seed: 7 })
      const json = `{"resourceType":"${type}",${members?.join(',')}}`
      assert.is(stringifyJson(readXml(writeXml(json, r4), r4)), stringifyJson(parseJson(json).value))
    }
  }
})

test.run()
