import * as assert from 'uvu/assert'
import type { Clause } from '../../src/search/query.js'
import { nameOf, put, remove } from './changes.js'
import type { Define } from './context.js'

const ofPatient = (...ids: string[]): Clause[] => [{ kind: 'compartment', compartment: 'Patient', ids }]

/** `read` and `vread`, with and without an access predicate. */
export function readTests(define: Define): void {
  define('read keeps the order of the keys, repeats them and leaves gaps', async (storage) => {
    await storage.write([
      put({ resourceType: 'Patient', id: 'a' }),
      put({ resourceType: 'Patient', id: 'b' }),
    ])
    const key = (id: string) => ({ type: 'Patient', id })
    const read = await storage.read([key('b'), key('none'), key('a'), key('b')])
    assert.equal(
      read.map((each) => each && nameOf(each)),
      ['Patient/b', undefined, 'Patient/a', 'Patient/b'],
    )
    assert.equal(await storage.read([]), [])
  })

  define('vread gives superseded, current and deleted versions', async (storage) => {
    const key = { type: 'Patient', id: 'p1' }
    const [first] = await storage.write([put({ resourceType: 'Patient', id: 'p1', active: true })])
    const [second] = await storage.write([put({ resourceType: 'Patient', id: 'p1' }, { kind: 'update' })])
    const [third] = await storage.write([remove(key)])
    assert.equal(await storage.vread(key, 1), {
      ...key,
      version: 1,
      seq: first?.seq,
      deleted: false,
      content: first?.content,
    })
    assert.equal(await storage.vread(key, 2), {
      ...key,
      version: 2,
      seq: second?.seq,
      deleted: false,
      content: second?.content,
    })
    assert.equal(await storage.vread(key, 3), {
      ...key,
      version: 3,
      seq: third?.seq,
      deleted: true,
      content: '',
    })
    assert.is(await storage.vread(key, 4), undefined)
    assert.is(await storage.vread(key, 0), undefined)
    assert.is(await storage.vread({ type: 'Patient', id: 'none' }, 1), undefined)
  })

  define('access hides from read what is outside the compartment', async (storage) => {
    const observation = (id: string, ...patients: string[]) =>
      put({ resourceType: 'Observation', id }, { patients })
    await storage.write([
      put({ resourceType: 'Patient', id: 'p1' }),
      put({ resourceType: 'Patient', id: 'p2' }),
      observation('of1', 'p1'),
      observation('of2', 'p2'),
      observation('of-both', 'p2', 'p1'),
      observation('of-none'),
    ])
    const keys = [
      { type: 'Patient', id: 'p1' },
      { type: 'Patient', id: 'p2' },
      ...['of1', 'of2', 'of-both', 'of-none'].map((id) => ({ type: 'Observation', id })),
    ]
    const read = await storage.read(keys, ofPatient('p1'))
    assert.equal(
      read.map((each) => each && nameOf(each)),
      ['Patient/p1', undefined, 'Observation/of1', undefined, 'Observation/of-both', undefined],
    )
    assert.equal(
      (await storage.read(keys, ofPatient('p1', 'p2'))).filter((each) => each === undefined).length,
      1,
    )
    assert.equal(await storage.read(keys.slice(0, 2), [{ kind: 'nothing' }]), [undefined, undefined])
  })

  define('a tombstone stays in the compartment that its resource was in', async (storage) => {
    const key = { type: 'Observation', id: 'o1' }
    await storage.write([put({ resourceType: 'Observation', id: 'o1' }, { patients: ['p1'] })])
    await storage.write([remove(key)])
    assert.is((await storage.read([key], ofPatient('p1')))[0]?.deleted, true)
    assert.equal(await storage.read([key], ofPatient('p2')), [undefined])
  })

  define('access judges each version by its own compartment', async (storage) => {
    const key = { type: 'Observation', id: 'o1' }
    await storage.write([put({ resourceType: 'Observation', id: 'o1' }, { patients: ['p1'] })])
    await storage.write([
      put({ resourceType: 'Observation', id: 'o1' }, { kind: 'update', patients: ['p2'] }),
    ])
    assert.is((await storage.vread(key, 1, ofPatient('p1')))?.version, 1)
    assert.is(await storage.vread(key, 1, ofPatient('p2')), undefined)
    assert.is(await storage.vread(key, 2, ofPatient('p1')), undefined)
    assert.is((await storage.vread(key, 2, ofPatient('p2')))?.version, 2)
    assert.equal(await storage.read([key], ofPatient('p1')), [undefined])
    const history = async (id: string) => {
      const page = await storage.history({ ...key, count: 10, access: ofPatient(id) })
      return page.entries.map(({ version }) => version)
    }
    assert.equal(await history('p1'), [1])
    assert.equal(await history('p2'), [2])
  })

  define('what is returned belongs to the caller', async (storage) => {
    const key = { type: 'Patient', id: 'p1' }
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    const [first] = await storage.read([key])
    try {
      Object.assign(first ?? {}, { content: 'spoilt', version: 99 })
    } catch {
      // Frozen results are as good.
    }
    assert.is((await storage.read([key]))[0]?.version, 1)
    const page = await storage.history({ count: 5 })
    try {
      ;(page.entries as unknown[]).reverse().pop()
    } catch {
      // As above.
    }
    assert.is((await storage.history({ count: 5 })).entries.length, 1)
  })
}
