import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import type { MissingDefinition } from '../../../src/validation/contract.js'
import { createTargets } from '../../../src/validation/rules/targets.js'

const test = suite('targets of rules')

const nothing = () => undefined

function targetsOf(resource: AnyResource, missing: (definition: MissingDefinition) => void = nothing) {
  const definitions = { find: nothing }
  return createTargets(resource, resource.resourceType, {
    definitions,
    report: nothing,
    ask: nothing,
    missing,
  })
}

const expressions = (resource: AnyResource) => targetsOf(resource).map(({ expression }) => expression)

test('a plain resource is its only target, and its own root', () => {
  const [patient, ...others] = targetsOf({ resourceType: 'Patient', id: 'a' })
  assert.is(patient?.root, patient)
  assert.is(patient?.parent, undefined)
  assert.equal(others, [])
})

test('resources within others are found at their places, the outer before the inner', () => {
  const patient = { resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: 'o' }] }
  const bundle = {
    resourceType: 'Bundle',
    entry: [
      { fullUrl: 'urn:uuid:1', resource: patient },
      { response: { status: '200', outcome: { resourceType: 'OperationOutcome' } } },
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [{ name: 'a', part: [{ name: 'b', resource: patient }] }],
        },
      },
    ],
  }
  assert.equal(expressions(bundle), [
    'Bundle',
    'Bundle.entry[0].resource',
    'Bundle.entry[0].resource.contained[0]',
    'Bundle.entry[1].response.outcome',
    'Bundle.entry[2].resource',
    'Bundle.entry[2].resource.parameter[0].part[0].resource',
    'Bundle.entry[2].resource.parameter[0].part[0].resource.contained[0]',
  ])
})

test('a fragment leads to a contained resource, also from one beside it, and # alone to the container', () => {
  const [outer, first, second] = targetsOf({
    resourceType: 'Patient',
    contained: [
      { resourceType: 'Organization', id: 'o' },
      { resourceType: 'Practitioner', id: 'p' },
    ],
  })
  assert.is(outer?.resolve('#o'), first)
  assert.is(first?.resolve('#p'), second)
  assert.is(second?.resolve('#'), outer)
  assert.is(outer?.resolve('#x'), undefined)
})

test('a relative reference leads to the entry with the same base as the entry that it is in', () => {
  const entry = (fullUrl: string, id: string, versionId = '1') => ({
    fullUrl,
    resource: { resourceType: 'Patient', id, meta: { versionId } },
  })
  const [, here, there, named, urn] = targetsOf({
    resourceType: 'Bundle',
    entry: [
      entry('http://a.example/fhir/Patient/1', '1'),
      entry('http://b.example/fhir/Patient/1', '1'),
      entry('http://a.example/fhir/Patient/2', '2', '7'),
      entry('urn:uuid:5', '5'),
    ],
  })
  assert.is(here?.resolve('Patient/1'), here)
  assert.is(there?.resolve('Patient/1'), there)
  assert.is(there?.resolve('Patient/2'), undefined)
  assert.is(there?.resolve('http://a.example/fhir/Patient/2'), named)
  assert.is(here?.resolve('Patient/2/_history/7'), named)
  assert.is(here?.resolve('Patient/2/_history/6'), undefined)
  assert.is(here?.resolve('urn:uuid:5'), urn)
  assert.is(urn?.resolve('Patient/1'), undefined)
})

test('a reference that two entries answer to leads nowhere', () => {
  const resource = { resourceType: 'Patient' }
  const [, first] = targetsOf({
    resourceType: 'Bundle',
    entry: [
      { fullUrl: 'urn:uuid:1', resource },
      { fullUrl: 'urn:uuid:1', resource },
    ],
  })
  assert.is(first?.resolve('urn:uuid:1'), undefined)
})

test('a definition that is not at hand is noted where it was needed; a contained one is at hand', () => {
  const missing: MissingDefinition[] = []
  const contained = { resourceType: 'Questionnaire', id: 'q' }
  const [response] = targetsOf({ resourceType: 'QuestionnaireResponse', contained: [contained] }, (it) =>
    missing.push(it),
  )
  assert.is(response?.definition('Questionnaire', '#q', 'x'), contained)
  assert.is(response?.definition('Questionnaire', 'http://q|1', 'QuestionnaireResponse'), undefined)
  assert.equal(missing, [
    { type: 'Questionnaire', canonical: 'http://q|1', expression: 'QuestionnaireResponse' },
  ])
})

test.run()
