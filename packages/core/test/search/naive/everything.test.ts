import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { searches, urlOf } from './query-arbitraries.js'
import { content, examples } from './support.js'

const test = suite('memory storage and a naive reading of the specification')

const asked = fc.noBias(searches([]))
const many = fc.array(asked, { minLength: 40, maxLength: 40, size: 'max' })

test('random searches, whole and by each of their parameters, find the same resources in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(content, many, async ({ fill }, all) => {
      const both = await fill()
      for (const each of all) {
        for (const url of [urlOf(each), ...each.parameters.map((one) => `${each.type}?${one}`)]) {
          assert.equal(await both.found(url), both.naive(url), decodeURIComponent(url))
        }
      }
    }),
    examples(25),
  )
})

const compartments = fc.constantFrom('Patient/p0', 'Patient/p1', 'Patient/P0', 'Encounter/e0', 'Encounter/e1')
const shared = fc.constantFrom(
  '_id=p0,b1,e0',
  '_tag=a',
  '_tag:not=urn:s1|a',
  '_security=|a',
  '_security:missing=true',
  '_profile:below=http://acme.org/fhir',
  '_source=urn:acme:feed',
  '_lastUpdated=gt2000',
)
const order = fc.constantFrom(
  '',
  '_sort=_id',
  '_sort=-_id',
  '_sort=-_lastUpdated',
  '_sort=_tag,-_id',
  '_sort=-_source',
)

test('searches of several types, of all types and of whole compartments find the same', async () => {
  const types = fc.uniqueArray(fc.constantFrom('Patient', 'Encounter', 'Observation', 'ValueSet'), {
    minLength: 1,
  })
  const url = fc
    .tuple(
      fc.oneof(
        types.map((each) => `?_type=${each.join(',')}`),
        fc.constant('?'),
        compartments.map((owner) => `${owner}/*?`),
        fc.tuple(compartments, fc.constantFrom('Observation')).map((parts) => `${parts.join('/')}?`),
      ),
      fc.array(shared, { maxLength: 2 }),
      order,
    )
    .map(([start, parameters, sort]) => start + [...parameters, sort].map((each) => `&${each}`).join(''))
  const urls = fc.array(fc.noBias(url), { minLength: 20, maxLength: 20, size: 'max' })
  await fc.assert(
    fc.asyncProperty(content, urls, async ({ fill }, all) => {
      const both = await fill()
      for (const each of all) assert.equal(await both.found(each), both.naive(each), each)
    }),
    examples(8),
  )
})

test.run()
