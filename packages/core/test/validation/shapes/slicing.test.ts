import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import type {
  Discriminator,
  ElementDefinition,
  Slicing,
} from '../../../src/validation/shapes/element-definition.js'
import { core, errorsOf, profile } from './support.js'

const test = suite('slicing')

const bySystem: Slicing = { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' }

function identifiers(slicing: Slicing) {
  return profile('Patient', [
    { id: 'Patient.identifier', path: 'Patient.identifier', slicing },
    ...slice('a', { min: 1, max: '1' }),
    ...slice('b', {}),
  ])
}

function slice(name: string, more: Partial<ElementDefinition>): ElementDefinition[] {
  const id = `Patient.identifier:${name}`
  return [
    { id, path: 'Patient.identifier', sliceName: name, ...more },
    { id: `${id}.system`, path: 'Patient.identifier.system', min: 1, fixedUri: `urn:${name}` },
    { id: `${id}.value`, path: 'Patient.identifier.value', min: 1 },
  ]
}

const patient = (...names: string[]): AnyResource => ({
  resourceType: 'Patient',
  identifier: names.map((name) => ({ system: `urn:${name}`, value: '1' })),
})

const starts = (errors: readonly string[]) => errors.map((text) => text.split(' (profile')[0])

test('counts the items of each slice', () => {
  const definition = identifiers(bySystem)
  assert.equal(errorsOf(definition, patient('a', 'c', 'b')), [])
  assert.equal(starts(errorsOf(definition, patient('b'))), [
    'Patient.identifier: expected at least 1 identifier:a, found 0',
  ])
  assert.equal(starts(errorsOf(definition, patient('a', 'a'))), [
    'Patient.identifier: expected at most 1 identifier:a, found 2',
  ])
})

test('asks of items what their slice asks for, and of others nothing', () => {
  const identifier = [{ system: 'urn:a' }, { system: 'urn:c' }]
  const errors = errorsOf(identifiers(bySystem), { resourceType: 'Patient', identifier })
  assert.equal(starts(errors), ['Patient.identifier[0].value: expected at least 1 value, found 0'])
})

test('closed, has no place for others', () => {
  const errors = errorsOf(identifiers({ ...bySystem, rules: 'closed' }), patient('a', 'c'))
  assert.equal(starts(errors), ['Patient.identifier[1]: expected one of a, b, found another'])
})

test('open at the end, has others after all slices', () => {
  const definition = identifiers({ ...bySystem, rules: 'openAtEnd' })
  assert.equal(errorsOf(definition, patient('a', 'b', 'c')), [])
  assert.is(errorsOf(definition, patient('a', 'c', 'b')).length, 1)
})

test('ordered, has slices in their order', () => {
  const definition = identifiers({ ...bySystem, ordered: true })
  assert.equal(errorsOf(definition, patient('a', 'b')), [])
  assert.is(errorsOf(definition, patient('b', 'a')).length, 1)
})

/** A profile of Observation whose component has one slice that must be there. */
function component(discriminator: Discriminator, ...elements: readonly ElementDefinition[]) {
  const id = 'Observation.component:one'
  return profile('Observation', [
    {
      id: 'Observation.component',
      path: 'Observation.component',
      slicing: { discriminator: [discriminator] },
    },
    { id, path: 'Observation.component', sliceName: 'one', min: 1 },
    ...elements.map((element) => ({
      ...element,
      id: element.path.replace('Observation.component', id),
    })),
  ])
}

const observation = (...components: object[]): AnyResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'a' },
  component: components.map((each) => ({ code: { text: 'b' }, ...each })),
})

test('tells slices by patterns, existence and types', () => {
  const cases = [
    {
      definition: component(
        { type: 'pattern', path: 'code' },
        { path: 'Observation.component.code', patternCodeableConcept: { text: 'x' } },
      ),
      good: { code: { text: 'x', coding: [{ code: 'y' }] } },
    },
    {
      definition: component(
        { type: 'exists', path: 'dataAbsentReason' },
        { path: 'Observation.component.dataAbsentReason', min: 1 },
      ),
      good: { dataAbsentReason: { text: 'unknown' } },
    },
    {
      definition: component(
        { type: 'type', path: 'value' },
        { path: 'Observation.component.value[x]', type: [{ code: 'Quantity' }] },
      ),
      good: { valueQuantity: { value: 1 } },
    },
    {
      definition: component(
        { type: 'value', path: 'code.coding.code' },
        { path: 'Observation.component.code.coding.code', fixedCode: 'x' },
      ),
      good: { code: { coding: [{ code: 'y' }, { code: 'x' }] } },
    },
    {
      definition: component(
        { type: 'value', path: 'value.ofType(Quantity).code' },
        { path: 'Observation.component.value[x]', type: [{ code: 'Quantity' }] },
        { path: 'Observation.component.value[x].code', fixedCode: 'kg' },
      ),
      good: { valueQuantity: { value: 1, code: 'kg' } },
    },
    {
      definition: component(
        { type: 'value', path: 'interpretation' },
        {
          path: 'Observation.component.interpretation',
          binding: {
            strength: 'required',
            valueSet: 'http://hl7.org/fhir/ValueSet/observation-interpretation',
          },
        },
      ),
      good: {
        interpretation: [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'H' },
            ],
          },
        ],
      },
    },
  ]
  for (const { definition, good } of cases) {
    const path = JSON.stringify(definition.differential?.element[0]?.slicing)
    assert.not.ok(errorsOf(definition, observation({}, good)).join().includes('component:one'), path)
    assert.ok(errorsOf(definition, observation({})).join().includes('at least 1 component:one'), path)
  }
})

