import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identified } from '../../testing/conformance/changes.js'
import {
  codes,
  comparators,
  decimals,
  names,
  systems,
  times,
  ucumSystem,
  ucumUnits,
  urls,
} from '../../testing/conformance/resource-arbitraries.js'
import { Both } from './naive-support.js'

/** Where chance would rarely bring an element and a query together that meet at an edge, all are tried with all. */
const test = suite('memory storage and a naive reading of the specification, everything with everything')

const prefixes = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']
const absent = undefined

/** Resources of one type, one for each of the alternatives. */
function each(resourceType: string, alternatives: readonly object[]): Identified[] {
  return alternatives.map((elements, index) => ({ resourceType, id: `x${index}`, ...elements }) as Identified)
}

/** Every pair that can be made of two lists. */
function pairs<A, B>(first: readonly A[], second: readonly B[]): (readonly [A, B])[] {
  return first.flatMap((a) => second.map((b) => [a, b] as const))
}

const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&')

/** Fails where the two differ, and where the queries find nothing or all: such a test would show nothing. */
async function compare(resources: readonly Identified[], type: string, queries: readonly string[]) {
  const both = await Both.holding([resources])
  let some = 0
  for (const query of queries) {
    const url = `${type}?${query}`
    const found = await both.found(url)
    assert.equal(found, both.naive(url), decodeURIComponent(url))
    if (found.length > 0 && found.length < resources.length) some++
  }
  assert.ok(some > queries.length / 4, `only ${some} of ${queries.length} queries chose anything`)
}

const encoded = (name: string, values: readonly string[]) =>
  values.map((value) => `${name}=${encodeURIComponent(value)}`)

const writtenNumbers = [
  ...decimals.map(String),
  '5.40',
  '5.0',
  '1e2',
  '1.0e2',
  '1e0',
  '85e-2',
  '-0.5',
  '+5',
  '05',
]

test('numbers and ranges of numbers under every prefix', async () => {
  const points = decimals.map((probabilityDecimal) => ({ prediction: [{ probabilityDecimal }] }))
  const ranges = pairs(decimals, [absent, ...decimals])
    .filter(([low, high]) => high === absent || low <= high)
    .flatMap(([low, high]) => [
      {
        prediction: [
          {
            probabilityRange: { low: { value: low }, ...(high === absent ? {} : { high: { value: high } }) },
          },
        ],
      },
      ...(high === absent ? [{ prediction: [{ probabilityRange: { high: { value: low } } }] }] : []),
    ])
  const written = pairs(prefixes, writtenNumbers).map((parts) => parts.join(''))
  await compare(
    each('RiskAssessment', [...points, ...ranges]),
    'RiskAssessment',
    encoded('probability', written),
  )
})

test('quantities with every comparator under every prefix, in every unit', async () => {
  const units = [{}, { unit: 'mg' }, ...ucumUnits.map((code) => ({ system: ucumSystem, code }))]
  const quantities = pairs(pairs([-1, 0, 0.85, 5, 850, 0.005, 5000], [absent, ...comparators]), units).map(
    ([[value, comparator], unit]) => ({ value, ...(comparator === absent ? {} : { comparator }), ...unit }),
  )
  const resources = each(
    'Observation',
    quantities.map((valueQuantity) => ({ valueQuantity })),
  )
  const asked = ['', '||mg', '||kg', `|${ucumSystem}|mg`, `|${ucumSystem}|kg`, `|${ucumSystem}|cm`]
  const written = pairs(pairs(prefixes, ['-1', '0', '0.85', '5', '5.0', '850', '0.005', '5e3']), asked)
  await compare(resources, 'Observation', [
    ...encoded(
      'value-quantity',
      written.map(([number, unit]) => `${number.join('')}${unit}`),
    ),
    '_sort=value-quantity',
    '_sort=-value-quantity',
  ])
})

