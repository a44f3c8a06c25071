import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../src/fhir/types.js'
import { definePlugin } from '../../src/plugin/define.js'
import type { SearchQuery } from '../../src/search/query.js'
import { testServer } from '../support/server.js'
import { animals, valueSet } from '../terminology/sources.js'

type Server = Awaited<ReturnType<typeof testServer>>
const test = suite<{ server: Server }>('search by terminology and hierarchy over HTTP')

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const coded = (code: string, system = 'urn:animals') => ({ coding: [{ system, code }] })
const part = (type: string, id: string, parent?: string, fields: object = {}) => ({
  resourceType: type,
  id,
  ...fields,
  ...(parent === undefined ? {} : { partOf: { reference: `${type}/${parent}` } }),
})

async function put(server: Server, ...resources: AnyResource[]): Promise<void> {
  for (const resource of resources) {
    const { status, text } = await server.request('PUT', `${resource.resourceType}/${resource.id}`, resource)
    assert.ok(status === 200 || status === 201, text)
  }
}

/** Ids of the matches, sorted and joined. */
async function found(server: Server, query: string, headers: Record<string, string> = {}): Promise<string> {
  const { json, status, text } = await server.request('GET', query, undefined, headers)
  assert.is(status, 200, text)
  const ids = (json.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id)
  return ids.sort().join(' ')
}

async function refused(server: Server, query: string, status: number, message: RegExp): Promise<void> {
  const response = await server.request('GET', query)
  assert.is(response.status, status, response.text)
  assert.match(response.json.issue[0].diagnostics, message)
}

const mammals = {
  ...valueSet('urn:mammals', [
    { system: 'urn:animals', filter: [{ property: 'concept', op: 'is-a', value: 'mammal' }] },
  ]),
  id: 'mammals',
}

async function fill(server: Server): Promise<void> {
  await put(
    server,
    { ...animals, id: 'animals' },
    mammals,
    { resourceType: 'Patient', id: 'ana', gender: 'female' },
    { resourceType: 'Patient', id: 'carl', gender: 'male' },
    { resourceType: 'Patient', id: 'bea' },
    ...['dog', 'puppy', 'fish'].map((code) => ({
      resourceType: 'Observation',
      id: code,
      status: 'final',
      code: coded(code),
      subject: { reference: code === 'dog' ? 'Patient/ana' : 'Patient/carl' },
    })),
    { resourceType: 'Observation', id: 'bare', status: 'final', code: { coding: [{ code: 'dog' }] } },
    ...['IMP', 'ACUTE', 'AMB'].map((code) => ({
      resourceType: 'Encounter',
      id: code,
      status: 'finished',
      class: { system: actCode, code },
      location: [{ location: { reference: code === 'AMB' ? 'Location/house' : 'Location/room' } }],
    })),
    part('Location', 'house'),
    part('Location', 'ward', 'house'),
    part('Location', 'room', 'ward'),
  )
}

test.before.each(async (context) => {
  context.server = await testServer()
  await fill(context.server)
})
test.after.each(({ server }) => server.stop())

test(':in finds members of stored and bundled value sets, :not-in all others', async ({ server }) => {
  assert.is(await found(server, 'Observation?code:in=urn:mammals'), 'dog puppy')
  assert.is(await found(server, 'Observation?code:not-in=urn:mammals'), 'bare fish')
  assert.is(await found(server, 'Observation?code:in=ValueSet/mammals'), 'dog puppy')
  assert.is(await found(server, 'Observation?code:in=http://localhost/fhir/ValueSet/mammals'), 'dog puppy')
  const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  assert.is(await found(server, `Patient?gender:in=${gender}`), 'ana carl')
  assert.is(await found(server, `Patient?gender:in=${gender}|4.0.1`), 'ana carl')
  assert.is(await found(server, `Patient?gender:not-in=${gender}`), 'bea')
})

test('the system of a code element can be searched by', async ({ server }) => {
  assert.is(await found(server, 'Patient?gender=http://hl7.org/fhir/administrative-gender|male'), 'carl')
  assert.is(await found(server, 'Patient?gender=http://hl7.org/fhir/administrative-gender|'), 'ana carl')
  assert.is(await found(server, 'Patient?gender=male'), 'carl')
  assert.is(await found(server, 'Patient?gender=|male'), '')
  assert.is(await found(server, 'Patient?gender=urn:other|male'), '')
})

test(':below and :above follow the code system', async ({ server }) => {
  assert.is(await found(server, 'Observation?code:below=urn:animals|dog'), 'dog puppy')
  assert.is(await found(server, 'Observation?code:above=urn:animals|puppy'), 'dog puppy')
  assert.is(await found(server, `Encounter?class:below=${actCode}|IMP`), 'ACUTE IMP')
  assert.is(await found(server, `Encounter?class:below=${actCode}|AMB,${actCode}|ACUTE`), 'ACUTE AMB')
})

test('they work in chains and in _has', async ({ server }) => {
  assert.is(await found(server, 'Patient?_has:Observation:patient:code:in=urn:mammals'), 'ana carl')
  assert.is(await found(server, 'Patient?_has:Observation:patient:code:below=urn:animals|fish'), 'carl')
  const gender = 'http://hl7.org/fhir/ValueSet/administrative-gender'
  assert.is(await found(server, `Observation?patient.gender:in=${gender}`), 'dog fish puppy')
})

test('an empty value set has no members', async ({ server }) => {
  await put(server, { ...valueSet('urn:empty', [{ system: 'urn:x' }], [{ system: 'urn:x' }]), id: 'empty' })
  assert.is(await found(server, 'Patient?gender:in=urn:empty'), '')
  assert.is(await found(server, 'Patient?gender:not-in=urn:empty'), 'ana bea carl')
})

