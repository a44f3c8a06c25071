import * as assert from 'uvu/assert'
import { nameOf, put, rejects, remove } from './changes.js'
import type { Define } from './context.js'

/** Versions, expectations, tombstones: what `write` does and gives back. */
export function writeTests(define: Define): void {
  define('a create gives version 1 and stores the text around version and time', async (storage) => {
    const change = put({ resourceType: 'Patient', id: 'p1', active: true })
    const [result] = await storage.write([change])
    assert.ok(result)
    assert.is(result.version, 1)
    assert.is(result.created, true)
    assert.is(result.changed, true)
    const lastUpdated = new Date(Number(result.seq >> 20n)).toISOString()
    assert.is(result.content, `${change.head}1","lastUpdated":"${lastUpdated}"${change.tail}`)
    assert.equal(await storage.read([{ type: 'Patient', id: 'p1' }]), [
      { type: 'Patient', id: 'p1', version: 1, seq: result.seq, deleted: false, content: result.content },
    ])
  })

  define(
    'text comes back byte for byte: decimals, white space, every plane of Unicode, a megabyte',
    async (storage) => {
      const tails = [
        '},"valueQuantity":{"value":2.00,"extra":0.12345678901234567890,"e":1.0e-7}}',
        '} ,\n\t"note" : "naïve 日本 🩺 \\u0041 \\" \\\\ \u2028"}',
        `},"text":"${'ñ'.repeat(500_000)}"}`,
      ]
      const changes = tails.map((tail, index) => ({
        ...put({ resourceType: 'Observation', id: `o${index}` }),
        tail,
      }))
      const written = await storage.write(changes)
      const read = await storage.read(changes)
      for (const [index, tail] of tails.entries()) {
        assert.ok(written[index]?.content.endsWith(tail), `the result of write ${index} lost bytes`)
        assert.ok(
          read[index]?.content === written[index]?.content,
          `the text read for write ${index} differs`,
        )
      }
    },
  )

  define('updates count versions up and replace the text', async (storage) => {
    await storage.write([put({ resourceType: 'Patient', id: 'p1', gender: 'male' })])
    const [second] = await storage.write([put({ resourceType: 'Patient', id: 'p1' }, { kind: 'update' })])
    assert.is(second?.version, 2)
    assert.is(second?.created, false)
    const [current] = await storage.read([{ type: 'Patient', id: 'p1' }])
    assert.is(current?.content, second?.content)
    assert.not.match(current?.content ?? '', 'male')
  })

  define('each version of a resource is later than the one before, to the millisecond', async (storage) => {
    const times: bigint[] = []
    for (let round = 0; round < 5; round++) {
      const [result] = await storage.write([put({ resourceType: 'Patient', id: 'p1' }, { kind: 'update' })])
      times.push((result?.seq ?? 0n) >> 20n)
    }
    for (const [index, time] of times.slice(1).entries()) assert.ok(time > (times[index] ?? time))
  })

  define('every version in the server has a seq of its own, within one write too', async (storage) => {
    const changes = Array.from({ length: 50 }, (_, index) =>
      put({ resourceType: 'Patient', id: `p${index}` }),
    )
    const results = [
      ...(await storage.write(changes)),
      ...(await storage.write([put({ resourceType: 'Group', id: 'g' })])),
    ]
    assert.is(new Set(results.map(({ seq }) => seq)).size, 51)
  })

  define('an update creates what is not there', async (storage) => {
    const [result] = await storage.write([put({ resourceType: 'Patient', id: 'p1' }, { kind: 'update' })])
    assert.is(result?.version, 1)
    assert.is(result?.created, true)
  })

  define('a create on an existing id is a write-conflict and changes nothing', async (storage) => {
    const [first] = await storage.write([put({ resourceType: 'Patient', id: 'p1', active: true })])
    await rejects(storage.write([put({ resourceType: 'Patient', id: 'p1' })]), 'write-conflict')
    const [current] = await storage.read([{ type: 'Patient', id: 'p1' }])
    assert.is(current?.content, first?.content)
  })

  define('the same id under another type is another resource', async (storage) => {
    await storage.write([
      put({ resourceType: 'Patient', id: 'x' }),
      put({ resourceType: 'Practitioner', id: 'x' }),
    ])
    const read = await storage.read([
      { type: 'Practitioner', id: 'x' },
      { type: 'Group', id: 'x' },
      { type: 'Patient', id: 'x' },
    ])
    assert.equal(
      read.map((each) => each && nameOf(each)),
      ['Practitioner/x', undefined, 'Patient/x'],
    )
  })

  define('ids that differ in case only are different resources', async (storage) => {
    await storage.write([
      put({ resourceType: 'Patient', id: 'abc' }),
      put({ resourceType: 'Patient', id: 'ABC' }),
    ])
    const read = await storage.read([{ type: 'Patient', id: 'ABC' }])
    assert.is(read[0]?.id, 'ABC')
  })

  define('expect lets a change through at the current version only', async (storage) => {
    const patient = { resourceType: 'Patient', id: 'p1' }
    await storage.write([put(patient)])
    await rejects(storage.write([put(patient, { kind: 'update', expect: 2 })]), 'version-conflict')
    await rejects(storage.write([remove({ type: 'Patient', id: 'p1' }, 7)]), 'version-conflict')
    const [second] = await storage.write([put(patient, { kind: 'update', expect: 1 })])
    assert.is(second?.version, 2)
    const [third] = await storage.write([remove({ type: 'Patient', id: 'p1' }, 2)])
    assert.is(third?.version, 3)
  })

  define('expect 0 asks for a resource that does not exist', async (storage) => {
    const patient = { resourceType: 'Patient', id: 'p1' }
    const [first] = await storage.write([put(patient, { kind: 'update', expect: 0 })])
    assert.is(first?.version, 1)
    await rejects(storage.write([put(patient, { kind: 'update', expect: 0 })]), 'version-conflict')
    await storage.write([remove({ type: 'Patient', id: 'p1' })])
    const [back] = await storage.write([put(patient, { kind: 'update', expect: 0 })])
    assert.is(back?.version, 3)
    await rejects(
      storage.write([put({ resourceType: 'Patient', id: 'p2' }, { kind: 'update', expect: 1 })]),
      'version-conflict',
    )
  })

  define('a delete leaves a tombstone with the next version and empty content', async (storage) => {
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    const [result] = await storage.write([remove({ type: 'Patient', id: 'p1' })])
    assert.is(result?.version, 2)
    assert.is(result?.changed, true)
    assert.is(result?.created, false)
    assert.is(result?.content, '')
    const [current] = await storage.read([{ type: 'Patient', id: 'p1' }])
    assert.equal(current, {
      type: 'Patient',
      id: 'p1',
      version: 2,
      seq: result?.seq,
      deleted: true,
      content: '',
    })
  })

  define('deleting what is deleted or never existed changes nothing', async (storage) => {
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    const [first] = await storage.write([remove({ type: 'Patient', id: 'p1' })])
    const [again, never] = await storage.write([
      remove({ type: 'Patient', id: 'p1' }),
      remove({ type: 'Patient', id: 'p2' }),
    ])
    assert.is(again?.changed, false)
    assert.is(again?.version, 2)
    assert.is(again?.seq, first?.seq)
    assert.is(never?.changed, false)
    assert.is(never?.version, 0)
    assert.equal(await storage.read([{ type: 'Patient', id: 'p2' }]), [undefined])
  })

  for (const kind of ['create', 'update'] as const) {
    define(`${kind} after a delete continues the versions`, async (storage) => {
      await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
      await storage.write([remove({ type: 'Patient', id: 'p1' })])
      const [result] = await storage.write([
        put({ resourceType: 'Patient', id: 'p1', active: true }, { kind }),
      ])
      assert.is(result?.version, 3)
      assert.is(result?.created, true)
      const [current] = await storage.read([{ type: 'Patient', id: 'p1' }])
      assert.is(current?.deleted, false)
      assert.match(current?.content ?? '', '"active":true')
    })
  }

  define('a create that expects nothing there follows a tombstone', async (storage) => {
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    await storage.write([remove({ type: 'Patient', id: 'p1' })])
    const [back] = await storage.write([put({ resourceType: 'Patient', id: 'p1' }, { expect: 0 })])
    assert.is(back?.version, 3)
    assert.is(back?.created, true)
  })

  define('changes of one write apply in order, to one resource too', async (storage) => {
    const patient = { resourceType: 'Patient', id: 'p1' }
    const results = await storage.write([
      put(patient),
      put({ ...patient, active: true }, { kind: 'update', expect: 1 }),
      remove({ type: 'Patient', id: 'p1' }),
      put({ ...patient, active: false }, { kind: 'update' }),
    ])
    assert.equal(
      results.map(({ version, created }) => [version, created]),
      [
        [1, true],
        [2, false],
        [3, false],
        [4, true],
      ],
    )
    assert.match((await storage.read([{ type: 'Patient', id: 'p1' }]))[0]?.content ?? '', '"active":false')
  })

  define('an empty write gives nothing', async (storage) => {
    assert.equal(await storage.write([]), [])
  })

  define('a write takes a thousand changes and answers each in its place', async (storage) => {
    const changes = Array.from({ length: 1000 }, (_, index) =>
      put({ resourceType: 'Basic', id: `b${index}` }),
    )
    const results = await storage.write(changes)
    assert.equal(results.map(nameOf), changes.map(nameOf))
  })

  define('concurrent creates all succeed', async (storage) => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        storage.write([put({ resourceType: 'Patient', id: `p${index}` })]),
      ),
    )
    assert.is(results.flat().filter(({ created, version }) => created && version === 1).length, 40)
  })

  define('of concurrent creates with one id exactly one succeeds', async (storage) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => storage.write([put({ resourceType: 'Patient', id: 'same' })])),
    )
    assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.is(outcome.reason.code, 'write-conflict')
    }
  })

  define('of concurrent updates that expect one version exactly one succeeds', async (storage) => {
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        storage.write([put({ resourceType: 'Patient', id: 'p1' }, { kind: 'update', expect: 1 })]),
      ),
    )
    assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.is((await storage.read([{ type: 'Patient', id: 'p1' }]))[0]?.version, 2)
  })

  define('new ids are valid FHIR ids and do not repeat', async (storage) => {
    const ids = Array.from({ length: 200 }, (_, index) =>
      index % 2 ? storage.newId('Observation', 'p1') : storage.newId('Patient'),
    )
    assert.is(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^[A-Za-z0-9\-.]{1,64}$/)
  })

  define('health resolves and clear removes resources and history', async (storage) => {
    await storage.health()
    await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    await storage.clear()
    assert.equal(await storage.read([{ type: 'Patient', id: 'p1' }]), [undefined])
    assert.equal((await storage.history({ count: 10 })).entries, [])
    const [result] = await storage.write([put({ resourceType: 'Patient', id: 'p1' })])
    assert.is(result?.version, 1)
  })
}
