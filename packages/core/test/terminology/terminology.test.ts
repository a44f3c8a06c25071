import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import type { TerminologySource } from '../../src/terminology/asking.js'
import { r4Terminology } from '../../src/terminology/bundled.js'
import { grammars } from '../../src/terminology/grammars/grammars.js'
import { createTerminology } from '../../src/terminology/terminology.js'
import { archiveOf } from './archives.js'
import { animals, nothingStored, stored, valueSet } from './sources.js'

const test = suite('createTerminology')
const terminology = createTerminology({
  definitions: { find: () => undefined },
  bundled: r4Terminology,
  archives: [],
  grammars,
})

/** `system|code` of each member, sorted; `system|` for a whole system. */
async function members(canonical: string, source: TerminologySource = nothingStored): Promise<string[]> {
  const { systems, codes } = await terminology.codesOf(canonical, source)
  return [
    ...systems.map((system) => `${system}|`),
    ...codes.map(({ system, code }) => `${system}|${code}`),
  ].sort()
}

/** The codes of a value set over the animals. */
async function kept(...include: object[]): Promise<string> {
  const set = valueSet('urn:set', include)
  return (await members('urn:set', stored(animals, set)))
    .map((each) => each.replace('urn:animals|', ''))
    .join(' ')
}

const filter = (property: string, op: string, value: string) => ({
  system: 'urn:animals',
  filter: [{ property, op, value }],
})

async function refused(work: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  try {
    await work
  } catch (error) {
    assert.ok(FhirError.is(error), String(error))
    assert.is(error.code, code)
    assert.match(error.message, message)
    return
  }
  throw new Error('was accepted')
}

test('a bundled value set of a whole system needs no list', async () => {
  const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  assert.equal(await members(gender), ['http://hl7.org/fhir/administrative-gender|'])
  assert.equal(await members(`${gender}|4.0.1`), ['http://hl7.org/fhir/administrative-gender|'])
})

test('bundled value sets follow the hierarchy of v3 code systems, by nesting and by property', async () => {
  const inpatient = await terminology.below(
    'http://terminology.hl7.org/CodeSystem/v3-ActCode',
    'IMP',
    nothingStored,
  )
  assert.equal([...inpatient].sort(), ['ACUTE', 'IMP', 'NONAC'])
  const above = await terminology.above(
    'http://terminology.hl7.org/CodeSystem/v3-ActCode',
    'ACUTE',
    nothingStored,
  )
  assert.equal([...above].sort(), ['ACUTE', 'IMP', '_ActCareProvisionCode', '_ActEncounterCode'])
  assert.ok((await members('http://hl7.org/fhir/ValueSet/inactive')).length > 3)
})

test('countries by a regular expression', async () => {
  const letters = await members('http://hl7.org/fhir/ValueSet/iso3166-1-3')
  assert.ok(letters.includes('urn:iso:std:iso:3166|ESP'))
  assert.not(letters.includes('urn:iso:std:iso:3166|ES'))
})

test('each filter keeps what it says', async () => {
  assert.is(await kept(filter('concept', 'is-a', 'mammal')), 'dog mammal puppy whale')
  assert.is(await kept(filter('concept', 'descendent-of', 'mammal')), 'dog puppy whale')
  assert.is(await kept(filter('concept', 'is-not-a', 'mammal')), 'fish swimmer')
  assert.is(await kept(filter('concept', 'generalizes', 'puppy')), 'dog mammal puppy')
  assert.is(await kept(filter('concept', 'is-a', 'swimmer')), 'fish swimmer whale')
  assert.is(await kept(filter('legs', '=', '4')), 'dog')
  assert.is(await kept(filter('legs', 'in', '0, 4')), 'dog whale')
  assert.is(await kept(filter('legs', 'not-in', '0')), 'dog fish mammal puppy swimmer')
  assert.is(await kept(filter('legs', 'exists', 'true')), 'dog whale')
  assert.is(await kept(filter('code', 'regex', '.*m.*')), 'mammal swimmer')
  assert.is(await kept(filter('code', 'regex', 'm')), '')
  assert.is(await kept(filter('display', '=', 'Mammal')), 'mammal')
  assert.is(await kept(filter('parent', '=', 'mammal')), 'dog whale')
  assert.is(await kept(filter('child', '=', 'fish')), 'swimmer')
})

