import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SearchParameter } from '../../../src/definitions/definitions.js'
import { r4 } from '../../../src/definitions/r4.js'
import { UnsupportedExpression } from '../../../src/search/compile/syntax.js'
import { createExtractor, createSelector } from '../../../src/search/extract/compiled.js'
import { ValueSink } from '../../../src/search/extract/sink.js'
import { observation, patient } from '../../fixtures/resources.js'

const test = suite('the expression compiler')
const select = (expression: string, resource = patient) =>
  createSelector(r4, resource.resourceType, expression)(resource)

test('every R4 search parameter that has an expression compiles, on every type', () => {
  const failed: string[] = []
  let compiled = 0
  for (const type of r4.resourceTypes) {
    for (const { code, expression } of r4.searchParameters(type).values()) {
      if (expression === undefined) {
        assert.ok(code === '_text' || code === '_content', `${type}.${code}`)
        continue
      }
      try {
        createSelector(r4, type, expression)
        compiled++
      } catch (error) {
        failed.push(`${type}.${code}: ${error}`)
      }
    }
  }
  assert.equal(failed, [])
  assert.ok(compiled > 2000)
})

test('where keeps what fulfils its condition', () => {
  assert.equal(select("Patient.telecom.where(system = 'email').value"), ['ana@example.org'])
  assert.equal(select("Patient.telecom.where(system != 'email').value"), ['+34 600 000 000'])
  assert.equal(select("Patient.telecom.where(system = 'email' or system = 'phone').value").length, 2)
  assert.equal(select("Patient.name.where(use = 'official' and given.exists()).family"), ['Núñez'])
  assert.equal(select('Patient.name.where(family.empty()).text'), ['Anita'])
  assert.equal(select("Patient.name.given.where($this = 'María')"), ['María'])
  assert.equal(select("Patient.name.where(given.exists($this = 'María')).family"), ['Núñez'])
  assert.equal(select('Patient.name.where(family.exists().not()).text'), ['Anita'])
})

test('an empty condition keeps nothing, as in FHIRPath', () => {
  assert.equal(select("Patient.identifier.where(system != 'x').value"), ['00123'])
})

test('a choice element is read by type, or by all its types', () => {
  assert.equal(select('Patient.deceased'), ['2020-01-02'])
  assert.equal(select('Patient.deceased as boolean'), [])
  assert.equal(select('Patient.deceased.ofType(FHIR.dateTime)'), ['2020-01-02'])
  assert.equal(select('Patient.deceased is dateTime'), [true])
  assert.equal(select('Observation.component.value.as(Quantity).value', observation), [120, 80])
})

test('an index, first() and %resource lead to one element', () => {
  assert.equal(select('Patient.name[0].family'), ['Núñez'])
  assert.equal(select('Patient.name[7].family'), [])
  assert.equal(select('Patient.name.first().family'), ['Núñez'])
  assert.equal(select('Patient.name.where(%resource.active = true).family'), ['Núñez'])
})

test('extensions of elements and of primitives are read', () => {
  const url = 'http://example.org/time'
  const odd = {
    resourceType: 'Patient',
    extension: [
      { url, valueString: 'a' },
      { url: 'http://example.org/other', valueString: 'b' },
    ],
    _birthDate: { extension: [{ url, valueDateTime: '2020-01-01T10:00:00Z' }] },
  }
  assert.equal(select(`Patient.extension('${url}').value`, odd), ['a'])
  assert.equal(select(`Patient.extension.where(url = '${url}').value as string`, odd), ['a'])
  assert.equal(select(`Patient.birthDate.extension('${url}').value`, odd), ['2020-01-01T10:00:00Z'])
})

test('a branch for another type selects nothing', () => {
  assert.equal(select('Condition.code | Patient.active'), [true])
})

test('what cannot be compiled is refused before any code is made', () => {
  for (const expression of [
    'Patient.foo',
    'Patient.name.count()',
    'Patient.birthDate.day',
    "'x'",
    'Patient.name.given[1]',
  ]) {
    assert.throws(
      () => createSelector(r4, 'Patient', expression),
      (error: unknown) => error instanceof UnsupportedExpression,
      expression,
    )
  }
})

test('text in an expression stays text', () => {
  const attack = '\\\'); throw new Error("out") //'
  assert.equal(select(`Patient.telecom.where(system = '${attack}').value`), [])
})

test('a custom parameter is compiled at run time to the values that its type has', () => {
  const parameter: SearchParameter = {
    code: 'contact-"name',
    type: 'string',
    url: 'http://example.org/SearchParameter/contact-name',
    description: '',
    expression: 'Patient.contact.name',
  }
  const sink = new ValueSink()
  createExtractor(r4, 'Patient', [parameter])(
    { resourceType: 'Patient', contact: [{ name: { family: 'Ruiz' } }] },
    sink,
  )
  assert.equal(sink.values, [{ param: 'contact-"name', type: 'string', value: 'Ruiz' }])
  assert.throws(() => createExtractor(r4, 'x(){}, y', [parameter]), /resource type/)
})

test.run()
