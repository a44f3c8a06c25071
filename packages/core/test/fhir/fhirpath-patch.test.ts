import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { applyFhirPathPatch } from '../../src/fhir/fhirpath-patch.js'
import { parseJson, stringifyJson } from '../../src/fhir/json.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { jsonText, numberText } from './arbitrary-json.js'
import { readData } from './data.js'
import { childOf, parseXml, resourceFromXml } from './fhir-xml.js'

const test = suite('fhirpath patch')

type Part = { name: string; [value: string]: unknown }

/** A patch of operations given as `{ type, path, name, value: { valueX } | { part } ... }`. */
function patchOf(...operations: Record<string, unknown>[]): unknown {
  return {
    resourceType: 'Parameters',
    parameter: operations.map((operation) => ({
      name: 'operation',
      part: Object.entries(operation).map(([name, value]): Part => {
        if (typeof value === 'number') return { name, valueInteger: value }
        if (typeof value === 'string') return { name, [name === 'type' ? 'valueCode' : 'valueString']: value }
        return { name, ...(value as object) }
      }),
    })),
  }
}

async function patched(resource: object, ...operations: Record<string, unknown>[]): Promise<unknown> {
  return applyFhirPathPatch(resource as AnyResource, patchOf(...operations))
}

async function errorOf(resource: object, ...operations: Record<string, unknown>[]): Promise<FhirError> {
  return failureOf(resource, patchOf(...operations))
}

async function failureOf(resource: object, patch: unknown): Promise<FhirError> {
  const error: unknown = await applyFhirPathPatch(resource as AnyResource, patch).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!FhirError.is(error)) throw error ?? new Error('The patch was applied.')
  return error
}

const official = readData('fhir-test-cases/patch/fhir-patch-tests.xml')
const cases = official ? parseXml(official).children.filter(({ name }) => name === 'case') : []
for (const testCase of cases) {
  const resource = (name: string) => {
    const [inside] = childOf(testCase, name)?.children ?? []
    return inside && resourceFromXml(inside)
  }
  test(`official case: ${testCase.attributes.name}`, async () => {
    const input = resource('input') as AnyResource
    const expected = resource('output')
    if (expected) assert.equal(await applyFhirPathPatch(input, resource('diff')), expected)
    else assert.is((await failureOf(input, resource('diff'))).code, 'patch-failed')
  })
}
test('the official cases were all read', () => {
  if (official) assert.is(cases.length, (official.match(/<case /g) ?? []).length)
})

const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [
    { family: 'A', given: ['a', 'b', 'c'], _given: [null, { id: 'x' }, null] },
    { family: 'B', use: 'old' },
  ],
  birthDate: '1970-01-01',
  contact: [{ gender: 'male' }],
}

test('the value of a choice goes to the property of its type', async () => {
  const observation = { resourceType: 'Observation', status: 'final' }
  const value = { valueQuantity: { value: 1 } }
  assert.equal(await patched(observation, { type: 'add', path: 'Observation', name: 'value', value }), {
    ...observation,
    valueQuantity: { value: 1 },
  })
  assert.equal(
    await patched(observation, { type: 'add', path: 'Observation', name: 'valueQuantity', value }),
    { ...observation, valueQuantity: { value: 1 } },
  )
  assert.equal(await patched(observation, { type: 'add', path: 'Observation', name: 'value[x]', value }), {
    ...observation,
    valueQuantity: { value: 1 },
  })
})

test('replacing a choice by another type keeps its place among the elements', async () => {
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    valueQuantity: { value: 1 },
    _valueQuantity: { id: 'x' },
    note: [],
  }
  const result = await patched(observation, {
    type: 'replace',
    path: 'Observation.value',
    value: { valueString: 'x' },
  })
  assert.is(
    JSON.stringify(result),
    '{"resourceType":"Observation","status":"final","valueString":"x","note":[]}',
  )
})

test('a choice cannot have two values, nor one of a type that it does not take', async () => {
  const observation = { resourceType: 'Observation', valueQuantity: { value: 1 } }
  for (const name of ['value', 'valueString']) {
    const error = await errorOf(observation, {
      type: 'add',
      path: 'Observation',
      name,
      value: { valueString: 'x' },
    })
    assert.is(error.code, 'patch-failed')
    assert.match(error.message, /"valueQuantity" is there already/)
  }
  const wrong = await errorOf(patient, {
    type: 'add',
    path: 'Patient',
    name: 'deceased',
    value: { valueString: 'x' },
  })
  assert.match(wrong.message, /Patient\.deceased is one of Boolean, DateTime, not String/)
})