test('filters of one include all hold, includes add up', async () => {
  const both = {
    system: 'urn:animals',
    filter: [...filter('concept', 'is-a', 'mammal').filter, ...filter('legs', '=', '0').filter],
  }
  assert.is(await kept(both), 'whale')
  assert.is(await kept(both, { system: 'urn:animals', concept: [{ code: 'fish' }] }), 'fish whale')
})

test('value sets in one include intersect, with its system too', async () => {
  const mammals = valueSet('urn:mammals', [filter('concept', 'is-a', 'mammal')])
  const swimmers = valueSet('urn:swimmers', [filter('concept', 'is-a', 'swimmer')])
  const all = valueSet('urn:all', [{ system: 'urn:animals' }, { system: 'urn:other' }])
  const of = (...include: object[]) =>
    members('urn:set', stored(animals, mammals, swimmers, all, valueSet('urn:set', include)))
  assert.equal(await of({ valueSet: ['urn:mammals', 'urn:swimmers'] }), ['urn:animals|whale'])
  assert.equal(await of({ system: 'urn:animals', valueSet: ['urn:all'] }), ['urn:animals|'])
  assert.equal(
    await of({ valueSet: ['urn:all', 'urn:swimmers'] }),
    ['fish', 'swimmer', 'whale'].map((code) => `urn:animals|${code}`),
  )
})

test('excluded codes are left out, and of a whole system the others are listed', async () => {
  const set = valueSet(
    'urn:set',
    [{ system: 'urn:animals' }, { system: 'urn:x' }],
    [filter('concept', 'is-a', 'mammal'), { system: 'urn:x' }],
  )
  assert.equal(await members('urn:set', stored(animals, set)), ['urn:animals|fish', 'urn:animals|swimmer'])
  await refused(
    members(
      'urn:set',
      stored(valueSet('urn:set', [{ system: 'urn:x' }], [{ system: 'urn:x', concept: [{ code: 'a' }] }])),
    ),
    'not-found',
    /code system urn:x is not here/,
  )
})

test('stored resources win over bundled ones, in the version asked for', async () => {
  const url = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  const own = { ...valueSet(url, [{ system: 'urn:g', concept: [{ code: 'm' }] }]), version: '2' }
  assert.equal(await members(url, stored(own)), ['urn:g|m'])
  assert.equal(await members(`${url}|2`, stored(own)), ['urn:g|m'])
  assert.equal(await members(`${url}|4.0.1`, stored(own)), ['http://hl7.org/fhir/administrative-gender|'])
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
  const tiny = { ...animals, url: system, concept: [{ code: 'IMP', concept: [{ code: 'mine' }] }] }
  assert.equal(await terminology.below(system, 'IMP', stored(tiny)), ['IMP', 'mine'])
  assert.is((await terminology.below(system, 'IMP', nothingStored)).length, 3)
})

test('a stored value set can be named by its id', async () => {
  const set = { ...valueSet('urn:set', [{ system: 'urn:x' }]), id: 'mine' }
  assert.equal(await members('ValueSet/mine', stored(set)), ['urn:x|'])
})

test('an expansion counts where there is no definition, or one that needs what is not here', async () => {
  const contains = [
    { system: 'urn:x', code: 'a', contains: [{ system: 'urn:x', code: 'b' }] },
    { system: 'urn:x', code: 'c', abstract: true },
  ]
  const only = { resourceType: 'ValueSet', url: 'urn:set', expansion: { contains } }
  assert.equal(await members('urn:set', stored(only)), ['urn:x|a', 'urn:x|b'])
  const both = {
    ...valueSet('urn:set', [{ system: 'urn:far', filter: filter('concept', 'is-a', 'a').filter }]),
    expansion: { contains },
  }
  assert.equal(await members('urn:set', stored(both)), ['urn:x|a', 'urn:x|b'])
  const page = { ...both, expansion: { total: 100, contains } }
  await refused(members('urn:set', stored(page)), 'not-found', /code system urn:far is not here/)
})

