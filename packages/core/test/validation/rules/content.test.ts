import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { activeContent } from '../../../src/validation/rules/active-content.js'
import { attachments } from '../../../src/validation/rules/attachments.js'
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
