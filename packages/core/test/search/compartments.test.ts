import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../src/fhir/types.js'
import { compartmentsOf, patientsOf } from '../../src/search/compartments.js'
import { extractSearchValues } from '../../src/search/extract.js'
import { observation, patient } from '../fixtures/resources.js'

const test = suite('compartments')
const compartments = (resource: AnyResource) =>
  Object.fromEntries(compartmentsOf(resource, extractSearchValues(resource)))
const patients = (resource: AnyResource) => patientsOf(resource, extractSearchValues(resource))
const ref = (reference: string) => ({ reference })

test('a resource is in the compartments of those that its parameters name, the subject first', () => {
  assert.equal(compartments(observation), { Patient: ['p1', 'p9'], Practitioner: ['dr'] })
  assert.equal(patients({ ...observation, performer: [ref('Patient/a')] }), ['p1', 'a'])
  assert.equal(patients({ ...observation, performer: [ref('Patient/a')], subject: ref('Patient/z') }), [
    'z',
    'a',
  ])
})

test('a patient is in its own compartment first, then in those of the patients it links to', () => {
  assert.equal(patients(patient), ['p1', 'p2'])
  assert.equal(patients({ resourceType: 'Patient', id: 'x' }), ['x'])
  assert.equal(patients({ resourceType: 'Patient' }), [])
  assert.equal(compartments(patient), { Patient: ['p1', 'p2'], Practitioner: ['dr'] })
})

test('an owner of any other compartment is in its own too', () => {
  const encounter = {
    resourceType: 'Encounter',
    id: 'e1',
    subject: ref('Patient/p1'),
    participant: [{ individual: ref('RelatedPerson/r1') }],
  }
  assert.equal(compartments(encounter), { Encounter: ['e1'], Patient: ['p1'], RelatedPerson: ['r1'] })
  assert.equal(compartments({ resourceType: 'Device', id: 'd1' }), { Device: ['d1'] })
})

test('the further patients of an appointment or a group are all there', () => {
  const participant = ['b', 'a', 'b'].map((id) => ({ actor: ref(`Patient/${id}`), status: 'accepted' }))
  assert.equal(patients({ resourceType: 'Appointment', participant }), ['b', 'a'])
  const member = ['m1', 'm2'].map((id) => ({ entity: ref(`Patient/${id}`) }))
  assert.equal(patients({ resourceType: 'Group', member }), ['m1', 'm2'])
})

test('what names no patient of this server, or is of a type outside, is in no patient compartment', () => {
  assert.equal(patients({ ...observation, performer: [], subject: ref('http://other/fhir/Patient/1') }), [])
  assert.equal(patients({ ...observation, performer: [], subject: ref('Group/g') }), [])
  assert.equal(patients({ resourceType: 'Task', for: ref('Patient/p1') }), [], 'R4 leaves Task out')
  assert.equal(patients({ resourceType: 'ValueSet', id: 'v' }), [])
  assert.equal(patients({ resourceType: 'toString', id: 'v' }), [])
})

test.run()