test('ids and extensions of primitives in lists stay with their values', async () => {
  const given = async (...operations: Record<string, unknown>[]) => {
    const { name } = (await patched(patient, ...operations)) as typeof patient
    const { given, _given } = name[0] as { given?: unknown; _given?: unknown }
    return [given, _given]
  }
  assert.equal(await given({ type: 'delete', path: 'Patient.name[0].given[0]' }), [
    ['b', 'c'],
    [{ id: 'x' }, null],
  ])
  assert.equal(await given({ type: 'delete', path: "Patient.name[0].given.where($this = 'b')" }), [
    ['a', 'c'],
    undefined,
  ])
  assert.equal(
    await given({ type: 'insert', path: 'Patient.name[0].given', index: 1, value: { valueString: 'n' } }),
    [
      ['a', 'n', 'b', 'c'],
      [null, null, { id: 'x' }, null],
    ],
  )
  assert.equal(await given({ type: 'move', path: 'Patient.name[0].given', source: 1, destination: 2 }), [
    ['a', 'c', 'b'],
    [null, null, { id: 'x' }],
  ])
  assert.equal(
    await given({ type: 'replace', path: 'Patient.name[0].given[1]', value: { valueString: 'n' } }),
    [['a', 'n', 'c'], undefined],
  )
  assert.equal(
    await given({
      type: 'add',
      path: 'Patient.name[0]',
      name: 'given',
      value: { valueString: 'n', _valueString: { id: 'y' } },
    }),
    [
      ['a', 'b', 'c', 'n'],
      [null, { id: 'x' }, null, { id: 'y' }],
    ],
  )
  const all = ['0', '0', '0'].map((index) => ({ type: 'delete', path: `Patient.name[0].given[${index}]` }))
  assert.equal(await given(...all), [undefined, undefined])
})

test('extensions can be added to primitives', async () => {
  const parts = {
    part: [
      { name: 'url', valueUri: 'http://x' },
      { name: 'value', valueDecimal: 1 },
    ],
  }
  const extension = [{ url: 'http://x', valueDecimal: 1 }]
  const add = (path: string) => patched(patient, { type: 'add', path, name: 'extension', value: parts })
  assert.equal(await add('Patient.birthDate'), { ...patient, _birthDate: { extension } })
  const { name } = (await add('Patient.name[0].given[2]')) as typeof patient
  assert.equal(name[0], { ...patient.name[0], _given: [null, { id: 'x' }, { extension }] })
  const twice = await patched(
    patient,
    ...[1, 2].map(() => ({ type: 'add', path: 'Patient.birthDate', name: 'extension', value: parts })),
  )
  assert.equal(twice, { ...patient, _birthDate: { extension: [...extension, ...extension] } })
  const back = await applyFhirPathPatch(
    twice as AnyResource,
    patchOf({ type: 'delete', path: 'Patient.birthDate.extension[1]' }),
  )
  assert.equal(back, { ...patient, _birthDate: { extension } })
})

test('anonymous types are built from parts, lists and choices in them too', async () => {
  const value = {
    part: [
      { name: 'linkId', valueString: '1' },
      { name: 'type', valueCode: 'group' },
      {
        name: 'item',
        part: [
          { name: 'linkId', valueString: '1.1' },
          { name: 'initial', part: [{ name: 'value', valueInteger: 7 }] },
        ],
      },
      { name: 'item', part: [{ name: 'linkId', valueString: '1.2' }] },
    ],
  }
  const questionnaire = { resourceType: 'Questionnaire', status: 'draft' }
  const item = [
    {
      linkId: '1',
      type: 'group',
      item: [{ linkId: '1.1', initial: [{ valueInteger: 7 }] }, { linkId: '1.2' }],
    },
  ]
  const result = await patched(questionnaire, { type: 'add', path: 'Questionnaire', name: 'item', value })
  assert.equal(result, { ...questionnaire, item })
  const deep = await patched(result as object, {
    type: 'add',
    path: 'Questionnaire.item.item[1]',
    name: 'item',
    value: { part: [{ name: 'linkId', valueString: 'x' }] },
  })
  assert.equal((deep as { item: { item: { item: unknown }[] }[] }).item[0]?.item[1]?.item, [{ linkId: 'x' }])
})

