import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseJson } from '../../src/fhir/json.js'
import type { FhirNode, FhirPathEnvironment } from '../../src/fhirpath/contract.js'
import { compileExpression, compileInvariant } from '../../src/fhirpath/expression.js'

const test = suite('FHIRPath')

const patient = {
  resourceType: 'Patient',
  id: 'p',
  active: true,
  name: [
    { family: 'Kapoor', given: ['Ira', 'Mo'] },
    { use: 'old', family: 'Sen' },
  ],
  birthDate: '1980-02',
  _birthDate: { extension: [{ url: 'http://example.org/x', valueCode: 'a' }] },
  deceasedDateTime: '2020-01-02T10:00:00Z',
  contact: [{ gender: 'male' }],
  contained: [{ resourceType: 'Organization', id: 'o', name: 'Org' }],
  managingOrganization: { reference: '#o' },
}

const organization: FhirNode = { value: patient.contained[0], type: 'Organization' }

function nodeOf(resource: unknown): FhirNode {
  return { value: resource, type: (resource as { resourceType: string }).resourceType }
}

const environment: FhirPathEnvironment = {
  resource: nodeOf(patient),
  resolve: (reference) => (reference === '#o' ? organization : undefined),
  memberOf: (valueSet) => (valueSet === 'http://example.org/known' ? true : undefined),
  variables: { limit: 3, here: organization },
}

function values(expression: string, node = nodeOf(patient)): unknown[] {
  return compileExpression(expression, { fallback: false })(node, environment).map(({ value }) => value)
}

const results: readonly (readonly [expression: string, ...values: unknown[]])[] = [
  ['Patient.name.given', 'Ira', 'Mo'],
  ['Resource.id', 'p'],
  ['name[1].family', 'Sen'],
  ["name.where(use = 'old').family", 'Sen'],
  ['name.given.exists($this.length() > 2)', true],
  ['name.all(family.exists())', true],
  ['name.select(given.count())', 2, 0],
  ['name.given | name.family', 'Ira', 'Mo', 'Kapoor', 'Sen'],
  ['deceased is dateTime', true],
  ['deceased.ofType(boolean)'],
  ["birthDate.extension('http://example.org/x').value", 'a'],
  ['birthDate.hasValue()', true],
  ['name.hasValue()', false],
  ['birthDate < @1981', true],
  ['birthDate = @1980'],
  ['birthDate > @1979-12-31', true],
  ['managingOrganization.resolve().name', 'Org'],
  ['managingOrganization.resolve() is Organization', true],
  ['contained.ofType(Organization).name', 'Org'],
  ['%resource.id', 'p'],
  ['%limit + 1', 4],
  ['%here.name', 'Org'],
  ["gender.memberOf('http://example.org/known')"],
  ["contact.gender.memberOf('http://example.org/known')", true],
  ['name.given.aggregate($total + $this.length(), 0)', 5],
  ["iif(active, 'yes', 'no')", 'yes'],
  ['{} and false', false],
  ['{} and true'],
  ['{} or true', true],
  ['{} implies true', true],
  ['true xor {}'],
  ["'a' in ('a' | 'b')", true],
  ["'abc'.substring(1, 1) & {}", 'b'],
  ["'a-b'.replace('-', '+')", 'a+b'],
  ["'12'.toInteger() + 1", 13],
  ['0.1 + 0.2 = 0.3', true],
  ["1 'kg' = 1000 'g'", true],
  ["1 'kg' > 1 'm'"],
  ['1 year = 12 months', true],
  ['@2024-01-31 + 1 month', '2024-02-29'],
  ['@2024-01-01T10:00:00+02:00 + 1 day', '2024-01-02T10:00:00+02:00'],
  ["name.given.trace('x').first()", 'Ira'],
  ['repeat(contained).name', 'Org'],
  ['name.family.isDistinct()', true],
  ['name.given.subsetOf(name.given | name.family)', true],
  ['name.tail().family', 'Sen'],
  ['descendants().where($this is Reference).reference', '#o'],
  ['`name`.family.first()', 'Kapoor'],
  ['%ucum', 'http://unitsofmeasure.org'],
  ['%`vs-administrative-gender`', 'http://hl7.org/fhir/ValueSet/administrative-gender'],
]

for (const [expression, ...expected] of results) {
  test(`evaluates ${expression}`, () => assert.equal(values(expression), expected))
}

