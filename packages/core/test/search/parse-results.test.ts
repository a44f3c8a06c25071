import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { plain, read, refused } from './parse-support.js'

const test = suite('parseSearch: results')

test('_count is lowered to the limit, and the self link says so', () => {
  assert.is(read('Patient?_count=5').query.count, 5)
  const lowered = read('Patient?_count=5000')
  assert.is(lowered.query.count, 1000)
  assert.equal(lowered.self, [['_count', '1000']])
  assert.is(read('Patient', 'strict', { limits: { defaultCount: 7 } }).query.count, 7)
  for (const bad of ['-1', 'many', '1.5', ''])
    refused(`Patient?_count=${bad}`, 'invalid-search', /at least 0/, 'lenient')
})

test('_count=0 and _summary=count ask for the total only', () => {
  for (const query of ['_count=0', '_summary=count']) {
    const { count, total } = read(`Patient?${query}`).query
    assert.equal([count, total], [0, 'accurate'])
  }
})

test('_sort takes parameters in both directions', () => {
  assert.equal(plain(read('Patient?_sort=-birthdate,family,_id,-_lastUpdated').query.sort), [
    { param: 'birthdate', descending: true },
    { param: 'family', descending: false },
    { param: '_id', descending: false },
    { param: '_lastUpdated', descending: true },
  ])
  refused('Patient?_sort=birthdat', 'invalid-search', /Did you mean birthdate\?/, 'lenient')
  refused('Observation?_sort=code-value-quantity', 'invalid-search', /no order/)
  refused('Patient?_sort=', 'invalid-search', /expected a value/)
})

test('_total, _summary, _elements, _format and _pretty are read', () => {
  const { query, options } = read(
    'Patient?_total=accurate&_summary=true&_elements=id,name.family&_format=json&_pretty=true',
  )
  assert.is(query.total, 'accurate')
  assert.equal(options, { summary: 'true', elements: ['id', 'name.family'], format: 'json', pretty: true })
  refused('Patient?_total=all', 'invalid-search', /none, estimate or accurate/)
  refused('Patient?_summary=yes', 'invalid-search', /expected/)
  refused('Patient?_elements=a;b', 'invalid-search', /names of elements/)
})

test('_revinclude=* is every type that may refer to what is searched', () => {
  const sources = read('Encounter?_revinclude=*').query.revinclude.map(
    ({ source, param }) => `${source}:${param}`,
  )
  for (const type of ['Observation', 'Condition', 'Encounter', 'Provenance']) {
    assert.ok(sources.includes(`${type}:*`), type)
  }
  assert.not.ok(sources.includes('Location:*'))
})

test('_include and _revinclude name source, parameter and target', () => {
  const { include, revinclude } = read(
    'Observation?_include=Observation:subject:Patient&_include:iterate=Patient:organization&_include=Observation:*&_revinclude=Provenance:target',
  ).query
  assert.equal(plain(include), [
    { source: 'Observation', param: 'subject', target: 'Patient', iterate: false },
    { source: 'Patient', param: 'organization', iterate: true },
    { source: 'Observation', param: '*', iterate: false },
  ])
  assert.equal(plain(revinclude), [{ source: 'Provenance', param: 'target', iterate: false }])
  assert.equal(plain(read('Observation?_include=*').query.include), [
    { source: 'Observation', param: '*', iterate: false },
  ])
})

test('includes that cannot be are refused', () => {
  refused(
    'Observation?_include=Observaton:subject',
    'invalid-search',
    /Did you mean Observation\?/,
    'lenient',
  )
  refused('Observation?_include=Observation:subjct', 'invalid-search', /Did you mean subject\?/, 'lenient')
  refused('Observation?_include=Observation:code', 'invalid-search', /not a reference/)
  refused(
    'Observation?_include=Observation:subject:Medication',
    'invalid-search',
    /never refers to Medication/,
  )
  refused('Observation?_include=subject', 'invalid-search', /expected Type:parameter/)
  refused('Observation?_include:recurse=Observation:subject', 'invalid-search', /:iterate only/)
})

test('an unknown parameter is refused under strict handling, all of them at once', () => {
  const error = refused(
    'Patient?birthdat=2000&name=x&nme=y',
    'unknown-search-parameter',
    /Did you mean birthdate\?/,
  )
  assert.is(error.status, 400)
  assert.equal(error.expression, ['Patient?birthdat', 'Patient?nme'])
  assert.is(error.issues?.length, 2)
})

test('an unknown parameter is ignored and reported under lenient handling', () => {
  const { query, ignored, self } = read('Patient?birthdat=2000&name=x&_count=3', 'lenient')
  assert.is(query.where.length, 1)
  assert.equal(self, [
    ['name', 'x'],
    ['_count', '3'],
  ])
  assert.is(ignored.length, 1)
  assert.is(ignored[0]?.severity, 'warning')
  assert.equal(ignored[0]?.expression, ['Patient?birthdat'])
})

test('a parameter that shapes the result comes once', () => {
  refused('Patient?_count=1&_count=2', 'invalid-search', /once only/)
  refused('Patient?_count:exact=1', 'invalid-search', /no modifier/)
})

test('_page is handed to the caller and left out of self', () => {
  const parsed = read('Patient?name=x&_page=abc')
  assert.is(parsed.page, 'abc')
  assert.equal(parsed.self, [['name', 'x']])
})

test('a system search covers all types, or those of _type, with the parameters that they share', () => {
  assert.equal(read('?_lastUpdated=gt2020').query.types, r4.resourceTypes)
  const both = read('?_type=Patient,Practitioner&family=x')
  assert.equal(both.query.types, ['Patient', 'Practitioner'])
  assert.is(both.query.where.length, 1)
  refused('?_type=Patient,Practitioner&birthdate=2000', 'unknown-search-parameter', /all the types/)
  refused('?_type=Patent', 'invalid-search', /Did you mean Patient\?/)
  refused('?family=x', 'unknown-search-parameter', /all the types/)
  refused('Patient?_type=Patient', 'unknown-search-parameter', /_type/)
})

test('a shared reference parameter refers to what it does on any of the types', () => {
  const { where } = read('?_type=Observation,Procedure&patient=1').query
  assert.equal(plain(where), [
    { kind: 'reference', param: 'patient', values: [{ type: 'Patient', id: '1' }] },
  ])
})

test('a compartment is a clause, and bounds the types', () => {
  const one = read('Patient/1/Observation?code=x')
  assert.equal(plain(one.query.where[0]), { kind: 'compartment', compartment: 'Patient', ids: ['1'] })
  assert.equal(one.query.types, ['Observation'])
  const all = read('Patient/1/')
  assert.ok(all.query.types.includes('Observation') && !all.query.types.includes('ValueSet'))
  refused('Patient/1/ValueSet', 'invalid-search', /not part of the Patient compartment/)
  refused('Group/1/Observation', 'unknown-route', /no Group compartment/)
})

test('an unknown type is a failure of its own', () => {
  refused('Patent', 'unknown-resource-type', /Did you mean Patient\?/)
})

test('parameters and values are bounded', () => {
  refused(`Patient?${'name=a&'.repeat(201)}`, 'too-costly', /201 parameters/)
  refused(`Patient?_id=${Array.from({ length: 1001 }, (_, index) => index)}`, 'too-costly', /1001 values/)
})

test.run()