test('contained resources can be added and reached', async () => {
  const added = await patched(
    patient,
    {
      type: 'add',
      path: 'Patient',
      name: 'contained',
      value: { resource: { resourceType: 'Organization', id: 'o' } },
    },
    { type: 'add', path: "Patient.contained.where(id = 'o')", name: 'name', value: { valueString: 'O' } },
  )
  assert.equal(added, { ...patient, contained: [{ resourceType: 'Organization', id: 'o', name: 'O' }] })
})

test('paths may begin at the resource or inside it, and a list may be empty before an insert', async () => {
  const telecom = { valueContactPoint: { value: '1' } }
  const expected = { ...patient, contact: [{ gender: 'male', telecom: [{ value: '1' }] }] }
  for (const path of ['Patient.contact.telecom', 'contact.telecom', 'Patient.contact.first().telecom']) {
    assert.equal(await patched(patient, { type: 'insert', path, index: 0, value: telecom }), expected)
  }
  assert.equal(
    await patched(patient, {
      type: 'insert',
      path: 'identifier',
      index: 0,
      value: { valueIdentifier: { value: '1' } },
    }),
    { ...patient, identifier: [{ value: '1' }] },
  )
})

test('deleting what is not there changes nothing', async () => {
  assert.equal(await patched(patient, { type: 'delete', path: 'Patient.photo' }), patient)
})

test('what a delete leaves empty goes too', async () => {
  const { contact: _contact, ...others } = patient
  assert.equal(await patched(patient, { type: 'delete', path: 'Patient.contact.gender' }), others)
  const extended = { ...patient, _birthDate: { id: 'x' } }
  assert.equal(await patched(extended, { type: 'delete', path: 'Patient.birthDate.id' }), patient)
  const { name } = (await patched(patient, {
    type: 'delete',
    path: 'Patient.name[0].given[1].id',
  })) as typeof patient
  assert.equal(name[0], { family: 'A', given: ['a', 'b', 'c'] })
  const onlyExtra = { resourceType: 'Patient', id: 'p', _birthDate: { id: 'x' } }
  assert.equal(await patched(onlyExtra, { type: 'delete', path: 'Patient.birthDate.id' }), {
    resourceType: 'Patient',
    id: 'p',
  })
  assert.equal(
    await patched(onlyExtra, { type: 'replace', path: 'Patient.birthDate', value: { valueDate: '2000' } }),
    { resourceType: 'Patient', id: 'p', birthDate: '2000' },
  )
})

test('the div of a narrative is an element, and elsewhere an operator or text', async () => {
  const resource = {
    resourceType: 'Patient',
    text: { status: 'additional', div: '<div/>' },
    name: [{ text: 'a.div' }],
  }
  const replaced = await patched(resource, {
    type: 'replace',
    path: "Patient.where(name.text = 'a.div').text.div",
    value: { valueString: '<div>x</div>' },
  })
  assert.equal(replaced, { ...resource, text: { ...resource.text, div: '<div>x</div>' } })
})

test('the resource that is patched stays as it was', async () => {
  const before = JSON.stringify(patient)
  await patched(patient, { type: 'delete', path: 'Patient.name[0]' })
  await errorOf(
    patient,
    { type: 'delete', path: 'Patient.name[0]' },
    { type: 'delete', path: 'Patient.name.given.x(' },
  )
  assert.is(JSON.stringify(patient), before)
  assert.equal(Reflect.ownKeys(patient.name[0] as object), ['family', 'given', '_given'])
})

