import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import { beastSystem, beasts, parameters, said, serverWith, shown } from './support.js'

const test = suite('operations on ValueSet')

function set(id: string, compose: object): AnyResource {
  return { resourceType: 'ValueSet', id, url: `http://example.org/ValueSet/${id}`, status: 'active', compose }
}

const legs = set('legs', {
  include: [{ system: beastSystem, filter: [{ property: 'legs', op: '=', value: '4' }] }],
})
const named = set('named', {
  include: [
    {
      system: beastSystem,
      concept: [{ code: 'snake', display: 'Serpent' }, { code: 'dog' }],
    },
    { valueSet: ['http://example.org/ValueSet/legs'] },
  ],
})
const far = set('far', { include: [{ system: 'urn:far' }] })
const many = set('many', { include: [{ system: 'urn:many' }] })
const manyCodes: AnyResource = {
  resourceType: 'CodeSystem',
  id: 'many',
  url: 'urn:many',
  status: 'active',
  content: 'complete',
  concept: Array.from({ length: 10_001 }, (_, n) => ({ code: `c${n}`, display: `Number ${n}` })),
}

const server = await serverWith(beasts, legs, named, far, many, manyCodes)
test.after(() => server.stop())

async function expand(query: string, id?: string) {
  const { status, json } = await server.request(
    'GET',
    `ValueSet/${id === undefined ? '' : `${id}/`}$expand?${query}`,
  )
  return { status, json, codes: status === 200 ? codesIn(json.expansion.contains) : said(json) }
}

interface Shown {
  readonly code: string
  readonly contains?: readonly Shown[]
}

/** Codes with those below them in parentheses. */
function codesIn(contains: readonly Shown[] = []): string {
  return contains.map(({ code, contains }) => (contains ? `${code}(${codesIn(contains)})` : code)).join(' ')
}

const all = 'url=http://example.org/ValueSet/beasts'

test('$expand nests a whole system by its hierarchy, with totals and the version used', async () => {
  const { json, codes } = await expand(all)
  assert.is(codes, 'mammal(dog(puppy) thylacine) snake')
  const { expansion } = json
  assert.is(expansion.total, 5)
  assert.match(expansion.identifier, /^urn:uuid:/)
  assert.equal(expansion.parameter, [{ name: 'version', valueUri: `${beastSystem}|1.0` }])
  const [mammal] = expansion.contains
  assert.is(mammal.abstract, true)
  assert.is(mammal.contains[1].inactive, true)
  assert.is(json.compose, undefined)
})

test('$expand is flat where asked, and without inactive codes or codes for grouping where asked', async () => {
  assert.is((await expand(`${all}&excludeNested=true`)).codes, 'mammal dog puppy thylacine snake')
  assert.is((await expand(`${all}&excludeNested=true&activeOnly=true`)).codes, 'mammal dog puppy snake')
  assert.is((await expand(`${all}&excludeNotForUI=true`)).codes, 'dog(puppy) thylacine snake')
  assert.is((await expand(`${all}&exclude-system=${beastSystem}`)).codes, '')
})

test('$expand finds words of names, without case and accents, in all languages', async () => {
  assert.is((await expand(`${all}&filter=DOG`)).codes, 'dog')
  assert.is((await expand(`${all}&filter=eleve%20chi`)).codes, 'dog')
  assert.is((await expand(`${all}&filter=og`)).codes, '')
  const { expansion } = (await expand(`${all}&filter=s`)).json
  assert.is(expansion.total, 1)
  assert.equal(expansion.parameter[0], { name: 'filter', valueString: 's' })
})

test('$expand gives names in a language, designations where asked for, and the names of the value set', async () => {
  const { json } = await expand(`${all}&displayLanguage=de&filter=haus&includeDesignations=true`)
  const [dog] = json.expansion.contains
  assert.is(dog.display, 'Haushund')
  assert.equal(dog.designation, [
    { value: 'Haushund', language: 'de' },
    { value: 'Chien élevé', language: 'fr-CA' },
  ])
  const only = await expand(`${all}&filter=haus&designation=urn:ietf:bcp:47|de`)
  assert.equal(only.json.expansion.contains[0].designation, [{ value: 'Haushund', language: 'de' }])
  const { codes, json: own } = await expand('', 'named')
  assert.is(codes, 'snake dog puppy')
  assert.is(own.expansion.contains[0].display, 'Serpent')
  assert.is(own.expansion.total, 3)
})

test('$expand answers page by page, and how many there are', async () => {
  const page = await expand(`${all}&offset=1&count=2`)
  assert.is(page.codes, 'dog puppy')
  assert.is(page.json.expansion.offset, 1)
  assert.is(page.json.expansion.total, 5)
  const none = await expand('count=0', 'named')
  assert.is(none.json.expansion.total, 3)
  assert.is(none.json.expansion.contains, undefined)
  assert.is((await expand(`${all}&offset=5&count=2`)).codes, '')
})