test('dates, periods and timings under every prefix', async () => {
  const periods = pairs([absent, ...times], [absent, ...times.filter((_, index) => index % 2 === 0)]).flatMap(
    ([start, end]) =>
      start === absent && end === absent
        ? []
        : [{ effectivePeriod: { ...(start && { start }), ...(end && { end }) } }],
  )
  const timings = pairs(times.slice(0, 6), times.slice(6)).map((event) => ({ effectiveTiming: { event } }))
  const bounded = times.map((end) => ({
    effectiveTiming: { event: ['2000-01-01'], repeat: { boundsPeriod: { end } } },
  }))
  const points = times.map((effectiveDateTime) => ({ effectiveDateTime }))
  const resources = each('Observation', [...points, ...periods, ...timings, ...bounded])
  const written = pairs(prefixes, [
    ...times,
    '2000-01-01T00:00',
    '2000-01-01T00:00Z',
    '2000-01-01T00:00:00.25Z',
  ])
  await compare(resources, 'Observation', [
    ...encoded(
      'date',
      written.map((parts) => parts.join('')),
    ),
    '_sort=date',
    '_sort=-date',
  ])
})

test('names by every start, part and whole', async () => {
  const more = [
    ...names,
    'ﬁnn',
    'STRASSE',
    'straße',
    'ΣΊΣΥΦΟΣ',
    'Σίσυφος',
    'a  b',
    'İzmir',
    'Işık',
    'ışık',
    'GROẞ',
    'groß',
    'é',
    'e\u0301',
    "O'Neil",
    'a,b|c$d\\e',
  ]
  const resources = each('Patient', [
    ...more.map((family) => ({ name: [{ family }] })),
    ...pairs(more, more.slice(0, 3)).map(([family, given]) => ({
      name: [{ family, given: [given, 'Ana'] }],
    })),
    ...more.map((text) => ({ name: [{ text }, { prefix: [text], suffix: ['Jr'] }] })),
  ])
  const written = more.flatMap((name) => {
    const characters = [...name]
    return [
      ...new Set([
        characters[0] ?? '',
        characters.slice(0, 3).join(''),
        characters.slice(1).join(''),
        name,
        name.toUpperCase(),
        name.toLowerCase(),
      ]),
    ]
      .filter((text) => /[^\s\p{M}]/u.test(text))
      .map(escaped)
  })
  const modified = ['name', 'name:exact', 'name:contains', 'family', 'given:contains'].flatMap((name) =>
    encoded(name, written),
  )
  await compare(resources, 'Patient', [...modified, '_sort=name', '_sort=-family,name'])
})

test('codings by system and code, alone and negated', async () => {
  const codings = pairs([absent, ...systems], [absent, ...codes])
    .filter(([system, code]) => system !== absent || code !== absent)
    .map(([system, code]) => ({ ...(system && { system }), ...(code && { code }) }))
  const resources = each('Observation', [
    { code: { text: 'a' } },
    ...codings.map((coding) => ({ code: { coding: [coding] } })),
    ...pairs(codings, codings).map((coding) => ({ code: { coding } })),
  ])
  const written = pairs(['', '|', ...systems.map((system) => `${system}|`)], ['', 'B', ...codes.map(escaped)])
    .map((parts) => parts.join(''))
    .filter((text) => text !== '' && text !== '|')
  await compare(resources, 'Observation', [
    ...['code', 'code:not', 'combo-code'].flatMap((name) => encoded(name, written)),
    ...['_sort=code', '_sort=-code'],
  ])
})

test('identifiers by system, value, type and the text of the type', async () => {
  const types = [
    absent,
    { text: 'José' },
    ...pairs(systems, codes).map(([system, code]) => ({ coding: [{ system, code }] })),
  ]
  const identifiers = pairs(pairs([absent, ...systems], codes), types).map(([[system, value], type]) => ({
    ...(system && { system }),
    value,
    ...(type && { type }),
  }))
  const resources = each(
    'Patient',
    identifiers.map((identifier) => ({ identifier: [identifier] })),
  )
  const ofType = pairs(pairs(systems, codes), codes).map(([[system, code], value]) =>
    [system, code, value].map(escaped).join('|'),
  )
  await compare(resources, 'Patient', [
    ...encoded('identifier:of-type', ofType),
    ...encoded(
      'identifier',
      pairs(['', '|', ...systems.map((system) => `${system}|`)], codes.map(escaped)).map((parts) =>
        parts.join(''),
      ),
    ),
    ...encoded('identifier:text', ['jose', 'JOSÉ', 'jo']),
  ])
})