test('keeps the digits of a decimal', () => {
  const observation = parseJson(
    '{"resourceType":"Observation","valueQuantity":{"value":2.50},"component":[{"valueQuantity":{"value":0.12345678901234567890}},{"valueQuantity":{"value":0.12345678901234567891}}]}',
  )
  const node = nodeOf(observation.value)
  assert.equal(values('value.value.toString()', node), ['2.50'])
  assert.equal(values('value.value = 2.5', node), [true])
  assert.equal(values('component[0].value.value = component[1].value.value', node), [false])
})

test('leaves what it does not know to the package fhirpath', () => {
  assert.throws(() => compileExpression('1.5.round(0)', { fallback: false }))
  const [rounded] = compileExpression('1.5.round(0)')(nodeOf(patient), environment)
  assert.is(rounded?.value, 2)
  const [family] = compileExpression("name.family.where(encode('hex').exists())")(
    nodeOf(patient),
    environment,
  )
  assert.equal(family, { value: 'Kapoor', type: 'string' })
})

test('does not change the resource that it hands to the package fhirpath', () => {
  const before = JSON.stringify(patient)
  const names = Reflect.ownKeys(patient)
  compileExpression("name.given.first().encode('hex')")(nodeOf(patient), environment)
  assert.is(JSON.stringify(patient), before)
  assert.equal(Reflect.ownKeys(patient), names)
})

test('refuses what is no FHIRPath', () => {
  assert.throws(() => compileExpression('name.('))
  assert.throws(() => compileExpression('1 +'))
})

const invariants: readonly (readonly [expression: string, holds: boolean])[] = [
  ['active', true],
  ['active.not()', false],
  ['photo.exists()', false],
  ["photo.url.startsWith('x')", true],
  ["name.family = 'Kapoor' or name.single().exists()", true],
  ['name.('.concat('x'), true],
  ['%unknown.exists()', true],
  ["gender.exists() or contact.gender.memberOf('http://example.org/unknown')", true],
  ["contact.gender.memberOf('http://example.org/unknown').not()", true],
  ["contact.gender.memberOf('http://example.org/known').not()", false],
  ["conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", true],
  ["conformsTo('http://hl7.org/fhir/StructureDefinition/Person')", false],
  ["conformsTo('http://example.org/unknown').not()", true],
]

for (const [expression, holds] of invariants) {
  test(`an invariant ${holds ? 'holds' : 'does not hold'}: ${expression}`, () => {
    assert.is(compileInvariant(expression)(nodeOf(patient), environment), holds)
  })
}

test('an invariant asks htmlChecks() of its surroundings', () => {
  const div: FhirNode = { value: '<div>x</div>', type: 'xhtml' }
  const holds = compileInvariant('htmlChecks()')
  assert.is(holds(div, environment), true)
  assert.is(holds(div, { ...environment, htmlChecks: (xhtml) => xhtml === 'other' }), false)
})

test("names of JavaScript's own mean nothing", () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.equal(values(`\`${name}\``), [])
    assert.is(
      compileInvariant(`%${name === '__proto__' ? 'proto' : name}.exists()`)(nodeOf(patient), environment),
      true,
    )
    assert.is(compileInvariant(`$this is ${name}`)(nodeOf(patient), environment), true)
  }
})

test('an expression that multiplies its steps ends, and its invariant counts as kept', () => {
  const given = Array.from({ length: 60 }, (_, index) => `n${index}`)
  const node: FhirNode = {
    value: { resourceType: 'Patient', name: Array.from({ length: 20 }, () => ({ given })) },
    type: 'Patient',
  }
  const nested = (depth: number): string =>
    depth === 0 ? '1' : `%resource.descendants().select(${nested(depth - 1)})`
  const environment: FhirPathEnvironment = { resource: node }
  assert.is(compileExpression(`${nested(1)}.count() = 1220`)(node, environment)[0]?.value, true)
  const began = performance.now()
  assert.throws(() => compileExpression(nested(4))(node, environment), /more steps than they may/)
  assert.is(compileInvariant(`${nested(4)}.empty()`)(node, environment), true)
  // What only the package `fhirpath` can do is weighed before it begins.
  const other = `${nested(3).replace('1)', 'type())')}`
  assert.throws(() => compileExpression(other)(node, environment), /more steps than they may/)
  assert.is(compileExpression('name.first().type().name')(node, environment)[0]?.value, 'HumanName')
  assert.ok(performance.now() - began < 20_000)
})

test.run()
