import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import type { Define } from './context.js'

const long = 60_000
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const create = (storage: Storage, kind = 'reindex', input: unknown = null) =>
  storage.jobs.create({ kind, input })

/** Long-running work: `jobs`. */
export function jobTests(define: Define): void {
  define('a new job waits, and keeps what was asked for', async (storage) => {
    const input = { types: ['Patient'], nested: { 'ñ"\u0000': [1, null, 'x'] } }
    const before = Date.now()
    const job = await create(storage, 'reindex', input)
    assert.is(job.state, 'waiting')
    assert.equal(job.input, input)
    assert.is(job.progress, null)
    assert.is(job.error, undefined)
    assert.ok(job.createdAt >= before - 1000 && job.createdAt <= Date.now() + 1000)
    assert.is(job.updatedAt, job.createdAt)
    assert.equal(await storage.jobs.get(job.id), job)
    assert.is(await storage.jobs.get('no-such-job'), undefined)
    assert.is(await storage.jobs.get('00000000-0000-4000-8000-000000000000'), undefined)
  })

  define('jobs are listed newest first, by kind and state', async (storage) => {
    const [a, b, c] = [await create(storage), await create(storage, 'export'), await create(storage)]
    await storage.jobs.cancel(c.id)
    const ids = async (...filter: Parameters<typeof storage.jobs.list>) =>
      (await storage.jobs.list(...filter)).map(({ id }) => id)
    assert.equal(await ids(), [c.id, b.id, a.id])
    assert.equal(await ids({ kind: 'reindex' }), [c.id, a.id])
    assert.equal(await ids({ state: 'waiting' }), [b.id, a.id])
    assert.equal(await ids({ kind: 'reindex', state: 'cancelled' }), [c.id])
    assert.equal(await ids({ kind: 'import' }), [])
  })

  define('lease takes the oldest waiting job of the kinds, each for one owner', async (storage) => {
    const [a, b, other] = [await create(storage), await create(storage), await create(storage, 'export')]
    const first = await storage.jobs.lease(['reindex', 'import'], 'one', long)
    assert.is(first?.id, a.id)
    assert.is(first?.state, 'running')
    assert.is((await storage.jobs.get(a.id))?.state, 'running')
    assert.is((await storage.jobs.lease(['reindex'], 'two', long))?.id, b.id)
    assert.is(await storage.jobs.lease(['reindex'], 'three', long), undefined)
    assert.is((await storage.jobs.lease(['export'], 'three', long))?.id, other.id)
    assert.is(await storage.jobs.lease([], 'three', long), undefined)
  })

  define('of many that lease at once each gets a job of its own', async (storage) => {
    const jobs = []
    for (let index = 0; index < 5; index++) jobs.push(await create(storage))
    const leased = await Promise.all(
      Array.from({ length: 8 }, (_, index) => storage.jobs.lease(['reindex'], `owner ${index}`, long)),
    )
    const ids = leased.flatMap((job) => job?.id ?? [])
    assert.equal(ids.sort(), jobs.map(({ id }) => id).sort())
  })

  define('save keeps progress and renews the lease of its owner', async (storage) => {
    const { id } = await create(storage)
    await storage.jobs.lease(['reindex'], 'one', 1)
    assert.ok(await storage.jobs.save(id, 'one', { progress: { done: 1 }, milliseconds: long }))
    await wait(5)
    assert.is(await storage.jobs.lease(['reindex'], 'two', long), undefined)
    assert.equal((await storage.jobs.get(id))?.progress, { done: 1 })
    assert.ok(await storage.jobs.save(id, 'one', { milliseconds: long }))
    assert.equal((await storage.jobs.get(id))?.progress, { done: 1 })
    assert.not.ok(await storage.jobs.save(id, 'two', { progress: { done: 9 }, milliseconds: long }))
    assert.equal((await storage.jobs.get(id))?.progress, { done: 1 })
  })

  define(
    'a job whose lease expired goes on with another owner, and the former one is told',
    async (storage) => {
      const { id } = await create(storage)
      await storage.jobs.lease(['reindex'], 'one', 1)
      await storage.jobs.save(id, 'one', { progress: { at: 'half' }, milliseconds: 1 })
      await wait(10)
      const taken = await storage.jobs.lease(['reindex'], 'two', long)
      assert.is(taken?.id, id)
      assert.equal(taken?.progress, { at: 'half' })
      assert.not.ok(await storage.jobs.save(id, 'one', { progress: { at: 'end' }, milliseconds: long }))
      assert.ok(await storage.jobs.save(id, 'two', { state: 'done', milliseconds: long }))
    },
  )

  define('a final state ends a job, with the reason where it failed', async (storage) => {
    const [done, failed] = [await create(storage), await create(storage)]
    for (const { id } of [done, failed]) {
      assert.is((await storage.jobs.lease(['reindex'], 'one', long))?.id, id)
    }
    assert.ok(await storage.jobs.save(done.id, 'one', { state: 'done', progress: 100, milliseconds: 1 }))
    const error = 'disk full'
    assert.ok(await storage.jobs.save(failed.id, 'one', { state: 'failed', error, milliseconds: 1 }))
    await wait(5)
    assert.is(await storage.jobs.lease(['reindex'], 'two', long), undefined)
    const { state, progress } = (await storage.jobs.get(done.id))!
    assert.equal([state, progress], ['done', 100])
    assert.is((await storage.jobs.get(failed.id))?.error, error)
    assert.not.ok(await storage.jobs.save(done.id, 'one', { progress: 0, milliseconds: long }))
    assert.not.ok(await storage.jobs.cancel(done.id))
    assert.not.ok(await storage.jobs.cancel(failed.id))
  })

  define('cancel ends a job that waits or runs, and whoever works on it is told', async (storage) => {
    const [running, waiting] = [await create(storage), await create(storage)]
    await storage.jobs.lease(['reindex'], 'one', long)
    assert.ok(await storage.jobs.cancel(running.id))
    assert.ok(await storage.jobs.cancel(waiting.id))
    assert.not.ok(await storage.jobs.cancel(waiting.id))
    assert.not.ok(await storage.jobs.cancel('no-such-job'))
    assert.not.ok(await storage.jobs.save(running.id, 'one', { progress: 1, milliseconds: long }))
    assert.is(await storage.jobs.lease(['reindex'], 'two', long), undefined)
    assert.is((await storage.jobs.get(running.id))?.state, 'cancelled')
  })

  define('clear removes jobs too', async (storage) => {
    await create(storage)
    await storage.clear()
    assert.equal(await storage.jobs.list(), [])
  })
}
