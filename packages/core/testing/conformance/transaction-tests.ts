import * as assert from 'uvu/assert'
import { put, rejects, remove } from './changes.js'
import type { Define } from './context.js'

const everyPatient = {
  types: ['Patient'],
  where: [],
  include: [],
  revinclude: [],
  sort: [],
  count: 10,
  total: 'accurate',
} as const

/** Atomicity, isolation and claims. */
export function transactionTests(define: Define): void {
  const key = (id: string) => ({ type: 'Patient', id })
  const patient = (id: string) => put({ resourceType: 'Patient', id })

  define('a transaction gives what its work gives, and its writes stay', async (storage) => {
    const version = await storage.transaction(async (tx) => (await tx.write([patient('a')]))[0]?.version)
    assert.is(version, 1)
    assert.is((await storage.read([key('a')]))[0]?.version, 1)
  })

  define('a transaction sees its own writes in every way of reading', async (storage) => {
    await storage.write([patient('old')])
    await storage.transaction(async (tx) => {
      await tx.write([patient('new'), remove(key('old'))])
      assert.is((await tx.read([key('new')]))[0]?.version, 1)
      assert.is((await tx.vread(key('old'), 2))?.deleted, true)
      assert.is((await tx.history({ type: 'Patient', count: 10 })).entries.length, 3)
      const found = await tx.search(everyPatient)
      assert.equal(
        found.matches.map(({ id }) => id),
        ['new'],
      )
      assert.is(found.total, 1)
      const streamed: string[] = []
      for await (const { id } of tx.stream(everyPatient)) streamed.push(id)
      assert.equal(streamed, ['new'])
    })
  })

  define('what work throws rolls everything back and is rethrown', async (storage) => {
    await storage.write([patient('kept')])
    const failure = new Error('on purpose')
    const outcome = await storage
      .transaction(async (tx) => {
        await tx.write([patient('a'), put({ resourceType: 'Patient', id: 'kept' }, { kind: 'update' })])
        throw failure
      })
      .catch((error: unknown) => error)
    assert.is(outcome, failure)
    assert.is((await storage.read([key('kept')]))[0]?.version, 1)
    assert.equal(await storage.read([key('a')]), [undefined])
    assert.is((await storage.history({ count: 10 })).entries.length, 1)
  })

  define('one refused change undoes the others of its write', async (storage) => {
    await storage.write([patient('taken')])
    await rejects(storage.write([patient('a'), patient('taken'), patient('b')]), 'write-conflict')
    await rejects(
      storage.write([patient('a'), put({ resourceType: 'Patient', id: 'b' }, { expect: 3 })]),
      'version-conflict',
    )
    assert.equal(await storage.read([key('a'), key('b')]), [undefined, undefined])
    assert.is((await storage.search(everyPatient)).total, 1)
  })

  define('a refused change rolls back what the transaction wrote before', async (storage) => {
    await storage.write([patient('taken')])
    await rejects(
      storage.transaction(async (tx) => {
        await tx.write([patient('a')])
        await tx.write([patient('taken')])
      }),
      'write-conflict',
    )
    assert.equal(await storage.read([key('a')]), [undefined])
  })

  define(
    'a transaction whose write was refused does not commit, even where work caught the error',
    async (storage) => {
      await storage.write([patient('taken')])
      const outcome = await storage
        .transaction(async (tx) => {
          await tx.write([patient('a')])
          await tx.write([patient('taken')]).catch(() => undefined)
        })
        .then(
          () => 'committed',
          () => 'refused',
        )
      assert.is(outcome, 'refused')
      assert.equal(await storage.read([key('a')]), [undefined])
    },
  )

  define('readers outside see nothing of a transaction until it commits, and then all', async (storage) => {
    await storage.write([patient('old')])
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let wrote = () => {}
    const written = new Promise<void>((resolve) => {
      wrote = resolve
    })
    const running = storage.transaction(async (tx) => {
      await tx.write([patient('a'), patient('b'), remove(key('old'))])
      wrote()
      await gate
    })
    await written
    assert.equal(
      (await storage.search(everyPatient)).matches.map(({ id }) => id),
      ['old'],
    )
    assert.equal(await storage.read([key('a')]), [undefined])
    assert.is((await storage.history({ count: 10 })).entries.length, 1)
    release()
    await running
    const found = await storage.search(everyPatient)
    assert.equal(found.matches.map(({ id }) => id).sort(), ['a', 'b'])
  })

  define('a claim serialises racing conditional creates: one of them creates', async (storage) => {
    const conditionalCreate = (id: string) =>
      storage.transaction(async (tx) => {
        await tx.claim(['Patient?identifier=urn:mrn|1'])
        const found = await tx.search(everyPatient)
        if (found.matches.length > 0) return false
        await tx.write([patient(id)])
        return true
      })
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, index) => conditionalCreate(`p${index}`)),
    )
    assert.is(created.filter(Boolean).length, 1)
    assert.is((await storage.search(everyPatient)).total, 1)
  })

  define('claims taken in opposite orders do not hang', async (storage) => {
    const take = (keys: string[], id: string) =>
      storage.transaction(async (tx) => {
        await tx.claim(keys)
        await tx.write([patient(id)])
      })
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => take(index % 2 ? ['x', 'y', 'x'] : ['y', 'x'], `p${index}`)),
    )
    assert.is((await storage.search(everyPatient)).total, 6)
  })

  define('a claim ends with its transaction, committed or rolled back', async (storage) => {
    await storage
      .transaction(async (tx) => {
        await tx.claim(['k'])
        throw new Error('on purpose')
      })
      .catch(() => undefined)
    await storage.transaction((tx) => tx.claim(['k']))
    await storage.transaction((tx) => tx.claim(['k']))
  })

  define('transactions that read and rewrite one resource lose no update', async (storage) => {
    await storage.write([put({ resourceType: 'Basic', id: 'counter', n: 0 } as never)])
    const increment = () =>
      storage.transaction(async (tx) => {
        await tx.claim(['counter'])
        const [current] = await tx.read([{ type: 'Basic', id: 'counter' }])
        const { n } = JSON.parse(current?.content ?? '{}') as { n: number }
        await tx.write([
          put(
            { resourceType: 'Basic', id: 'counter', n: n + 1 },
            { kind: 'update', expect: current?.version ?? 0 },
          ),
        ])
      })
    await Promise.all(Array.from({ length: 8 }, increment))
    const [end] = await storage.read([{ type: 'Basic', id: 'counter' }])
    assert.is(JSON.parse(end?.content ?? '{}').n, 8)
    assert.is(end?.version, 9)
  })

  define('a transaction cannot be used after it has ended', async (storage) => {
    const tx = await storage.transaction(async (each) => each)
    const outcome = await tx.write([patient('late')]).then(
      () => 'written',
      () => 'refused',
    )
    assert.is(outcome, 'refused')
    assert.equal(await storage.read([key('late')]), [undefined])
  })
}
