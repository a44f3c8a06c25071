import * as assert from 'uvu/assert'
import { extractSearchValues } from '../../src/search/extract.js'
import type { IndexEntry, Storage } from '../../src/storage/storage.js'
import { type Identified, indexed, nameOf, put, remove } from './changes.js'
import type { Define } from './context.js'
import { found } from './queries.js'

const patient = (id: string, more: object = {}): Identified => ({ resourceType: 'Patient', id, ...more })

/** What a reindex would give: the values of another resource, say, under a generation. */
function entry(resource: Identified, version: number, generation: bigint): IndexEntry {
  const { resourceType: type, id } = resource
  return { type, id, version, values: extractSearchValues(resource), generation }
}

const current = async (storage: Storage, id: string) => (await storage.read([{ type: 'Patient', id }]))[0]
const outdatedIds = async (storage: Storage, generation: bigint, after?: bigint) =>
  (
    await storage.outdated('Patient', generation, { limit: 10, ...(after === undefined ? {} : { after }) })
  ).map(({ id }) => id)

/** Reindexing: `index`, `outdated` and `countOutdated`. */
export function indexTests(define: Define): void {
  define('index replaces what a search finds by, and leaves the version as it is', async (storage) => {
    await storage.write([indexed(patient('a', { gender: 'male', name: [{ family: 'Old' }] }))])
    const before = await current(storage, 'a')
    const changed = patient('a', {
      gender: 'female',
      birthDate: '2001-02-03',
      name: [{ family: 'New' }, { family: 'Newer' }],
      identifier: [{ system: 'urn:s', value: '7' }],
    })
    assert.is(await storage.index([entry(changed, 1, 3n)]), 1)
    assert.equal(await current(storage, 'a'), before)
    assert.equal(await found(storage, 'Patient?gender=male'), [])
    assert.equal(await found(storage, 'Patient?family=old'), [])
    for (const asked of ['gender=female', 'family=newer', 'birthdate=2001-02', 'identifier=urn:s|7']) {
      assert.equal(await found(storage, `Patient?${asked}`), ['Patient/a'], asked)
    }
    assert.is((await storage.history({ type: 'Patient', id: 'a', count: 10 })).entries.length, 1)
  })

  define('index may take everything away and bring it back', async (storage) => {
    const named = patient('a', { name: [{ family: 'Name' }], birthDate: '1990-01-01' })
    await storage.write([indexed(named)])
    assert.is(await storage.index([{ type: 'Patient', id: 'a', version: 1, values: [], generation: 1n }]), 1)
    assert.equal(await found(storage, 'Patient?family=name'), [])
    assert.equal(await found(storage, 'Patient?birthdate:missing=true'), ['Patient/a'])
    assert.is(await storage.index([entry(named, 1, 2n)]), 1)
    assert.equal(await found(storage, 'Patient?family=name&birthdate=1990'), ['Patient/a'])
  })

  define('index keeps a resource in its compartments', async (storage) => {
    const observation: Identified = {
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      code: { coding: [{ code: 'x' }] },
      subject: { reference: 'Patient/a' },
      effectiveDateTime: '2020-01-01',
    }
    await storage.write([
      put(observation, { values: extractSearchValues(observation), patients: ['a', 'b'] }),
      indexed(patient('a')),
    ])
    const later = { ...observation, effectiveDateTime: '2021-01-01' }
    assert.is(await storage.index([entry(later, 1, 1n)]), 1)
    for (const id of ['a', 'b']) {
      assert.equal(await found(storage, `Patient/${id}/Observation?date=2021&_sort=date`), ['Observation/o'])
      assert.equal(await found(storage, `Patient/${id}/Observation?date=2020`), [])
    }
  })

  define('index leaves alone what is not current any more, deleted or unknown', async (storage) => {
    await storage.write([indexed(patient('a', { gender: 'male' })), indexed(patient('gone'))])
    await storage.write([
      indexed(patient('a', { gender: 'other' }), { kind: 'update' }),
      remove({ type: 'Patient', id: 'gone' }),
    ])
    const entries = [
      entry(patient('a', { gender: 'female' }), 1, 9n),
      entry(patient('gone', { gender: 'female' }), 1, 9n),
      entry(patient('gone', { gender: 'female' }), 2, 9n),
      entry(patient('unknown', { gender: 'female' }), 1, 9n),
    ]
    assert.is(await storage.index(entries), 0)
    assert.equal(await found(storage, 'Patient?gender=female'), [])
    assert.equal(await found(storage, 'Patient?gender=other'), ['Patient/a'])
    assert.equal(await outdatedIds(storage, 9n), ['a'])
  })

  define(
    'index replaces many at once and counts them, those that it leaves alone among them',
    async (storage) => {
      const all = Array.from({ length: 30 }, (_, index) =>
        patient(`p${index}`, { name: [{ family: 'Before' }] }),
      )
      await storage.write(all.map((each) => indexed(each)))
      const entries = all.map((each, index) =>
        entry({ ...each, name: [{ family: `After${index}` }] }, index % 3 === 0 ? 2 : 1, 1n),
      )
      assert.is(await storage.index(entries), 20)
      assert.is((await found(storage, 'Patient?family=before')).length, 10)
      assert.is((await found(storage, 'Patient?family=after')).length, 20)
      assert.equal(await found(storage, 'Patient?family=after28'), ['Patient/p28'])
      assert.is(await storage.index([]), 0)
    },
  )

  define('a write after index indexes anew, and nothing of before is left', async (storage) => {
    await storage.write([indexed(patient('a'))])
    await storage.index([entry(patient('a', { name: [{ family: 'Between' }], birthDate: '1990' }), 1, 5n)])
    await storage.write([indexed(patient('a', { name: [{ family: 'Last' }] }), { kind: 'update' })])
    assert.equal(await found(storage, 'Patient?family=between'), [])
    assert.equal(await found(storage, 'Patient?birthdate=1990'), [])
    assert.equal(await found(storage, 'Patient?family=last'), ['Patient/a'])
  })

  define(
    'outdated gives the live resources of older generations by ascending seq, in parts',
    async (storage) => {
      const at = (id: string, generation?: bigint) => ({
        ...indexed(patient(id)),
        ...(generation === undefined ? {} : { generation }),
      })
      await storage.write([at('zero'), at('two', 2n), at('one', 1n), at('gone'), at('three', 3n)])
      await storage.write([remove({ type: 'Patient', id: 'gone' })])
      await storage.write([indexed({ resourceType: 'Organization', id: 'other' })])
      assert.equal(await outdatedIds(storage, 0n), [])
      assert.equal(await outdatedIds(storage, 1n), ['zero'])
      assert.equal(await outdatedIds(storage, 3n), ['zero', 'two', 'one'])
      const [first] = await storage.outdated('Patient', 3n, { limit: 1 })
      assert.equal(first, await current(storage, 'zero'))
      assert.equal(await outdatedIds(storage, 3n, first!.seq), ['two', 'one'])
      assert.equal(await storage.countOutdated('Patient', 3n), { total: 4, outdated: 3 })
      assert.equal(await storage.countOutdated('Practitioner', 3n), { total: 0, outdated: 0 })
    },
  )

  define('an update or index brings a resource to its generation', async (storage) => {
    await storage.write([indexed(patient('a')), indexed(patient('b')), indexed(patient('c'))])
    await storage.write([{ ...indexed(patient('a'), { kind: 'update' }), generation: 2n }])
    await storage.index([entry(patient('b'), 1, 2n)])
    assert.equal((await storage.outdated('Patient', 2n, { limit: 10 })).map(nameOf), ['Patient/c'])
    assert.equal(await storage.countOutdated('Patient', 2n), { total: 3, outdated: 1 })
    // What a lone create writes and what a transaction writes.
    await storage.transaction((tx) => tx.write([{ ...indexed(patient('d')), generation: 2n }]))
    const made = storage.newId('Organization')
    await storage.write([{ ...indexed({ resourceType: 'Organization', id: made }), generation: 2n }])
    assert.equal(await storage.countOutdated('Patient', 2n), { total: 4, outdated: 1 })
    assert.equal(await storage.countOutdated('Organization', 2n), { total: 1, outdated: 0 })
    assert.equal(await storage.countOutdated('Organization', 3n), { total: 1, outdated: 1 })
  })
}