test('value sets that refer to each other in a circle are refused', async () => {
  const a = valueSet('urn:a', [{ valueSet: ['urn:b'] }])
  const b = valueSet('urn:b', [{ valueSet: ['urn:a'] }])
  await refused(members('urn:a', stored(a, b)), 'business-rule', /urn:a > urn:b > urn:a/)
})

test('a value set that is used again and again is read once', async () => {
  const sets = Array.from({ length: 30 }, (_, n) =>
    valueSet(
      `urn:${n}`,
      n === 29 ? [{ system: 'urn:x' }] : [{ valueSet: [`urn:${n + 1}`] }, { valueSet: [`urn:${n + 1}`] }],
    ),
  )
  assert.equal(await members('urn:0', stored(...sets)), ['urn:x|'])
})

test('a hierarchy that turns in a circle ends', async () => {
  const concept = ['a', 'b'].map((code) => ({
    code,
    property: [{ code: 'parent', valueCode: code === 'a' ? 'b' : 'a' }],
  }))
  assert.equal(await terminology.below('urn:animals', 'a', stored({ ...animals, concept })), ['a', 'b'])
})

test('what is not here, and what has no meaning, is said', async () => {
  await refused(members('urn:none'), 'not-found', /no value set urn:none/)
  await refused(
    terminology.below('urn:none', 'a', nothingStored),
    'not-found',
    /code system urn:none is not here/,
  )
  await refused(
    terminology.below('http://snomed.info/sct', '1', nothingStored),
    'not-found',
    /is not here with its concepts/,
  )
  await refused(terminology.below('urn:animals', 'cat', stored(animals)), 'not-found', /has no code cat/)
  await refused(kept(filter('concept', 'is-a', 'cat')), 'business-rule', /names the code cat/)
  await refused(kept(filter('concept', 'like', 'cat')), 'business-rule', /operator like/)
  await refused(kept(filter('code', 'regex', '(')), 'business-rule', /no regular expression/)
  await refused(kept({ system: 'urn:animals', filter: [{ op: '=' }] }), 'business-rule', /lacks/)
  await refused(
    members('urn:set', stored({ resourceType: 'ValueSet', url: 'urn:set' })),
    'business-rule',
    /neither/,
  )
})

test('of a part of a system, a code that is not in it stands for itself', async () => {
  const part = { ...animals, content: 'fragment' }
  assert.equal(await terminology.below('urn:animals', 'cat', stored(part)), ['cat'])
  assert.equal(await terminology.below('urn:animals', 'dog', stored(part)), ['dog', 'puppy'])
})

test('more than 10,000 codes are too many, and a regular expression that takes forever is stopped', async () => {
  const many = Array.from({ length: 10_001 }, (_, n) => ({ code: `c${n}` }))
  const listed = valueSet('urn:set', [{ system: 'urn:x', concept: many }])
  await refused(members('urn:set', stored(listed)), 'too-costly', /has 10001 codes/)
  const flat = { ...animals, concept: [{ code: 'top', concept: many }] }
  await refused(
    terminology.below('urn:animals', 'top', stored(flat)),
    'too-costly',
    /10002 codes are below top/,
  )
  const long = { ...animals, concept: [{ code: `${'a'.repeat(60)}!` }] }
  const evil = valueSet('urn:set', [filter('code', 'regex', '(a+)+')])
  const start = performance.now()
  await refused(members('urn:set', stored(long, evil)), 'too-costly', /longer than \d+ ms/)
  assert.ok(performance.now() - start < 5000)
})

/** SNOMED CT and LOINC in miniature. */
const withArchives = createTerminology({
  definitions: { find: () => undefined },
  bundled: r4Terminology,
  grammars,
  archives: [
    archiveOf(
      'http://snomed.info/sct',
      {
        '138875005': { display: 'Root', children: ['404684003'] },
        '404684003': { display: 'Clinical finding', children: ['22298006'] },
        '22298006': { display: 'Myocardial infarction', properties: { memberOf: ['816080008'] } },
      },
      'http://snomed.info/sct/900000000000207008/version/20240101',
    ),
    archiveOf('http://loinc.org', {
      LP1: { children: ['1-8'] },
      '1-8': { properties: { CLASS: ['CHEM'] } },
      'LA1-0': { properties: { LIST: ['LL1-4'] } },
    }),
  ],
})