test('references by id, type, URL and identifier', async () => {
  const targets = [
    'Patient/p0',
    'Patient/p1',
    'Group/p0',
    'Patient/p0/_history/2',
    'http://localhost/fhir/Patient/p0',
    'http://localhost/fhir/Patient/p0/_history/1',
    'http://other.example/Patient/p0',
    'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
    '#p0',
  ]
  const resources = each('Observation', [
    ...targets.map((reference) => ({ subject: { reference } })),
    ...targets.map((reference) => ({ subject: { reference, identifier: { value: 'p0' } } })),
    ...[...codes, 'p0'].map((value) => ({
      subject: { identifier: { value, system: 'urn:s1' }, type: 'Patient' },
    })),
  ])
  const written = [
    'p0',
    'p1',
    ...targets.filter((each) => !each.includes('_history') && !each.startsWith('#')),
  ]
  await compare(resources, 'Observation', [
    ...encoded('subject', written),
    ...encoded(
      'patient',
      written.filter((each) => !each.startsWith('Group')),
    ),
    ...encoded('subject:Patient', ['p0', 'p1', 'Patient/p0']),
    ...encoded('subject:Group', ['p0', 'Group/p0']),
    ...encoded('subject:identifier', ['p0', '|p0', 'urn:s1|p0', 'urn:s1|', 'a']),
    ...encoded('subject:missing', ['true', 'false']),
    ...encoded('patient:missing', ['true', 'false']),
    ...['_sort=subject', '_sort=-subject'],
  ])
})

test('URLs by themselves, from above and from below', async () => {
  const more = [
    ...urls,
    'http://acme.org/fhir/',
    'http://acme.org',
    'http://acme.org/fhirx',
    'urn:oid:1.2.3',
    'urn:oid:1',
    'http://acme.org/fhir/ValueSet/',
  ]
  const resources = each(
    'ValueSet',
    more.map((url) => ({ url })),
  )
  await compare(resources, 'ValueSet', [
    ...['url', 'url:below', 'url:above'].flatMap((name) => encoded(name, more)),
    ...['_sort=url', '_sort=-url'],
  ])
})

test('composites hold within one element', async () => {
  const concepts = codes.slice(0, 2).map((code) => ({ coding: [{ code }] }))
  const values = [
    {},
    { valueQuantity: { value: 1 } },
    { valueQuantity: { value: 2 } },
    ...concepts.map((valueCodeableConcept) => ({ valueCodeableConcept })),
  ]
  const components = pairs(concepts, values).map(([code, value]) => ({ code, ...value }))
  const resources = each('Observation', [
    ...components,
    ...pairs(components, components).map((component) => ({ component })),
    ...pairs(components, components).map(([own, inner]) => ({ ...own, component: [inner] })),
  ])
  const quantities = pairs(['a', 'A'], ['1', '2', 'gt1', 'ne1', '1,a$2']).map((parts) => parts.join('$'))
  const coded = pairs(['a', 'A', '|a'], ['a', 'A']).map((parts) => parts.join('$'))
  await compare(resources, 'Observation', [
    ...['code-value-quantity', 'component-code-value-quantity', 'combo-code-value-quantity'].flatMap(
      (name) => [...encoded(name, quantities), ...encoded(`${name}:missing`, ['true', 'false'])],
    ),
    ...['code-value-concept', 'component-code-value-concept', 'combo-code-value-concept'].flatMap((name) =>
      encoded(name, coded),
    ),
  ])
})

test.run()
