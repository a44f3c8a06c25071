import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { r4Conformance } from '../../src/definitions/r4-conformance.js'

const test = suite('r4Conformance')
const core = 'http://hl7.org/fhir/StructureDefinition/'

interface Element {
  readonly id: string
  readonly min: number
  readonly max: string
  readonly [field: string]: unknown
}

function elementsOf(name: string): readonly Element[] {
  const found = r4Conformance.find('StructureDefinition', core + name)
  return (found?.snapshot as { element: Element[] } | undefined)?.element ?? []
}

test('has a StructureDefinition of every resource type', () => {
  for (const type of r4.resourceTypes) assert.is(elementsOf(type)[0]?.id, type)
})

test('has data types, profiles of data types, profiles and extensions', () => {
  for (const name of ['HumanName', 'string', 'SimpleQuantity', 'bmi', 'patient-birthPlace']) {
    assert.ok(elementsOf(name).length > 1, name)
  }
})

test('gives the same object again, and none for another version', () => {
  const found = r4Conformance.find('StructureDefinition', `${core}Patient`)
  assert.is(r4Conformance.find('StructureDefinition', `${core}Patient`, '4.0.1'), found)
  assert.is(r4Conformance.find('StructureDefinition', `${core}Patient`, '5.0.0'), undefined)
  assert.is(r4Conformance.find('StructureDefinition', `${core}Nothing`), undefined)
})

test('has concept maps', () => {
  const found = r4Conformance.find('ConceptMap', 'http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v3')
  assert.is(found?.resourceType, 'ConceptMap')
})

test('keeps the fixed values of the vital signs', () => {
  const code = elementsOf('bodyweight').find(({ id }) => id === 'Observation.code.coding:BodyWeightCode.code')
  assert.is(code?.fixedCode, '29463-7')
})

test('has what HL7 published where the package that it is made from differs', () => {
  const element = (id: string) => elementsOf(id.split('.')[0] ?? '').find((each) => each.id === id)
  assert.is(element('EvidenceVariable.characteristic')?.min, 1)
  assert.is(element('Quantity.comparator')?.max, '1')
  assert.is(element('SimpleQuantity.comparator'), undefined)
  assert.is(element('Meta.project'), undefined)
  assert.is(element('Bundle.entry.response.outcome')?.max, '1')
})

test.run()