test('$expand refuses what does not fit into an answer, and says how to page', async () => {
  const whole = await expand('', 'many')
  assert.is(whole.status, 422)
  assert.match(whole.codes, /more than 10000 codes.*count=1000/)
  const page = await expand('offset=10000&count=5', 'many')
  assert.is(page.codes, 'c10000')
  assert.is(page.json.expansion.total, 10_001)
  assert.is((await expand('filter=10000', 'many')).codes, 'c10000')
  const units = await expand('url=http://hl7.org/fhir/ValueSet/ucum-units')
  assert.is(units.status, 422)
  assert.match(units.codes, /no end.*validate-code/)
})

test('$expand takes a value set that is sent, in Parameters or as it is, and shows its definition on demand', async () => {
  const { id: _, ...sent } = legs
  const wrapped = await server.request(
    'POST',
    'ValueSet/$expand',
    parameters({ name: 'valueSet', resource: sent }, { name: 'includeDefinition', valueBoolean: true }),
  )
  assert.is(codesIn(wrapped.json.expansion.contains), 'dog(puppy)')
  assert.equal(wrapped.json.compose, legs.compose)
  const bare = await server.request('POST', 'ValueSet/$expand?excludeNested=true', sent)
  assert.is(codesIn(bare.json.expansion.contains), 'dog puppy')
})

test('$expand goes by the versions that are asked for', async () => {
  assert.is((await expand(`system-version=${beastSystem}|1.0`, 'legs')).codes, 'dog(puppy)')
  const other = await expand(`system-version=${beastSystem}|2.0`, 'legs')
  assert.is(other.status, 404)
  assert.match(other.codes, /beasts\|2.0 is not here/)
  const checked = await expand(`check-system-version=${beastSystem}|2.0`, 'legs')
  assert.is(checked.status, 422)
  assert.match(checked.codes, /expected the version 2.0 .* found 1.0/)
})

test('$expand says what is missing', async () => {
  assert.is((await expand('')).status, 400)
  assert.is((await expand('url=urn:none')).status, 404)
  assert.is((await expand('', 'none')).status, 404)
  const { status, codes } = await expand('', 'far')
  assert.is(status, 404)
  assert.match(codes, /urn:far is not here/)
  assert.is((await expand(`${all}&count=-1`)).status, 400)
  assert.is((await expand(`${all}&activeOnly=maybe`)).status, 400)
  assert.is((await expand('context=Patient.gender')).status, 501)
})

async function validate(query: string, id?: string) {
  const { status, json } = await server.request(
    'GET',
    `ValueSet/${id === undefined ? '' : `${id}/`}$validate-code?${query}`,
  )
  return status === 200 ? shown(json) : [`${status} ${said(json)}`]
}

test('$validate-code by url and by instance, with the name of the value set', async () => {
  const code = (code: string) => `system=${beastSystem}&code=${code}`
  assert.equal(await validate(code('dog'), 'legs'), ['result=true', 'display=House dog'])
  assert.equal(await validate(`${code('snake')}&display=serpent`, 'named'), [
    'result=true',
    'display=Serpent',
  ])
  assert.equal(await validate(`url=http://example.org/ValueSet/legs&${code('snake')}`), [
    'result=false',
    `message=The code ${beastSystem}|snake is not in the value set http://example.org/ValueSet/legs.`,
  ])
  assert.match((await validate(code('cat'), 'legs'))[1] ?? '', /its code system does not have it/)
  assert.equal(await validate('code=dog', 'legs'), ['result=true', 'display=House dog'])
})

test('$validate-code in bundled and implicit value sets', async () => {
  const country = 'url=http://hl7.org/fhir/ValueSet/iso3166-1-2&system=urn:iso:std:iso:3166'
  assert.is((await validate(`${country}&code=ES`))[0], 'result=true')
  assert.is((await validate(`${country}&code=ESP`))[0], 'result=false')
  const unit = 'url=http://hl7.org/fhir/ValueSet/ucum-units&system=http://unitsofmeasure.org'
  assert.is((await validate(`${unit}&code=mg/dL`))[0], 'result=true')
  assert.is((await validate(`${unit}&code=mgs`))[0], 'result=false')
  const language = 'url=http://hl7.org/fhir/ValueSet/all-languages&system=urn:ietf:bcp:47'
  assert.is((await validate(`${language}&code=sr-Cyrl-RS`))[0], 'result=true')
  assert.is((await validate(`${language}&code=english`))[0], 'result=false')
  assert.is((await validate(`${language}&code=en_US`))[0], 'result=false')
})

test('$validate-code says where it cannot tell, and tells where one of several codes is enough', async () => {
  assert.match((await validate('system=urn:far&code=a', 'far'))[0] ?? '', /^404 .*urn:far is not here/)
  const concept = {
    coding: [
      { system: beastSystem, code: 'snake' },
      { system: beastSystem, code: 'dog' },
    ],
  }
  const { json } = await server.request(
    'POST',
    'ValueSet/legs/$validate-code',
    parameters({ name: 'codeableConcept', valueCodeableConcept: concept }),
  )
  assert.is(shown(json)[0], 'result=true')
})

test.run()
