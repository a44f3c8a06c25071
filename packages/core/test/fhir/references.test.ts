import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCanonical, parseReference } from '../../src/fhir/references.js'

const test = suite('references')

test('a relative reference is read as type, id and version', () => {
  assert.equal(parseReference('Patient/123'), { kind: 'relative', type: 'Patient', id: '123' })
  assert.equal(parseReference('Observation/a-b.c/_history/2'), {
    kind: 'relative',
    type: 'Observation',
    id: 'a-b.c',
    version: '2',
  })
})

test('a RESTful URL tells its base, type, id and version', () => {
  assert.equal(parseReference('http://example.org/fhir/Patient/123/_history/4'), {
    kind: 'absolute',
    url: 'http://example.org/fhir/Patient/123/_history/4',
    base: 'http://example.org/fhir',
    type: 'Patient',
    id: '123',
    version: '4',
  })
})

test('another URL is only a URL', () => {
  const url = 'http://example.org/valuesets/colours'
  assert.equal(parseReference(url), { kind: 'absolute', url })
})

test('urn, contained and conditional references are told apart', () => {
  const urn = 'urn:uuid:8b1689f4-9211-79c7-1c74-ac66b994f27a'
  assert.equal(parseReference(urn), { kind: 'urn', url: urn })
  assert.equal(parseReference('#med1'), { kind: 'contained', id: 'med1' })
  assert.equal(parseReference('#'), { kind: 'contained', id: '' })
  assert.equal(parseReference('Patient?identifier=a|b'), {
    kind: 'conditional',
    type: 'Patient',
    query: 'identifier=a|b',
  })
})

test('what has no shape of a reference is other', () => {
  for (const text of ['', 'Patient', 'Patient/', 'patient/1', 'Patient/a b', 'Patient/1/2', '/Patient/1']) {
    assert.is(parseReference(text).kind, 'other', text)
  }
  assert.is(parseReference(`Patient/${'x'.repeat(65)}`).kind, 'other')
})

test('any text is read without throwing, and an id is never longer than 64 characters', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseReference(text)
      if (parsed.kind === 'relative') assert.ok(parsed.id.length <= 64)
      parseCanonical(text)
    }),
  )
})

test('a canonical is taken apart into URL, version and fragment', () => {
  assert.equal(parseCanonical('http://a.org/vs'), { url: 'http://a.org/vs' })
  assert.equal(parseCanonical('http://a.org/vs|1.0'), { url: 'http://a.org/vs', version: '1.0' })
  assert.equal(parseCanonical('http://a.org/vs|1.0#x'), {
    url: 'http://a.org/vs',
    version: '1.0',
    fragment: 'x',
  })
  assert.equal(parseCanonical('http://a.org/vs|'), { url: 'http://a.org/vs' })
})

test.run()
