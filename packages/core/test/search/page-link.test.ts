import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { createPageLinks } from '../../src/search/page-link.js'
import type { PageKey } from '../../src/search/query.js'

const test = suite('page links')
const secret = new Uint8Array(32).fill(7)
const links = createPageLinks(secret)

const pageKeys: fc.Arbitrary<PageKey> = fc.record({
  values: fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true }), fc.constant(null)), {
    maxLength: 4,
  }),
  seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  direction: fc.constantFrom('next', 'previous'),
})

const isRefused = (text: string, query: string) => {
  assert.throws(
    () => links.open(text, query),
    (error: unknown) => FhirError.is(error) && error.code === 'invalid-page-link' && error.status === 400,
  )
}

test('a sealed key opens to what it was, infinite and negative zero sort keys included', () => {
  fc.assert(
    fc.property(pageKeys, fc.string({ unit: 'grapheme' }), (key, query) => {
      const opened = links.open(links.seal(key, query), query)
      // JSON writes -0 as 0, and so does every comparison of sort keys.
      assert.equal(opened, { ...key, values: key.values.map((value) => (Object.is(value, -0) ? 0 : value)) })
    }),
  )
})

test('the text is safe in a URL and shows nothing', () => {
  fc.assert(
    fc.property(pageKeys, (key) => {
      const text = links.seal({ ...key, values: ['Fernández'] }, 'Patient?_sort=family')
      assert.match(text, /^[A-Za-z0-9_-]+$/)
      assert.not.match(Buffer.from(text, 'base64url').toString('latin1'), 'ndez')
    }),
  )
})

test('a sealed search opens to its parameters, its time and its place, on its own path only', () => {
  const parameters = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(parameters, fc.option(pageKeys, { nil: undefined }), (asked, key) => {
      const place = { parameters: asked, now: 1_700_000_000_000, ...(key === undefined ? {} : { key }) }
      const opened = links.openSearch(links.sealSearch(place, 'Patient'), 'Patient')
      assert.is(JSON.stringify(opened), JSON.stringify(place))
      assert.throws(() => links.openSearch(links.sealSearch(place, 'Patient'), 'Observation'), /page link/)
    }),
  )
})

test('the link of a search with 500 ids is shorter than the ids', () => {
  const ids = Array.from(
    { length: 500 },
    (_, index) => `00ff${(index * 7919).toString(16).padStart(16, '0')}`,
  )
  const place = { parameters: [['_id', ids.join(',')]] as const, now: 0 }
  assert.ok(links.sealSearch(place, 'Patient').length < ids.join(',').length)
})

test('a key that was sealed for a history opens no search', () => {
  const key = { values: [], seq: '1', direction: 'next' } as const
  assert.throws(() => links.openSearch(links.seal(key, 'Patient'), 'Patient'), /page link/)
})

test('two links to one place differ', () => {
  const key = { values: ['a'], seq: '1', direction: 'next' } as const
  assert.is.not(links.seal(key, 'q'), links.seal(key, 'q'))
})

test('any altered character is refused', () => {
  const text = links.seal({ values: ['a', null, 4], seq: '123', direction: 'next' }, 'q')
  for (let index = 0; index < text.length; index++) {
    for (const other of ['A', 'B', '_', '=', ' ']) {
      if (text[index] !== other) isRefused(text.slice(0, index) + other + text.slice(index + 1), 'q')
    }
  }
  for (const bad of ['', 'x', text.slice(1), text.slice(0, -1), `${text}A`, `${text}=`, 'ñ'.repeat(60)])
    isRefused(bad, 'q')
})

test('a link opens with its own query and its own secret only', () => {
  const text = links.seal({ values: [], seq: '1', direction: 'next' }, 'Patient?name=a')
  isRefused(text, 'Patient?name=b')
  isRefused(
    createPageLinks(new Uint8Array(32).fill(8)).seal({ values: [], seq: '1', direction: 'next' }, 'q'),
    'q',
  )
})

test('a secret that is too short is refused', () => {
  assert.throws(() => createPageLinks(new Uint8Array(8)), /16 bytes/)
})

test.run()
