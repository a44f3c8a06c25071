import { suite } from 'uvu'
import { compare, each, encoded, escaped, pairs } from './pairs.js'
import { codes, names, systems, urls } from './resource-arbitraries.js'

const test = suite('a naive reading of the specification, texts, codes and links')

const absent = undefined

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
    // Above the surrogates by UTF-16, below the astral planes by code point.
    '\ufffd',
  ]
  const resources = each('Patient', [
    ...more.map((family) => ({ name: [{ family }] })),
    ...pairs(more, more.slice(0, 3)).map(([family, given]) => ({
      name: [{ family, given: [given, 'Ana'] }],
    })),
    ...more.map((text) => ({ name: [{ text }, { prefix: [text], suffix: ['Jr'] }] })),
  ])
  const together = ['José Ana a', 'jose ana strasse', 'ana josefa', 'Ana  O', 'X_Y%Z Jr'].map(escaped)
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
    encoded(name, [...written, ...together]),
  )
  await compare(resources, 'Patient', [...modified, '_sort=name', '_sort=-family,name'])
})

test('addresses by each part and as they stand on the envelope', async () => {
  const parts = {
    line: ['12 Rue de l’Église', 'Apt. 4'],
    city: 'San José',
    district: 'Escazú',
    state: 'SJ',
    postalCode: '10201',
    country: 'CR',
    text: 'c/o Ñandú',
  }
  const addresses = Object.entries(parts).flatMap(([member, value]) => [
    { [member]: value },
    { ...parts, [member]: Array.isArray(value) ? ['1'] : 'x' },
  ])
  const resources = each(
    'Patient',
    addresses.map((address) => ({ address: [address] })),
  )
  const written = [
    '12',
    '12 rue',
    'apt',
    'san jose',
    'escazu',
    'S',
    'sj',
    '10201',
    'CR',
    'c/o n',
    'rue',
    '4 san',
    'x',
  ]
  const names = ['address', 'address:contains', 'address:exact', 'address-city', 'address-city:exact']
  await compare(resources, 'Patient', [
    ...names.flatMap((name) => encoded(name, [...written, 'San José', '12 Rue de l’Église Apt. 4 San José'])),
    ...['_sort=address', '_sort=-address'],
  ])
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

test('canonicals by URL and version, from above and from below', async () => {
  const versions = ['', '|1', '|1.0', '|1.0.2', '|10', '|2', '|1.0-beta']
  const all = pairs(['http://acme.org/PlanDefinition/a', 'urn:acme:b'], versions).map((parts) =>
    parts.join(''),
  )
  const resources = each(
    'CarePlan',
    pairs(all, [[], ['urn:acme:b|3']]).map(([one, more]) => ({ instantiatesCanonical: [one, ...more] })),
  )
  const name = 'instantiates-canonical'
  await compare(resources, 'CarePlan', [
    ...[name, `${name}:below`, `${name}:above`].flatMap((each) => encoded(each, all)),
    ...[`_sort=${name}`, `_sort=-${name}`],
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
