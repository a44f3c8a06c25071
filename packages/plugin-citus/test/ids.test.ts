import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bucketFor, bucketOf, isServerMade, newId } from '../src/ids.js'

const test = suite('ids')

test('a made id is a FHIR id that names its own bucket', () => {
  for (let n = 0; n < 100; n++) {
    const id = newId()
    assert.match(id, /^[0-9a-f]{20}$/)
    assert.ok(isServerMade(id))
    assert.is(bucketOf(id), Number.parseInt(id.slice(0, 4), 16))
  }
})

test('an id made for a patient, whoever made the id of the patient, is in the bucket of the patient', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/), (patient) => {
      const id = newId(patient)
      return isServerMade(id) && bucketOf(id) === bucketOf(patient)
    }),
  )
})

test('buckets are from 0 to 65535', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const bucket = bucketOf(id)
      return Number.isInteger(bucket) && bucket >= 0 && bucket <= 0xffff
    }),
  )
})

test('a member is stored beside its first patient, a Patient at its own place', () => {
  assert.is(bucketFor('Observation', 'o', ['p', 'q']), bucketOf('p'))
  assert.is(bucketFor('Observation', 'o', []), bucketOf('o'))
  assert.is(bucketFor('Patient', 'p', ['p', 'q']), bucketOf('p'))
  assert.is(bucketFor('Patient', 'p', ['q']), bucketOf('p'))
})

test.run()
