import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { read, refused } from './parse-support.js'

const test = suite('parseSearch: _contained')

test('_contained and _containedType say what is asked and what is returned', () => {
  const contained = (query: string) => read(`Medication?code=a&${query}`).query.contained
  assert.is(contained('_contained=false&_containedType=contained'), undefined)
  assert.equal(contained('_contained=true'), { mode: 'true', returns: 'container' })
  assert.equal(contained('_contained=both&_containedType=contained'), { mode: 'both', returns: 'contained' })
  refused('Medication?_contained=yes', 'invalid-search', /expected false, true or both, found "yes"/)
})

test('what cannot be asked of contained resources is refused', () => {
  for (const query of [
    'ingredient:Medication.code=a',
    '_has:MedicationRequest:medication:status=active',
    '_list=1',
    '_include=Medication:manufacturer',
    '_revinclude=MedicationRequest:medication',
    '_sort=code',
    '_filter=not(ingredient:Medication.code eq a)',
  ]) {
    refused(
      `Medication?_contained=true&${query}`,
      'unsupported-search',
      /cannot be used on contained resources/,
    )
  }
  refused('Patient/1/Observation?_contained=true', 'unsupported-search', /compartments/)
  assert.ok(read('Medication?_contained=true&_sort=-_lastUpdated'))
})

test.run()
