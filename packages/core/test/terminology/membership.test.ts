import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConformanceSource } from '../../src/definitions/conformance.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { r4Terminology } from '../../src/terminology/bundled.js'
import { grammars } from '../../src/terminology/grammars/grammars.js'
import { createMembership, type Membership } from '../../src/terminology/membership.js'
import { createTerminology } from '../../src/terminology/terminology.js'
import { archiveOf } from './archives.js'
import { animals, nothingStored, valueSet } from './sources.js'

const test = suite('createMembership')

function defined(...resources: AnyResource[]): ConformanceSource {
  return {
    find: (type, url, version) =>
      resources.find(
        (each) =>
          each.resourceType === type &&
          each.url === url &&
          (version === undefined || each.version === version),
      ),
  }
}

const zoo = archiveOf('urn:zoo', {
  root: { children: ['cat', 'dog'] },
  cat: { display: 'Cat', properties: { CLASS: ['PET'] } },
  dog: { children: ['puppy'] },
  puppy: {},
})

function membership(...resources: AnyResource[]): Membership {
  return createMembership({
    definitions: defined(...resources),
    bundled: r4Terminology,
    archives: [zoo],
    grammars,
  })
}

const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender'

test('codes of bundled value sets are told, with a version and without a system too', () => {
  const { contains } = membership()
  const system = 'http://hl7.org/fhir/administrative-gender'
  assert.is(contains(gender, { system, code: 'male' }), true)
  assert.is(contains(`${gender}|4.0.1`, { system, code: 'male' }), true)
  assert.is(contains(gender, { code: 'male' }), true)
  assert.is(contains(gender, { code: 'man' }), false)
  assert.is(contains(gender, { system: 'urn:x', code: 'male' }), false)
  const classes = 'http://terminology.hl7.org/ValueSet/v3-ActEncounterCode'
  const act = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
  assert.is(contains(classes, { system: act, code: 'ACUTE' }), true)
  assert.is(contains(classes, { system: act, code: 'EHCPOL' }), false)
})

test('what is not here is not told', () => {
  const { contains } = membership(
    valueSet('urn:part', [{ system: 'urn:x' }, { system: 'urn:y', concept: [{ code: 'a' }] }]),
    valueSet('urn:less', [{ system: 'urn:y', concept: [{ code: 'a' }] }], [{ valueSet: ['urn:part'] }]),
  )
  assert.is(contains('urn:none', { system: 'urn:x', code: 'a' }), undefined)
  assert.is(contains('urn:part', { system: 'urn:x', code: 'a' }), undefined)
  assert.is(contains('urn:part', { system: 'urn:y', code: 'a' }), true)
  assert.is(contains('urn:part', { system: 'urn:y', code: 'b' }), false)
  assert.is(contains('urn:part', { code: 'a' }), true)
  assert.is(contains('urn:part', { code: 'b' }), undefined)
  assert.is(contains('urn:less', { system: 'urn:y', code: 'a' }), false)
})

test('a definition without meaning tells nothing, and does not fail', () => {
  const { contains } = membership(
    animals,
    valueSet('urn:odd', [
      { system: 'urn:animals', filter: [{ property: 'concept', op: 'near', value: 'dog' }] },
    ]),
    valueSet('urn:circle', [{ valueSet: ['urn:circle'] }]),
  )
  assert.is(contains('urn:odd', { system: 'urn:animals', code: 'dog' }), undefined)
  assert.is(contains('urn:circle', { system: 'urn:animals', code: 'dog' }), undefined)
})

