import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import { parameters, said, serverWith, shown } from './support.js'

const test = suite('operations on ConceptMap')

/** The specification's example: https://hl7.org/fhir/R4/conceptmap-example.json.html */
const addressUse: AnyResource = {
  resourceType: 'ConceptMap',
  id: '101',
  url: 'http://hl7.org/fhir/ConceptMap/101',
  status: 'draft',
  sourceUri: 'http://hl7.org/fhir/ValueSet/address-use',
  targetUri: 'http://terminology.hl7.org/ValueSet/v3-AddressUse',
  group: [
    {
      source: 'http://hl7.org/fhir/address-use',
      target: 'http://terminology.hl7.org/CodeSystem/v3-AddressUse',
      element: [
        {
          code: 'home',
          display: 'home',
          target: [{ code: 'H', display: 'home', equivalence: 'equivalent' }],
        },
        {
          code: 'work',
          display: 'work',
          target: [{ code: 'WP', display: 'work place', equivalence: 'equivalent' }],
        },
        {
          code: 'temp',
          display: 'temp',
          target: [{ code: 'TMP', display: 'temporary address', equivalence: 'wider' }],
        },
        { code: 'old', display: 'old', target: [{ equivalence: 'unmatched', comment: 'none' }] },
      ],
      unmapped: { mode: 'fixed', code: 'temp', display: 'temp' },
    },
  ],
}

const map = (id: string, group: object): AnyResource => ({
  resourceType: 'ConceptMap',
  id,
  url: `urn:map:${id}`,
  status: 'active',
  group: [{ source: 'urn:a', target: 'urn:b', ...group }],
})
const element = [{ code: 'x', target: [{ code: 'y', equivalence: 'equal' }] }]

const server = await serverWith(
  addressUse,
  map('same', { element, unmapped: { mode: 'provided' } }),
  map('other', {
    element: [{ code: 'q' }],
    unmapped: { mode: 'other-map', url: 'urn:map:same' },
  }),
  map('round', {
    element: [{ code: 'q' }],
    unmapped: { mode: 'other-map', url: 'urn:map:round' },
  }),
  map('lost', { element: [{ code: 'q' }], unmapped: { mode: 'other-map', url: 'urn:map:none' } }),
  map('depends', {
    target: 'urn:c',
    element: [
      {
        code: 'd',
        target: [
          { code: 'left', equivalence: 'equal', dependsOn: [{ property: 'urn:side', value: 'L' }] },
          {
            code: 'right',
            equivalence: 'equal',
            dependsOn: [{ property: 'urn:side', value: 'R' }],
            product: [{ property: 'urn:part', system: 'urn:p', value: 'arm' }],
          },
        ],
      },
    ],
  }),
)
test.after(() => server.stop())

async function get(query: string) {
  const { status, json } = await server.request('GET', `ConceptMap/${query}`)
  return status === 200 ? shown(json) : [`${status} ${said(json)}`]
}

const v3 = 'http://terminology.hl7.org/CodeSystem/v3-AddressUse'
const by101 = '$translate?url=http://hl7.org/fhir/ConceptMap/101&system=http://hl7.org/fhir/address-use'

test('$translate gives the codes that a map has for a code', async () => {
  const expected = [
    'result=true',
    `match(equivalence=equivalent concept=${v3}|H source=http://hl7.org/fhir/ConceptMap/101)`,
  ]
  assert.equal(await get(`${by101}&code=home`), expected)
  assert.equal(await get('101/$translate?system=http://hl7.org/fhir/address-use&code=home'), expected)
  const { json } = await server.request(
    'POST',
    'ConceptMap/$translate',
    parameters(
      { name: 'conceptMap', resource: addressUse },
      { name: 'coding', valueCoding: { system: 'http://hl7.org/fhir/address-use', code: 'home' } },
    ),
  )
  assert.equal(shown(json), expected)
})

test('$translate goes backwards, the relation with it', async () => {
  const back = `$translate?url=http://hl7.org/fhir/ConceptMap/101&system=${v3}&reverse=true`
  assert.is(
    (await get(`${back}&code=TMP`))[1],
    'match(equivalence=narrower concept=http://hl7.org/fhir/address-use|temp source=http://hl7.org/fhir/ConceptMap/101)',
  )
  assert.is((await get(`${back}&code=BAD`))[0], 'result=false')
})

test('what a map says has no translation is none', async () => {
  const [result, message, match] = await get(`${by101}&code=old`)
  assert.is(result, 'result=false')
  assert.match(message ?? '', /^message=None/)
  assert.is(match, 'match(equivalence=unmatched source=http://hl7.org/fhir/ConceptMap/101)')
})

test('codes that a map does not have go the way of unmapped', async () => {
  assert.is(
    (await get(`${by101}&code=billing`))[1],
    `match(concept=${v3}|temp source=http://hl7.org/fhir/ConceptMap/101)`,
  )
  const of = (url: string) => get(`$translate?url=urn:map:${url}&system=urn:a&code=z`)
  assert.is((await of('same'))[1], 'match(equivalence=equal concept=urn:b|z source=urn:map:same)')
  assert.is((await of('other'))[1], 'match(equivalence=equal concept=urn:b|z source=urn:map:same)')
  assert.match((await of('round'))[0] ?? '', /^422 .*without end/)
  assert.match((await of('lost'))[0] ?? '', /^404 .*urn:map:none, which is not here/)
})

test('a target that depends on something is given with it only, and its products too', async () => {
  const ask = async (...dependency: object[]) => {
    const { json } = await server.request(
      'POST',
      'ConceptMap/depends/$translate',
      parameters(
        { name: 'code', valueCode: 'd' },
        { name: 'system', valueUri: 'urn:a' },
        ...dependency.map((concept) => ({
          name: 'dependency',
          part: [
            { name: 'element', valueUri: 'urn:side' },
            { name: 'concept', valueCodeableConcept: concept },
          ],
        })),
      ),
    )
    return shown(json)
  }
  assert.is((await ask())[0], 'result=false')
  assert.equal(await ask({ coding: [{ code: 'R' }] }), [
    'result=true',
    'match(equivalence=equal concept=urn:c|right product(element=urn:part concept=urn:p|arm) source=urn:map:depends)',
  ])
})

test('without a map, every stored and bundled one from the system is asked, as far as its ends fit', async () => {
  const from = '$translate?system=http://hl7.org/fhir/address-use&code=home'
  const sources = (shown: string[]) =>
    shown
      .slice(1)
      .map((each) => /source=.*\/([^/]*)\)/.exec(each)?.[1])
      .sort()
  assert.equal(sources(await get(from)), ['101', 'cm-address-use-v2', 'cm-address-use-v3'])
  assert.equal(sources(await get(`${from}&targetsystem=http://terminology.hl7.org/CodeSystem/v2-0190`)), [
    'cm-address-use-v2',
  ])
  assert.equal(sources(await get(`${from}&target=http://terminology.hl7.org/ValueSet/v2-0190`)), [
    'cm-address-use-v2',
  ])
  assert.is((await get('$translate?system=urn:nowhere&code=home'))[0], 'result=false')
})

test('$translate says what is missing', async () => {
  assert.match(
    (await get('$translate?url=urn:none&code=a'))[0] ?? '',
    /^404 There is no concept map urn:none/,
  )
  assert.match((await get('$translate?url=urn:map:same'))[0] ?? '', /^400 Expected code/)
  assert.match((await get('$translate?code=a'))[0] ?? '', /^400 Expected the system/)
  assert.match((await get('none/$translate?code=a'))[0] ?? '', /^404 There is no ConceptMap\/none/)
})

test.run()