test('tells the slices of a choice by its type', () => {
  const definition = profile('Observation', [
    {
      id: 'Observation.value[x]',
      path: 'Observation.value[x]',
      slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'open' },
    },
    {
      id: 'Observation.value[x]:valueQuantity',
      path: 'Observation.value[x]',
      sliceName: 'valueQuantity',
      type: [{ code: 'Quantity' }],
    },
    {
      id: 'Observation.value[x]:valueQuantity.unit',
      path: 'Observation.value[x].unit',
      min: 1,
    },
  ])
  assert.equal(errorsOf(definition, { ...observation(), valueString: 'one' }), [])
  assert.is(errorsOf(definition, { ...observation(), valueQuantity: { value: 1 } }).length, 1)
})

test('follows references, and says nothing where a target is elsewhere', () => {
  const definition = (discriminator: Discriminator, target: string) =>
    profile('Observation', [
      {
        id: 'Observation.hasMember',
        path: 'Observation.hasMember',
        slicing: { discriminator: [discriminator], rules: 'open' },
      },
      {
        id: 'Observation.hasMember:one',
        path: 'Observation.hasMember',
        sliceName: 'one',
        min: 1,
        type: [{ code: 'Reference', targetProfile: [target] }],
      },
    ])
  const contained = [
    { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'sure' } },
    { resourceType: 'MolecularSequence', id: 'm', coordinateSystem: 0 },
  ]
  const about = (...references: string[]): AnyResource => ({
    ...observation(),
    contained,
    hasMember: references.map((reference) => ({ reference })),
  })
  const byType = definition({ type: 'type', path: 'resolve()' }, `${core}MolecularSequence`)
  assert.equal(errorsOf(byType, about('#o', '#m')), [])
  assert.is(errorsOf(byType, about('#o')).length, 1)
  assert.equal(errorsOf(byType, about('MolecularSequence/1')), [])
  const sure = profile('Observation', [{ path: 'Observation.code.text', fixedString: 'sure' }], {
    url: 'http://example.org/sure',
  })
  const byProfile = definition({ type: 'profile', path: 'resolve()' }, sure.url)
  assert.equal(errorsOf(byProfile, about('#o'), sure), [])
  assert.is(errorsOf(byProfile, about('#m'), sure).length, 1)
  assert.equal(errorsOf(byProfile, about('Observation/1'), sure), [])
})

test('tells the entries of a Bundle by the types of their resources', () => {
  const id = 'Bundle.entry:patient'
  const definition = profile('Bundle', [
    {
      id: 'Bundle.entry',
      path: 'Bundle.entry',
      slicing: { discriminator: [{ type: 'type', path: 'resource' }], rules: 'open' },
    },
    { id, path: 'Bundle.entry', sliceName: 'patient', min: 1, max: '1' },
    { id: `${id}.resource`, path: 'Bundle.entry.resource', min: 1, type: [{ code: 'Patient' }] },
  ])
  const bundle = (...resources: object[]): AnyResource => ({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ resource })),
  })
  const person = { resourceType: 'Patient' }
  assert.equal(errorsOf(definition, bundle({ resourceType: 'Basic', code: { text: 'a' } }, person)), [])
  assert.is(errorsOf(definition, bundle()).length, 1)
  assert.is(errorsOf(definition, bundle(person, person)).length, 1)
})

test('slices slices', () => {
  const elements = [
    ...slice('a', { slicing: { discriminator: [{ type: 'value', path: 'use' }], rules: 'open' } }),
    { id: 'Patient.identifier:a/b', path: 'Patient.identifier', sliceName: 'a/b', max: '1' },
    { id: 'Patient.identifier:a/b.use', path: 'Patient.identifier.use', min: 1, fixedCode: 'official' },
  ]
  const definition = profile('Patient', [
    { id: 'Patient.identifier', path: 'Patient.identifier', slicing: bySystem },
    ...elements,
  ])
  const official = { system: 'urn:a', value: '1', use: 'official' }
  assert.equal(
    errorsOf(definition, { resourceType: 'Patient', identifier: [official, { ...official, use: 'old' }] }),
    [],
  )
  assert.equal(starts(errorsOf(definition, { resourceType: 'Patient', identifier: [official, official] })), [
    'Patient.identifier: expected at most 1 identifier:a/b, found 2',
  ])
})

test.run()