test('archives are asked code by code', () => {
  const filter = (property: string, op: string, value: string) => ({
    system: 'urn:zoo',
    filter: [{ property, op, value }],
  })
  const { contains, lookup, subsumes } = membership(
    valueSet('urn:dogs', [filter('concept', 'is-a', 'dog')]),
    valueSet('urn:pets', [filter('CLASS', '=', 'PET')]),
    valueSet('urn:others', [{ system: 'urn:zoo' }], [filter('concept', 'is-a', 'dog')]),
    valueSet('urn:c', [filter('code', 'regex', 'c.*')]),
  )
  const told = (set: string) =>
    ['root', 'cat', 'dog', 'puppy', 'none'].filter(
      (code) => contains(set, { system: 'urn:zoo', code }) === true,
    )
  assert.equal(told('urn:dogs'), ['dog', 'puppy'])
  assert.equal(told('urn:pets'), ['cat'])
  assert.equal(told('urn:others'), ['root', 'cat'])
  assert.equal(told('urn:c'), ['cat'])
  assert.is(contains('urn:others', { system: 'urn:zoo', code: 'none' }), false)
  assert.is(lookup('urn:zoo', 'none'), false)
  assert.is((lookup('urn:zoo', 'cat') as { display?: string }).display, 'Cat')
  assert.is(lookup('urn:nowhere', 'cat'), undefined)
  assert.is(subsumes('urn:zoo', 'root', 'puppy'), true)
  assert.is(subsumes('urn:zoo', 'puppy', 'root'), false)
  assert.is(subsumes('urn:zoo', 'puppy', 'none'), undefined)
})

test('inactive codes are members unless the value set says otherwise', () => {
  const system: AnyResource = {
    ...animals,
    concept: [{ code: 'dodo', property: [{ code: 'status', valueCode: 'retired' }] }, { code: 'dog' }],
  }
  const set = valueSet('urn:set', [{ system: 'urn:animals' }])
  const active = {
    ...set,
    url: 'urn:active',
    compose: { inactive: false, include: [{ system: 'urn:animals' }] },
  }
  const { contains } = membership(system, set, active)
  assert.is(contains('urn:set', { system: 'urn:animals', code: 'dodo' }), true)
  assert.is(contains('urn:active', { system: 'urn:animals', code: 'dodo' }), false)
  assert.is(contains('urn:active', { system: 'urn:animals', code: 'dog' }), true)
})

test('a system that does not mind case takes codes in any', () => {
  const { contains } = membership(
    { ...animals, caseSensitive: false },
    valueSet('urn:some', [{ system: 'urn:animals', concept: [{ code: 'dog' }] }]),
    valueSet('urn:all', [{ system: 'urn:animals' }]),
  )
  for (const set of ['urn:some', 'urn:all']) {
    assert.is(contains(set, { system: 'urn:animals', code: 'DOG' }), true)
    assert.is(contains(set, { system: 'urn:animals', code: 'DOGE' }), false)
  }
})

test('what the definitions give anew is seen where their revision changes', () => {
  const held: AnyResource[] = [valueSet('urn:set', [{ system: 'urn:x', concept: [{ code: 'a' }] }])]
  let revision = 1
  const { contains } = createMembership({
    definitions: { find: (type, url) => held.find((each) => each.resourceType === type && each.url === url) },
    bundled: r4Terminology,
    archives: [],
    grammars: [],
    revision: () => revision,
  })
  assert.is(contains('urn:set', { system: 'urn:x', code: 'b' }), false)
  held[0] = valueSet('urn:set', [{ system: 'urn:x', concept: [{ code: 'b' }] }])
  revision++
  assert.is(contains('urn:set', { system: 'urn:x', code: 'b' }), true)
})

test('of every bundled value set that can be listed, exactly the listed codes are members', async () => {
  const { contains } = membership()
  const terminology = createTerminology({
    definitions: defined(),
    bundled: r4Terminology,
    archives: [],
    grammars,
  })
  let told = 0
  const urls = r4Terminology.urls('ValueSet')
  assert.ok(urls.length > 1300)
  for (const url of urls) {
    const list = await terminology.codesOf(url, nothingStored).catch(() => undefined)
    if (!list) continue
    told++
    for (const { system, code } of list.codes) {
      assert.is(contains(url, { system, code }), true, `${url} ${code}`)
      assert.is(contains(url, { code }), true, `${url} ${code}`)
    }
    for (const system of new Set([...list.systems, ...list.codes.map((each) => each.system)])) {
      assert.is.not(contains(url, { system, code: 'no such code' }), true, `${url} ${system}`)
    }
    assert.is.not(contains(url, { system: 'urn:elsewhere', code: 'a' }), true)
  }
  assert.ok(told > 1200, `${told} of ${urls.length}`)
})

test.run()