test('archives have a hierarchy for searches, and answer implicit value sets', async () => {
  const sct = 'http://snomed.info/sct'
  assert.equal(await withArchives.below(sct, '404684003', nothingStored), ['404684003', '22298006'])
  assert.equal(await withArchives.above(sct, '22298006', nothingStored), [
    '22298006',
    '404684003',
    '138875005',
  ])
  const codes = async (url: string) => {
    const list = await withArchives.codesOf(url, nothingStored)
    return [...list.systems, ...list.codes.map(({ code }) => code)].join(' ')
  }
  assert.is(await codes(`${sct}?fhir_vs`), sct)
  assert.is(await codes(`${sct}?fhir_vs=isa/404684003`), '404684003 22298006')
  assert.is(await codes(`${sct}?fhir_vs=refset/816080008`), '22298006')
  assert.is(await codes(`${sct}/900000000000207008?fhir_vs=isa/22298006`), '22298006')
  await refused(
    withArchives.codesOf(`${sct}/731000124108?fhir_vs=isa/22298006`, nothingStored),
    'not-found',
    /sct\/731000124108 is not here/,
  )
  assert.is(await codes('http://loinc.org/vs'), 'http://loinc.org')
  assert.is(await codes('http://loinc.org/vs/LL1-4'), 'LA1-0')
  assert.is(await codes('http://loinc.org/vs/LP1'), 'LP1 1-8')
})

test('a whole stored code system counts before an archive of its URL, a part of one does not', async () => {
  const url = 'http://loinc.org'
  const own = (content: string) => stored({ ...animals, url, content, concept: [{ code: 'mine' }] })
  const ask = (source: TerminologySource) =>
    withArchives.ask(source, (view) => ['mine', '1-8'].map((code) => view.codeSystem(url)?.spelled(code)))
  assert.equal(await ask(own('complete')), ['mine', undefined])
  assert.equal(await ask(own('fragment')), [undefined, '1-8'])
  assert.equal(await ask(own('not-present')), [undefined, '1-8'])
})

test('bindings are asked together, and what they need of storage is read once', async () => {
  const counted: string[] = []
  const base = stored(animals, valueSet('urn:mammals', [filter('concept', 'is-a', 'mammal')]))
  const source: TerminologySource = {
    ...base,
    find(type, url, version) {
      counted.push(`${type} ${url}`)
      return base.find(type, url, version)
    },
  }
  const ask = (valueSet: string, ...codes: string[]) => ({
    valueSet,
    codes: codes.map((code) => ({ system: 'urn:animals', code })),
  })
  const told = await terminology.askBindings(
    [
      ask('urn:mammals', 'dog'),
      ask('urn:mammals', 'fish'),
      ask('urn:mammals', 'fish', 'puppy'),
      ask('urn:none', 'dog'),
      { valueSet: 'urn:mammals', codes: [{ code: 'whale' }] },
      {
        valueSet: 'http://hl7.org/fhir/ValueSet/observation-codes',
        codes: [{ system: 'http://loinc.org', code: '1-8' }],
      },
    ],
    source,
  )
  assert.equal(told, [true, false, true, undefined, true, undefined])
  assert.is(new Set(counted).size, counted.length, counted.join('\n'))
})

test('an edited code system is read anew', async () => {
  const set = valueSet('urn:set', [filter('concept', 'is-a', 'mammal')])
  const before = stored(animals, set)
  const after = stored({ ...animals, concept: [{ code: 'mammal' }] }, set)
  assert.is((await terminology.codesOf('urn:set', before)).codes.length, 4)
  assert.is((await terminology.codesOf('urn:set', after)).codes.length, 1)
  assert.is((await terminology.codesOf('urn:set', before)).codes.length, 4)
})

test.run()
