// The definitions package departs from HL7's R4 in places (scripts/definitions/corrections.json). This compares the
// generated schema with the R4 types of DefinitelyTyped, which come from the specification by another way.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadStructure, loadValidators } from '../../src/validation/generated.js'

const test = suite('generated structures')

interface Property {
  readonly optional: boolean
  readonly type: string
}

/** Interfaces of the declaration file with what they inherit: `PatientContact` for `Patient.contact`. */
function readInterfaces(): (name: string) => ReadonlyMap<string, Property> {
  const require = createRequire(import.meta.url)
  const file = require.resolve('@types/fhir/package.json').replace('package.json', 'r4.d.ts')
  const text = readFileSync(file, 'utf8').replaceAll('\r', '')
  const own = new Map<string, { base: string | undefined; properties: [string, Property][] }>()
  for (const [, name = '', base, body = ''] of text.matchAll(
    /interface (\w+)(?:<[^{]*>)?(?: extends (\w+))? \{([\s\S]*?)\n\}/g,
  )) {
    const lines = [...body.matchAll(/^\s+(?:readonly )?(\w+)(\??): ?([^;]*)/gm)]
    own.set(name, {
      base,
      properties: lines.map(([, key = '', mark, type = '']) => [key, { optional: mark === '?', type }]),
    })
  }
  const all = (name: string): [string, Property][] => {
    const found = own.get(name)
    return found ? [...(found.base ? all(found.base) : []), ...found.properties] : []
  }
  return (name) => new Map(all(name))
}

const propertiesOf = readInterfaces()

/** The types of the specification but for its profile, each with its name among the interfaces. */
const types = Object.entries(loadStructure())
  .filter(([name, schema]) => schema.elements && name !== 'SimpleQuantity')
  .map(([name, schema]) => ({ name, schema, properties: propertiesOf(interfaceName(name)) }))

function interfaceName(path: string): string {
  return path
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}

test('cover every resource type of R4', () => {
  assert.is(loadStructure().Resource?.resource?.length, 146)
  for (const { name, properties } of types) assert.ok(properties.size > 0, name)
})

test('have the elements of R4 and no others', () => {
  for (const { name, schema, properties } of types) {
    // DefinitelyTyped lets elements within data types have modifier extensions; they are Elements, which have none.
    const expected = [...properties.keys()].filter(
      (key) =>
        !key.startsWith('_') &&
        !(key === 'modifierExtension' && schema.elements?.modifierExtension === undefined),
    )
    const actual = Object.keys(schema.elements ?? {})
    const isResource = loadStructure().Resource?.resource?.includes(name)
    assert.equal([...actual, ...(isResource ? ['resourceType'] : [])].sort(), expected.sort(), name)
  }
})

test('repeat and require what R4 does', () => {
  for (const { name, schema, properties } of types) {
    for (const [element, value] of Object.entries(schema.elements ?? {})) {
      const { type = '', optional = true } = properties.get(element) ?? {}
      assert.is(value.list !== undefined, /\[\]|Array</.test(type), `${name}.${element}`)
      // A primitive is optional there if an extension may take its place.
      if (!optional) assert.ok(schema.mandatory?.includes(element), `${name}.${element}`)
      if (optional && schema.mandatory?.includes(element))
        assert.ok(properties.has(`_${element}`), `${name}.${element}`)
    }
  }
})

test('enumerate the codes that R4 requires', () => {
  const { valueSets } = loadValidators()
  let count = 0
  for (const { name, schema, properties } of types) {
    for (const [element, value] of Object.entries(schema.elements ?? {})) {
      const expected = [...(properties.get(element)?.type ?? '').matchAll(/'([^']*)'/g)].map(
        ([, code]) => code,
      )
      const codes = valueSets[(value.list ?? value).codes ?? '']
      if (expected.length === 0 && codes === undefined) continue
      assert.equal([...new Set(codes)].sort(), [...new Set(expected)].sort(), `${name}.${element}`)
      count++
    }
  }
  assert.ok(count > 300, `${count} elements`)
})

test.run()
