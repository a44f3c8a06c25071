import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundles } from '../../../src/validation/rules/bundles.js'
import { check } from './check.js'

const test = suite('bundles')

const patient = (id?: string) => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }) })
const bundle = (type: string, entry: readonly object[], more: object = {}) =>
  check(bundles, { resourceType: 'Bundle', type, entry, ...more })

test('a fullUrl is absolute', () => {
  assert.equal(bundle('collection', [{ fullUrl: 'Patient/1', resource: patient('1') }]).places, [
    'error Bundle.entry[0].fullUrl',
  ])
})

test('a fullUrl with the form of a RESTful URL ends with type and id of the resource', () => {
  const places = (fullUrl: string, id?: string) =>
    bundle('collection', [{ fullUrl, resource: patient(id) }]).places
  assert.equal(places('http://a.example/Patient/1', '1'), [])
  assert.equal(places('http://a.example/Patient/1'), [])
  assert.equal(places('http://a.example/Patient/2', '1'), ['error Bundle.entry[0].fullUrl'])
  assert.equal(places('http://a.example/Observation/1', '1'), ['error Bundle.entry[0].fullUrl'])
  assert.equal(places('http://a.example/things/1', '1'), [])
  assert.equal(places('urn:uuid:c757873d-ec9a-4326-a141-556f43239520', '1'), [])
})

test('a URN that is no UUID is a warning', () => {
  assert.equal(bundle('collection', [{ fullUrl: 'urn:uuid:x', resource: patient('1') }]).places, [
    'warning Bundle.entry[0].fullUrl',
  ])
})

const requests: readonly (readonly [
  method: string,
  url: string,
  resource: object | undefined,
  place: string,
])[] = [
  ['POST', 'Patient', patient(), ''],
  ['POST', 'Patient/1', patient(), 'request.url'],
  ['POST', 'Observation', patient(), 'request.url'],
  ['POST', 'Patient', undefined, 'resource'],
  ['POST', 'Patient/$match', { resourceType: 'Parameters' }, ''],
  ['PUT', 'Patient/1', patient('1'), ''],
  ['PUT', 'Patient?identifier=a', patient(), ''],
  ['PUT', 'Patient/2', patient('1'), 'request.url'],
  ['PUT', 'Patient', patient('1'), 'request.url'],
  ['PUT', 'Pateint/1', patient('1'), 'request.url'],
  ['PATCH', 'Patient/1', { resourceType: 'Binary' }, ''],
  ['DELETE', 'Patient/1', undefined, ''],
  ['DELETE', 'Patient', undefined, 'request.url'],
  ['DELETE', 'Patient/1', patient('1'), 'resource'],
  ['GET', 'Patient?name=a', undefined, ''],
]

for (const [method, url, resource, place] of requests) {
  const what = resource ? `with a ${(resource as { resourceType: string }).resourceType}` : 'without resource'
  test(`${method} ${url} ${what} is ${place ? `an error of ${place}` : 'a request'}`, () => {
    const entry = { request: { method, url }, ...(resource ? { resource } : {}) }
    assert.equal(bundle('transaction', [entry]).places, place ? [`error Bundle.entry[0].${place}`] : [])
  })
}

test('of search results, outcomes are OperationOutcomes, and others have ids and the type searched for', () => {
  const entry = [
    { search: { mode: 'match' }, resource: patient('1') },
    { search: { mode: 'match' }, resource: { resourceType: 'Practitioner', id: '1' } },
    { search: { mode: 'include' }, resource: { resourceType: 'Practitioner' } },
    { search: { mode: 'outcome' }, resource: { resourceType: 'OperationOutcome' } },
    { search: { mode: 'outcome' }, resource: patient('1') },
  ]
  const errors = [1, 2, 4].map((index) => `error Bundle.entry[${index}].resource`)
  const self = (url: string) => ({ link: [{ relation: 'self', url }] })
  assert.equal(bundle('searchset', entry, self('http://a.example/Patient?name=a')).places, errors)
  assert.equal(bundle('searchset', entry, self('http://a.example?_type=Patient')).places, errors)
  assert.equal(
    bundle('searchset', entry, self('http://a.example?_type=Patient,Practitioner')).places,
    errors.slice(1),
  )
})

test('a relation of a link is there once, and a document has no pages', () => {
  const link = [
    { relation: 'self', url: 'http://a.example' },
    { relation: 'self', url: 'http://a.example' },
    { relation: 'next', url: 'http://a.example' },
  ]
  assert.equal(bundle('collection', [], { link }).places, ['error Bundle.link[1].relation'])
  assert.equal(bundle('document', [], { link }).places, [
    'error Bundle.link[1].relation',
    'error Bundle.link[2].relation',
  ])
})

test('what a message is about is in it', () => {
  const header = {
    fullUrl: 'http://a.example/MessageHeader/1',
    resource: {
      resourceType: 'MessageHeader',
      focus: [{ reference: 'Patient/1' }, { reference: 'Patient/2' }],
    },
  }
  const entry = [header, { fullUrl: 'http://a.example/Patient/1', resource: patient('1') }]
  assert.equal(bundle('message', entry).places, ['error Bundle.entry[0].resource.focus[1]'])
})

test.run()
