import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'

const test = suite('r4')

test('all 146 concrete resource types of R4 are there, sorted, and no others', () => {
  assert.is(r4.fhirVersion, '4.0.1')
  assert.is(r4.resourceTypes.length, 146)
  assert.equal([...r4.resourceTypes], [...r4.resourceTypes].sort())
  for (const type of ['Binary', 'Bundle', 'Parameters', 'OperationOutcome', 'Patient']) {
    assert.ok(r4.isResourceType(type), type)
  }
  for (const type of [
    'Resource',
    'DomainResource',
    'SubscriptionStatus',
    'patient',
    'toString',
    '__proto__',
    '',
  ]) {
    assert.not.ok(r4.isResourceType(type), type)
  }
})

test('type numbers never change: they are in the databases', () => {
  const numbers = r4.resourceTypes.map((type) => `${type}=${r4.typeNumber(type)}`).join()
  assert.is(r4.typeNumber('Account'), 1)
  assert.is(r4.typeNumber('Observation'), 96)
  assert.is(r4.typeNumber('Patient'), 103)
  assert.is(r4.typeNumber('VisionPrescription'), 146)
  assert.is(createHash('sha256').update(numbers).digest('hex').slice(0, 16), '5d04faadb7dc5ad2')
})

test('type numbers lead back to their types, and unknown ones nowhere', () => {
  for (const type of r4.resourceTypes) assert.is(r4.typeName(r4.typeNumber(type) ?? 0), type)
  assert.is(r4.typeNumber('Foo'), undefined)
  assert.is(r4.typeName(0), undefined)
})

test('a type has its own search parameters and those of Resource and DomainResource', () => {
  const codes = [...r4.searchParameters('Patient').keys()]
  for (const code of [
    '_id',
    '_lastUpdated',
    '_tag',
    '_profile',
    '_security',
    '_source',
    '_text',
    '_content',
  ]) {
    assert.ok(codes.includes(code), code)
  }
  assert.ok(codes.includes('birthdate'))
  assert.not.ok(codes.includes('_query'))
  assert.not.ok(r4.searchParameters('Binary').has('_text'), 'Binary is no DomainResource')
  assert.is(r4.searchParameters('Foo').size, 0)
})

test('a shared parameter has the expression and the description of the type at hand', () => {
  assert.equal(r4.searchParameters('Observation').get('code'), {
    code: 'code',
    type: 'token',
    url: 'http://hl7.org/fhir/SearchParameter/clinical-code',
    description: 'The code of the observation type',
    expression: 'Observation.code',
  })
})

test('a composite names the code, type and expression of its components', () => {
  const { components } = r4.searchParameters('Observation').get('code-value-quantity') ?? {}
  assert.equal(components, [
    { code: 'code', type: 'token', expression: 'code' },
    { code: 'value-quantity', type: 'quantity', expression: 'value.as(Quantity)' },
  ])
})

test('what the source package adds to R4 is left out', () => {
  assert.not.ok(r4.searchParameters('ServiceRequest').has('order-detail'))
  assert.not.ok(r4.elements('Meta')?.has('project'))
  assert.not.ok(r4.elements('ResearchStudy')?.has('associatedParty'))
  assert.ok(r4.elements('EvidenceVariable.characteristic')?.has('participantEffective'))
})

test('a reference parameter points to what the elements of its type may point to', () => {
  const targets = (type: string, code: string) => r4.searchParameters(type).get(code)?.target
  // The shared parameters say Patient and Group, Encounter and EpisodeOfCare.
  assert.equal(targets('Observation', 'patient'), ['Patient'])
  assert.equal(targets('AllergyIntolerance', 'patient'), ['Patient'])
  assert.equal(targets('RiskAssessment', 'encounter'), ['Encounter'])
  assert.equal([...(targets('Observation', 'subject') ?? [])].sort(), [
    'Device',
    'Group',
    'Location',
    'Patient',
  ])
  assert.ok((targets('List', 'item') ?? []).length > 100)
})

test('elements tell types, cardinality and summary, inherited ones included', () => {
  const patient = r4.elements('Patient')
  assert.equal(patient?.get('name'), { types: ['HumanName'], min: 0, max: Infinity, summary: true })
  assert.equal(patient?.get('deceased'), { types: ['boolean', 'dateTime'], min: 0, max: 1, summary: true })
  assert.equal(patient?.get('id')?.types, ['id'])
  assert.ok(patient?.has('contained'))
  assert.is(r4.elements('Observation')?.get('status')?.min, 1)
  assert.equal(r4.elements('Extension')?.get('url')?.types, ['uri'])
  assert.ok(r4.elements('Age')?.has('value'), 'Age has the elements of Quantity')
  assert.ok(r4.elements('Patient.contact')?.has('modifierExtension'))
})

test('a path is followed through content references and into data types', () => {
  assert.is(r4.elements('Questionnaire.item.item.item'), r4.elements('Questionnaire.item'))
  assert.is(r4.elements('Bundle.entry.link'), r4.elements('Bundle.link'))
  assert.is(r4.elements('Patient.name'), r4.elements('HumanName'))
  for (const path of [
    'Patient.deceased',
    'Patient.active',
    'Foo',
    'Patient.foo',
    '',
    'toString',
    '__proto__',
  ]) {
    assert.is(r4.elements(path), undefined, path)
  }
})

test('every element has a type, and every type leads on or is a primitive', () => {
  const seen = new Set<string>()
  function visit(path: string): void {
    if (seen.has(path)) return
    seen.add(path)
    for (const [name, element] of r4.elements(path) ?? []) {
      assert.ok(element.types.length > 0, `${path}.${name}`)
      if (element.types.length > 1) continue
      const [type = ''] = element.types
      if (/^[a-z]/.test(type)) continue
      const next = type === 'BackboneElement' || type === 'Element' ? `${path}.${name}` : type
      const canonical = r4.elements(next)
      assert.ok(canonical, `${path}.${name}: ${type}`)
      if (!seen.has(next) && next.split('.').length < 8) visit(next)
    }
  }
  for (const type of r4.resourceTypes) visit(type)
  assert.ok(seen.size > 600)
})

test('all five compartments are there, with members linked by parameters that exist', () => {
  assert.equal(
    [...r4.compartments.keys()],
    ['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson'],
  )
  for (const { code, resource } of r4.compartments.values()) {
    for (const [type, params] of Object.entries(resource)) {
      for (const param of params) assert.ok(r4.searchParameters(type).has(param), `${code}: ${type}.${param}`)
    }
  }
  const members = (code: string) => Object.keys(r4.compartments.get(code)?.resource ?? {}).length
  assert.equal(
    ['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson'].map(members),
    [32, 25, 66, 59, 32],
  )
  assert.equal(r4.compartments.get('Patient')?.resource.Observation, ['subject', 'performer'])
  assert.equal(r4.compartments.get('Encounter')?.resource.Encounter, ['_id'])
  assert.is(r4.compartments.get('Patient')?.resource.Task, undefined, 'R4 has no Task in it')
})

test.run()
