import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { ValueSink } from '../../src/search/extract/sink.js'
import type { SearchValue } from '../../src/search/values.js'
import { compileParameter } from '../../src/search-parameters/compile.js'
import { readDefinition } from '../../src/search-parameters/definition.js'
import { nickname } from './support.js'

const test = suite('custom parameters, compiled')

async function valuesOf(change: object, resource: AnyResource): Promise<SearchValue[]> {
  const definition = readDefinition(
    { ...nickname, ...change },
    { definitions: r4, customByUrl: () => undefined },
  )
  if (Array.isArray(definition)) throw new Error(JSON.stringify(definition))
  const extract = await compileParameter(r4, definition)
  if (Array.isArray(extract)) throw new Error(JSON.stringify(extract))
  const sink = new ValueSink()
  extract(resource, sink)
  return sink.values
}

const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ use: 'official', family: 'Núñez', given: ['Ana', 'Eva'] }],
  birthDate: '1980-05-17',
  multipleBirthInteger: 2,
  extension: [
    {
      url: 'https://h.example/weight',
      valueQuantity: { value: 3.1, system: 'http://unitsofmeasure.org', code: 'kg' },
    },
  ],
  generalPractitioner: [{ reference: 'Practitioner/1' }],
}

const param = 'nickname'

test('the value of an extension, by the compiler of R4 parameters', async () => {
  const [value] = await valuesOf(
    { type: 'quantity', expression: "Patient.extension.where(url = 'https://h.example/weight').value" },
    patient,
  )
  assert.is(value?.type, 'quantity')
  assert.is((value as { value: number }).value, 3.1)
})

const engine: [string, object, SearchValue[]][] = [
  ['last()', { expression: 'Patient.name.given.last()' }, [{ param, type: 'string', value: 'Eva' }]],
  [
    'joined text',
    { expression: "Patient.name.select(family & ' ' & given.first())" },
    [{ param, type: 'string', value: 'Núñez Ana' }],
  ],
  [
    'a count',
    { type: 'number', expression: 'Patient.name.given.count()' },
    [{ param, type: 'number', value: 2, low: 2, high: 2 }],
  ],
  [
    'a sum',
    { type: 'number', expression: 'Patient.multipleBirth.ofType(integer).first() + 1000' },
    [{ param, type: 'number', value: 1002, low: 1002, high: 1002 }],
  ],
  [
    'a computed date',
    { type: 'token', expression: 'Patient.birthDate.toDate().toString()' },
    [{ param, type: 'token', code: '1980-05-17' }],
  ],
  [
    'a comparison',
    { type: 'token', expression: 'Patient.multipleBirth.ofType(integer) > 1' },
    [{ param, type: 'token', code: 'true' }],
  ],
  [
    'elements, which keep their type',
    { type: 'reference', expression: 'Patient.generalPractitioner.skip(0)' },
    [{ param, type: 'reference', targetType: 'Practitioner', targetId: '1' }],
  ],
  ['nothing on another type', { base: ['Patient', 'Person'], expression: 'Patient.name.given.last()' }, []],
]

for (const [what, change, expected] of engine) {
  test(`${what}, by the FHIRPath engine`, async () => {
    const resource = expected.length === 0 ? { ...patient, resourceType: 'Person' } : patient
    assert.equal(await valuesOf(change, resource), expected)
  })
}

test('a date that the engine selects is a range like any other', async () => {
  const [value] = await valuesOf({ type: 'date', expression: 'Patient.birthDate.skip(0)' }, patient)
  assert.equal(value, { param, type: 'date', low: Date.UTC(1980, 4, 17), high: Date.UTC(1980, 4, 18) })
})

test('a parameter of every resource reads each of them', async () => {
  const change = { base: ['Resource'], type: 'uri', expression: 'Resource.implicitRules' }
  for (const resourceType of ['Patient', 'Bundle', 'ValueSet']) {
    const values = await valuesOf(change, { resourceType, implicitRules: 'https://h.example/rules' })
    assert.equal(values, [{ param, type: 'uri', value: 'https://h.example/rules' }], resourceType)
  }
})

test('hostile content gives no values and throws nothing', async () => {
  for (const name of [null, 1, 'x', {}, [null, 1, 'x', [[]], { use: 'nickname', text: { a: 1 } }]]) {
    assert.equal(await valuesOf({}, { resourceType: 'Patient', name }), [])
    await valuesOf({ expression: 'Patient.name.given.last()' }, { resourceType: 'Patient', name })
  }
})

test('a composite takes its components from one element', async () => {
  const url = (id: string) => `http://hl7.org/fhir/SearchParameter/${id}`
  const values = await valuesOf(
    {
      type: 'composite',
      expression: 'Patient.name',
      component: [
        { definition: url('individual-given'), expression: 'given' },
        { definition: url('individual-family'), expression: 'family' },
      ],
    },
    { ...patient, name: [...patient.name, { given: ['Only'] }] },
  )
  assert.is(values.length, 1)
  assert.is(values[0]?.type, 'composite')
})

test.run()