test('an operation that cannot be done says which, where and why', async () => {
  const string = { valueString: 'x' }
  const failures: [operation: Record<string, unknown>, message: RegExp][] = [
    [
      { type: 'replace', path: 'Patient.gender', value: { valueCode: 'male' } },
      /Operation 0 .*replace at "Patient.gender", failed: the path has to select one element, and it selects none/,
    ],
    [{ type: 'delete', path: 'Patient.name' }, /selects 2/],
    [{ type: 'add', path: 'Patient.name', name: 'text', value: string }, /selects 2/],
    [
      { type: 'add', path: 'Patient', name: 'birthDate', value: { valueDate: '2000' } },
      /"birthDate" is there already/,
    ],
    [{ type: 'add', path: 'Patient', name: 'hair', value: string }, /Patient has no element "hair"/],
    [{ type: 'add', path: 'Patient', name: '__proto__', value: string }, /has no element/],
    [{ type: 'add', path: 'Patient', name: 'constructor', value: string }, /has no element/],
    [
      { type: 'add', path: 'Patient', name: 'name', value: string },
      /Patient.name is a HumanName, not String/,
    ],
    [
      { type: 'add', path: 'Patient', name: 'active', value: string },
      /Patient.active is a boolean, not String/,
    ],
    [
      { type: 'add', path: 'Patient', name: 'contact', value: { valuePeriod: {} } },
      /is a BackboneElement, not Period/,
    ],
    [
      { type: 'add', path: 'Patient.birthDate', name: 'value', value: string },
      /Element has no element "value"/,
    ],
    [
      { type: 'insert', path: 'Patient.name', index: 3, value: { valueHumanName: {} } },
      /index 3 is beyond the end of the list, 2/,
    ],
    [
      { type: 'insert', path: 'Patient.birthDate', index: 0, value: { valueDate: '2000' } },
      /Patient.birthDate is no list/,
    ],
    [{ type: 'insert', path: 'Patient.photo.hash', index: 0, value: string }, /selects none/],
    [{ type: 'move', path: 'Patient.name', source: 2, destination: 0 }, /source 2 is not in the list of 2/],
    [{ type: 'move', path: 'Patient.name', source: 0, destination: 2 }, /destination 2 is not in the list/],
    [{ type: 'delete', path: 'Patient' }, /cannot delete the whole resource/],
    [{ type: 'replace', path: 'Patient.id', value: { valueId: 'q' } }, /resource's id/],
    [{ type: 'delete', path: 'Patient.id' }, /resource's id/],
  ]
  for (const [operation, message] of failures) {
    const error = await errorOf(patient, operation)
    assert.is(error.code, 'patch-failed', error.message)
    assert.match(error.message, message)
  }
})

test('a malformed patch document is refused with the index of its operation', async () => {
  const invalid: [operation: Record<string, unknown>, message: RegExp][] = [
    [{ type: 'merge', path: 'Patient' }, /Operation 1 .*needs a type/],
    [{ path: 'Patient' }, /"type" with a valueCode/],
    [{ type: 'delete' }, /"path" with a valueString/],
    [{ type: 'add', path: 'Patient', value: { valueString: 'x' } }, /"name"/],
    [{ type: 'add', path: 'Patient', name: 'active' }, /"value"/],
    [{ type: 'add', path: 'Patient', name: 'contact', value: { part: [{ name: 'gender' }] } }, /"value"/],
    [{ type: 'insert', path: 'Patient.name', value: { valueHumanName: {} } }, /"index"/],
    [{ type: 'insert', path: 'Patient.name', index: -1, value: { valueHumanName: {} } }, /"index"/],
    [{ type: 'move', path: 'Patient.name', source: 0 }, /"destination"/],
    [{ type: 'delete', path: 'Patient', extra: 1 }, /unknown part "extra"/],
    [{ type: 'delete', path: 'Patient.name[' }, /the path is no FHIRPath: see column 13/],
    [{ type: 'delete', path: 'a..b' }, /the path/],
    [{ type: 'delete', path: 'x'.repeat(501) }, /more than 500 characters/],
    [{ type: 'delete', path: 'Patient.name.count()' }, /computes a value/],
    [{ type: 'move', path: 'Patient.name.first()', source: 0, destination: 0 }, /end in the name of a list/],
  ]
  for (const [operation, message] of invalid) {
    const error = await errorOf(patient, { type: 'delete', path: 'photo' }, operation)
    assert.is(error.code, 'invalid-patch', error.message)
    assert.match(error.message, message)
  }
  for (const patch of [
    null,
    [],
    { resourceType: 'Patient' },
    { resourceType: 'Parameters', parameter: {} },
    { resourceType: 'Parameters', parameter: [null] },
    { resourceType: 'Parameters', parameter: [{ name: 'x' }] },
  ]) {
    assert.is((await failureOf(patient, patch)).code, 'invalid-patch')
  }
})

test('a path cannot leave the resource, call the network or take its time', async () => {
  for (const path of [
    'Patient.managingOrganization.resolve()',
    'Patient.descendants().descendants()',
    "Patient.name.where(family.matches('(a+)+$'))",
    'Patient.name.where(%resource.name.exists())',
    'Patient.name.repeat(given)',
    "Patient.name.trace('x')",
    "Patient.gender.memberOf('http://x')",
    'iif(true, Patient.name, {})',
  ]) {
    const error = await errorOf(patient, { type: 'delete', path })
    assert.is(error.code, 'invalid-patch', path)
    assert.match(error.message, /may not|which a patch has not/)
  }
})

test('patches whose paths would take long are refused', async () => {
  const operations = Array.from({ length: 100 }, () => ({ type: 'delete', path: `name${'[0]'.repeat(160)}` }))
  assert.is((await errorOf(patient, ...operations)).code, 'too-costly')
  const deep = await errorOf(patient, { type: 'delete', path: `${'-'.repeat(499)}1` })
  assert.is(deep.code, 'invalid-patch')
})

test('digits stay as written, in what the patch leaves alone and in what it brings, moves and deletes', async () => {
  const text =
    '{"resourceType":"Observation","id":"o","valueQuantity":{"value":2.00},"component":[{"valueQuantity":{"value":1.0}},{"valueQuantity":{"value":1e3}}]}'
  const apply = async (...operations: string[]) => {
    const parts = operations.map((parts) => `{"name":"operation","part":[${parts}]}`)
    const parameters = parseJson(`{"resourceType":"Parameters","parameter":[${parts.join(',')}]}`).value
    return stringifyJson(await applyFhirPathPatch(parseJson(text).value as AnyResource, parameters))
  }
  const part = (name: string, key: string, value: string) => `{"name":"${name}","${key}":${value}}`
  const replaced = await apply(
    [
      part('type', 'valueCode', '"replace"'),
      part('path', 'valueString', '"Observation.value.value"'),
      part('value', 'valueDecimal', '2.500'),
    ].join(),
  )
  assert.is(replaced, text.replace('2.00', '2.500'))
  const moved = await apply(
    [
      part('type', 'valueCode', '"move"'),
      part('path', 'valueString', '"Observation.component"'),
      part('source', 'valueInteger', '0'),
      part('destination', 'valueInteger', '1'),
    ].join(),
  )
  assert.is(moved, text.replace('1.0', '?').replace('1e3', '1.0').replace('?', '1e3'))
  const built = await apply(
    [
      part('type', 'valueCode', '"add"'),
      part('path', 'valueString', '"Observation"'),
      part('name', 'valueString', '"referenceRange"'),
      `{"name":"value","part":[{"name":"low","valueQuantity":{"value":7.0}},{"name":"high","part":[{"name":"value","valueDecimal":8.00}]}]}`,
    ].join(),
  )
  assert.is(built, `${text.slice(0, -1)},"referenceRange":[{"low":{"value":7.0},"high":{"value":8.00}}]}`)
})

test('adding and deleting gives back the text, digits included', async () => {
  const element = jsonText.map((text) => `"valueQuantity":{"x":${text}}`)
  await fc.assert(
    fc.asyncProperty(element, numberText, async (value, number) => {
      const text = `{"resourceType":"Observation","id":"o",${value},"component":[{${value}}]}`
      const patch = parseJson(`{"resourceType":"Parameters","parameter":[
        {"name":"operation","part":[{"name":"type","valueCode":"insert"},{"name":"path","valueString":"component"},{"name":"index","valueInteger":0},
          {"name":"value","part":[{"name":"value","valueQuantity":{"value":${number}}}]}]},
        {"name":"operation","part":[{"name":"type","valueCode":"move"},{"name":"path","valueString":"component"},{"name":"source","valueInteger":0},{"name":"destination","valueInteger":1}]},
        {"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"component[1]"}]}]}`)
      const result = await applyFhirPathPatch(parseJson(text).value as AnyResource, patch.value)
      assert.is(stringifyJson(result), text)
    }),
    { numRuns: 100 },
  )
})

test.run()
