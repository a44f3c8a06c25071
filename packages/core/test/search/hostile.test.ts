import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { compartmentsOf, patientsOf } from '../../src/search/compartments.js'
import { extractSearchValues } from '../../src/search/extract.js'
import type { SearchValue } from '../../src/search/values.js'
import { observation, patient } from '../fixtures/resources.js'

const test = suite('extraction from content that nobody validated')

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = path.join(process.env.ANAMNESIS_DATA ?? path.join(root, '../shared/data'), 'r4-examples')
const examples: AnyResource[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as AnyResource)
  : [patient, observation]

/** Values of every kind are what `values.ts` says they are. */
function check(value: SearchValue, params: ReadonlySet<string>): void {
  assert.ok(params.has(value.param), value.param)
  const text = (field: unknown) =>
    assert.ok(field === undefined || (typeof field === 'string' && field !== ''))
  switch (value.type) {
    case 'token':
      for (const field of [value.system, value.code, value.text]) text(field)
      break
    case 'string':
    case 'uri':
      assert.type(value.value, 'string')
      break
    case 'reference':
      for (const field of [value.targetType, value.targetId, value.url, value.display]) text(field)
      break
    case 'date':
      assert.ok(value.low < value.high)
      break
    case 'number':
    case 'quantity':
      assert.ok(Number.isFinite(value.value))
      assert.ok(!Number.isNaN(value.low) && !Number.isNaN(value.high))
      break
    case 'composite':
      assert.ok(value.components.length > 1 && value.components.every((values) => values.length > 0))
      break
    case 'position':
      assert.ok(Number.isFinite(value.latitude) && Number.isFinite(value.longitude))
  }
}

function extract(resource: AnyResource): SearchValue[] {
  const values = extractSearchValues(resource, { baseUrl: 'http://example.org/fhir' })
  const params = new Set(r4.searchParameters(resource.resourceType).keys())
  const everywhere = ['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag', '_contained']
  for (const code of everywhere) params.add(code)
  for (const value of values) check(value, params)
  const texts = values.map((value) => JSON.stringify(value))
  assert.is(new Set(texts).size, texts.length, 'no value appears twice')
  compartmentsOf(resource, values)
  patientsOf(resource, values)
  return values
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    ' ',
    'link',
    '2024-13-01',
    '#',
    'Patient/',
    [],
    {},
    [[]],
    [null],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(JSON.parse('{"__proto__":{"system":"x"},"constructor":1,"toString":2,"length":-1}') as unknown),
)

/** Replaces the node that is `at` steps into a walk of the value. */
function mutate(value: unknown, at: { left: number }, replacement: unknown): unknown {
  if (at.left-- === 0) return replacement
  if (Array.isArray(value)) return value.map((each) => mutate(each, at, replacement))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mutate(each, at, replacement)]))
}

test('every example gives values of the right shape', () => {
  for (const example of examples) assert.ok(extract(example).length > 0)
})

test('a contained resource whose type is blank or no text gives no token', () => {
  const contained = ['', ' ', 1, null, {}, ['Patient']].map((resourceType) => ({ resourceType }))
  const values = extract({ resourceType: 'Medication', contained: [...contained, null] } as AnyResource)
  assert.equal(values, [])
})

test('an example with anything in the place of anything never crashes the extractor', () => {
  const spots = fc.array(fc.tuple(fc.nat(300), anything), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.constantFrom(...examples), spots, ({ resourceType, ...rest }, replacements) => {
      let mutated: unknown = rest
      for (const [left, replacement] of replacements)
        mutated = mutate(mutated, { left: left + 1 }, replacement)
      extract({ ...(mutated as object), resourceType })
    }),
    { numRuns: 3000 },
  )
})

test('a resource of any type with anything in each of its elements never crashes the extractor', () => {
  for (const resourceType of r4.resourceTypes) {
    const properties = [...(r4.elements(resourceType) ?? [])].flatMap(([name, { types }]) =>
      types.length === 1 ? [name] : types.map((type) => name + type.charAt(0).toUpperCase() + type.slice(1)),
    )
    const resources = fc.record(Object.fromEntries(properties.map((property) => [property, anything])))
    fc.assert(
      fc.property(resources, (resource) => {
        extract({ ...resource, resourceType } as AnyResource)
      }),
      { numRuns: 10 },
    )
  }
})

test('a huge array takes time in proportion', () => {
  const coding = Array.from({ length: 100_000 }, (_, at) => ({
    system: 'http://loinc.org',
    code: String(at),
  }))
  const start = performance.now()
  const values = extractSearchValues({ resourceType: 'Observation', code: { coding } })
  assert.is(values.length, 200_000)
  assert.ok(performance.now() - start < 5000)
})

test.run()