test('references to places are followed up and down', async ({ server }) => {
  assert.is(await found(server, 'Encounter?location:below=Location/house'), 'ACUTE AMB IMP')
  assert.is(await found(server, 'Encounter?location:below=ward'), 'ACUTE IMP')
  assert.is(await found(server, 'Encounter?location:above=room'), 'ACUTE AMB IMP')
  assert.is(await found(server, 'Encounter?location:above=house'), 'AMB')
  assert.is(await found(server, 'Location?partof:below=ward'), 'room')
  assert.is(await found(server, 'Encounter?location:below=ward,nowhere'), 'ACUTE IMP')
})

test('a hierarchy that turns in a circle ends, a deep one is refused', async ({ server }) => {
  await put(server, part('Location', 'house', 'room'))
  assert.is(await found(server, 'Encounter?location:below=ward'), 'ACUTE AMB IMP')
  await put(server, part('Organization', 'o0', undefined, { name: 'o' }))
  for (let n = 1; n <= 21; n++) await put(server, part('Organization', `o${n}`, `o${n - 1}`, { name: 'o' }))
  assert.is(await found(server, 'Patient?organization:below=o1'), '')
  await refused(server, 'Patient?organization:below=o0', 422, /organization:below: .* more than 20 levels/)
})

test('what is not here or has no hierarchy is said', async ({ server }) => {
  await refused(server, 'Observation?code:in=urn:none', 400, /code:in: there is no value set urn:none here/)
  await refused(server, 'Observation?code:below=urn:none|a', 400, /code system urn:none is not here/)
  await refused(server, 'Observation?code:below=urn:animals|cat', 400, /has no code cat/)
  await refused(server, 'Observation?code:below=dog', 400, /expected system\|code/)
  await refused(server, 'Observation?subject:below=Patient/ana', 400, /Patient resources form no hierarchy/)
  await refused(server, 'Observation?subject:below=ana', 400, /refers to several types.*Type\/ana/)
  const many = Array.from({ length: 10_001 }, (_, n) => ({ code: `c${n}` }))
  await put(server, { ...valueSet('urn:many', [{ system: 'urn:x', concept: many }]), id: 'many' })
  await refused(server, 'Observation?code:in=urn:many', 422, /10001 codes, more than the 10000/)
})

test('conditional interactions resolve them too', async ({ server }) => {
  const created = await server.request(
    'POST',
    'Observation',
    { resourceType: 'Observation', status: 'final', code: coded('dog') },
    {
      'if-none-exist': 'code:below=urn:animals|puppy',
    },
  )
  assert.is(created.status, 200)
  const removed = await server.request(
    'DELETE',
    'Observation?code:in=urn:mammals&code:below=urn:animals|puppy',
  )
  assert.is(removed.status, 204)
  assert.is(await found(server, 'Observation?code:in=urn:mammals'), 'dog')
})

test('the active value set of a URL is used, and of these the one that changed last', async ({ server }) => {
  const set = (id: string, status: string, code: string, version: string) => ({
    ...valueSet('urn:set', [{ system: 'urn:animals', concept: [{ code }] }]),
    id,
    status,
    version,
  })
  await put(
    server,
    set('a', 'active', 'dog', '1'),
    set('b', 'active', 'fish', '2'),
    set('c', 'draft', 'puppy', '3'),
  )
  assert.is(await found(server, 'Observation?code:in=urn:set'), 'fish')
  assert.is(await found(server, 'Observation?code:in=urn:set|1'), 'dog')
  assert.is(await found(server, 'Observation?code:in=urn:set|3'), 'puppy')
  await refused(server, 'Observation?code:in=urn:set|4', 400, /no value set urn:set\|4/)
})

test('a value set of a thousand codes is one clause, each code with its system, and resolved before policies see it', async () => {
  const seen: SearchQuery[] = []
  const watching = definePlugin({
    name: 'watching',
    setup: () => ({
      hooks: {
        narrow: (query) => {
          seen.push(query)
          return query
        },
      },
    }),
  })
  const server = await testServer([watching])
  const concept = Array.from({ length: 1000 }, (_, n) => ({ code: `c${n}` }))
  await put(server, { ...valueSet('urn:thousand', [{ system: 'urn:x', concept }]), id: 'thousand' })
  seen.length = 0
  assert.is(await found(server, 'Observation?code:in=urn:thousand,urn:thousand'), '')
  const { where } = seen.find(({ types }) => types[0] === 'Observation') as SearchQuery
  const [clause] = where
  assert.is(where.length, 1)
  assert.ok(clause?.kind === 'token' && clause.modifier === undefined)
  assert.is(clause.values.length, 1000)
  assert.equal(clause.values[0], { system: 'urn:x', code: 'c0' })
  await server.stop()
})

test('what the caller may not see is not looked at', async () => {
  const hiding = definePlugin({
    name: 'hiding',
    setup: () => ({
      hooks: {
        narrow: (query) => ({
          ...query,
          where: [...query.where, { kind: 'not', clauses: [{ kind: 'id', ids: ['mammals', 'ward'] }] }],
        }),
      },
    }),
  })
  const server = await testServer([hiding])
  await fill(server)
  await refused(server, 'Observation?code:in=urn:mammals', 400, /no value set urn:mammals/)
  await refused(server, 'Observation?code:in=ValueSet/mammals', 400, /no value set ValueSet\/mammals/)
  assert.is(await found(server, 'Encounter?location:below=Location/house'), 'AMB')
  assert.is(await found(server, 'Encounter?location:above=room'), 'ACUTE IMP')
  await server.stop()
})

test.run()
