import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundles } from '../../../src/validation/rules/bundles.js'
import { references } from '../../../src/validation/rules/references.js'
import { check } from './check.js'

const test = suite('documents')

type Json = Record<string, unknown>
const base = 'http://a.example/fhir'

/** A document of a Composition and observations; each refers to others that come after it, so that all are reached. */
const documents = fc
  .record({
    urn: fc.boolean(),
    parents: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
  })
  .map(({ urn, parents }) => {
    const url = (index: number) =>
      urn
        ? `urn:uuid:00000000-0000-4000-8000-00000000000${index}`
        : `${base}/${index === 0 ? 'Composition' : 'Observation'}/${index}`
    const reference = (index: number) => ({ reference: urn ? url(index) : `Observation/${index}` })
    const children = (index: number) =>
      parents.flatMap((parent, child) => (parent % (child + 1) === index ? [reference(child + 1)] : []))
    const composition = {
      resourceType: 'Composition',
      id: '0',
      section: children(0).map((entry) => ({ entry: [entry] })),
    }
    const observations = parents.map((_, index) => {
      const members = children(index + 1)
      const members_ = members.length > 0 ? { hasMember: members } : {}
      return { resourceType: 'Observation', id: String(index + 1), ...members_ }
    })
    const entry = [composition, ...observations].map((resource, index) => ({ fullUrl: url(index), resource }))
    return { resourceType: 'Bundle', type: 'document', entry }
  })

test('a document whose references all lead to its entries is valid', () => {
  fc.assert(
    fc.property(documents, (document) => {
      assert.equal(check(bundles, document).findings, [])
      assert.equal(check(references, document).findings, [])
    }),
  )
})

test('a reference of the Composition that leads nowhere is an error of that element', () => {
  fc.assert(
    fc.property(documents, fc.nat(), (document, choice) => {
      const sections =
        (document.entry[0]?.resource as { section: { entry: Json[] }[] } | undefined)?.section ?? []
      const broken = choice % sections.length
      const section = sections[broken]
      if (section) section.entry = [{ reference: 'Observation/elsewhere' }]
      const { places } = check(bundles, document)
      assert.ok(places.includes(`error Bundle.entry[0].resource.section[${broken}].entry[0]`))
    }),
  )
})

test('an entry that nothing leads to is an error; one that leads to the document is a warning, but for Provenance', () => {
  const entry = (resource: Json) => ({ fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource })
  const document = {
    resourceType: 'Bundle',
    type: 'document',
    entry: [
      entry({ resourceType: 'Composition', id: '1', subject: { reference: 'Patient/1' } }),
      entry({ resourceType: 'Patient', id: '1' }),
      entry({ resourceType: 'Patient', id: '2' }),
      entry({ resourceType: 'Observation', id: '1', subject: { reference: 'Patient/1' } }),
      entry({ resourceType: 'Provenance', id: '1', target: [{ reference: 'Composition/1' }] }),
    ],
  }
  assert.equal(check(bundles, document).places, ['error Bundle.entry[2]', 'warning Bundle.entry[3]'])
})

test('a document of thousands of entries that lead to each other backwards takes no time to speak of', () => {
  const size = 5000
  const observation = (index: number) => ({
    fullUrl: `${base}/Observation/${index}`,
    resource: {
      resourceType: 'Observation',
      id: String(index),
      hasMember: [{ reference: index === 1 ? 'Composition/0' : `Observation/${index - 1}` }],
    },
  })
  const first = { fullUrl: `${base}/Composition/0`, resource: { resourceType: 'Composition', id: '0' } }
  const others = Array.from({ length: size }, (_, index) => observation(size - index))
  const start = performance.now()
  const { findings } = check(bundles, { resourceType: 'Bundle', type: 'document', entry: [first, ...others] })
  assert.ok(performance.now() - start < 5000)
  assert.is(findings.filter(({ severity }) => severity === 'warning').length, size)
})

test.run()
