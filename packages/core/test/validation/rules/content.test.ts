import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { activeContent } from '../../../src/validation/rules/active-content.js'
import { attachments } from '../../../src/validation/rules/attachments.js'
import { identifiers } from '../../../src/validation/rules/identifiers.js'
import { narrativeLinks } from '../../../src/validation/rules/narrative-links.js'
import { searchParameters } from '../../../src/validation/rules/search-parameters.js'
import { check } from './check.js'

const test = suite('content')

const media = (content: object) => check(attachments, { resourceType: 'Media', content }).places

test('size and hash of an attachment are those of its data', () => {
  const data = 'SGVsbG8='
  const hash = '9/+ei3uy4Jtwk1pdeF4MxdnQq/A='
  assert.equal(media({ data, size: 5, hash }), [])
  assert.equal(media({ data, size: 6 }), ['error Media.content.size'])
  assert.equal(media({ data, hash: 'AAAA' }), ['error Media.content.hash'])
  assert.equal(media({ url: 'http://a.example/x', size: 6, hash: 'AAAA' }), [])
})

test('text that would run in a browser is an error of its element; less-than signs and plain tags are not', () => {
  const places = (text: string) =>
    check(activeContent, { resourceType: 'Patient', name: [{ text, given: ['a', text] }] }).places
  for (const text of ['<script>x</script>', 'a <IFRAME src="x">', '<img src=x onerror=alert(1)>']) {
    assert.equal(places(text), ['error Patient.name[0].text', 'error Patient.name[0].given[1]'], text)
  }
  for (const text of ['a < b', '<resource type>', '<b>a</b>', 'pH <7 on admission'])
    assert.equal(places(text), [])
})

test('no text makes the search for active content slow', () => {
  for (const text of [
    '<'.repeat(500_000),
    `<${' '.repeat(500_000)}`,
    '<a on'.repeat(100_000),
    `<a ${'on'.repeat(250_000)}`,
  ]) {
    const start = performance.now()
    check(activeContent, { resourceType: 'Patient', name: [{ text }] })
    assert.ok(performance.now() - start < 1000, text.slice(0, 10))
  }
})

test('a SearchParameter has the type of the one that it is derived from, and no other bases', () => {
  const origin = {
    resourceType: 'SearchParameter',
    url: 'http://a.example/p',
    type: 'string',
    base: ['Patient'],
  }
  const derived = (more: object) =>
    check(
      searchParameters,
      {
        resourceType: 'SearchParameter',
        derivedFrom: origin.url,
        type: 'string',
        base: ['Patient'],
        ...more,
      },
      [origin],
    ).places
  assert.equal(derived({}), [])
  assert.equal(derived({ type: 'token' }), ['error SearchParameter.type'])
  assert.equal(derived({ base: ['Patient', 'Person'] }), ['error SearchParameter.base'])
  assert.equal(derived({ expression: 'Patient.name' }), ['warning SearchParameter.expression'])
})

test('the system of a code or identifier is an absolute URI, OIDs and UUIDs well-formed', () => {
  const places = (system: string) =>
    check(identifiers, { resourceType: 'Patient', maritalStatus: { coding: [{ system, code: 'a' }] } }).places
  const good = ['http://a.example', 'urn:oid:1.2.3', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', 'urn:x']
  for (const system of good) assert.equal(places(system), [], system)
  for (const system of ['local', '1.2.3', 'urn:oid:1.02.3', 'urn:oid:9.1', 'urn:uuid:1']) {
    assert.equal(places(system), ['error Patient.maritalStatus.coding[0].system'], system)
  }
  const telecom = [{ system: 'phone', value: '1' }]
  assert.equal(check(identifiers, { resourceType: 'Patient', telecom }).places, [])
})

test('an identifier that says it is a URI should be one', () => {
  const places = (value: string) =>
    check(identifiers, { resourceType: 'Patient', identifier: [{ system: 'urn:ietf:rfc:3986', value }] })
      .places
  assert.equal(places('urn:oid:1.2.3'), [])
  assert.equal(places('1.2.3'), ['warning Patient.identifier[0].value'])
})

test('a link of data to a narrative leads to one element there', () => {
  const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p id="a">x</p><p id="b"/><p id="b"/></div>'
  const linked = (id: string, url = 'urn:uuid:1') => ({
    resourceType: 'Bundle',
    entry: [
      { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Composition', section: [{ text: { div } }] } },
      {
        fullUrl: 'urn:uuid:2',
        resource: {
          resourceType: 'Condition',
          extension: [
            { url: 'http://hl7.org/fhir/StructureDefinition/narrativeLink', valueUrl: `${url}#${id}` },
          ],
        },
      },
    ],
  })
  const broken = ['error Bundle.entry[1].resource.extension[0]']
  assert.equal(check(narrativeLinks, linked('a')).places, [])
  assert.equal(check(narrativeLinks, linked('b')).places, broken)
  assert.equal(check(narrativeLinks, linked('c')).places, broken)
  assert.equal(check(narrativeLinks, linked('a', 'urn:uuid:3')).places, broken)
  assert.equal(check(narrativeLinks, linked('a', 'http://a.example/Composition/1')).places, [])
})

test.run()
