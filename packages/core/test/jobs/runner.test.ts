import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { type AnyJobDefinition, defineJob } from '../../src/jobs/define.js'
import { createJobs, type Jobs } from '../../src/jobs/jobs.js'
import { JobRunner } from '../../src/jobs/runner.js'
import { memoryStorage } from '../../src/storage/memory.js'
import type { Storage } from '../../src/storage/storage.js'

const test = suite('jobs')

const log = pino({ level: 'silent' })
const started: JobRunner[] = []

/** An instance of a server, as far as jobs go. */
function instance(storage: Storage, definitions: readonly AnyJobDefinition[], lease = 1000) {
  const runner = new JobRunner({ storage, definitions, log, poll: 10, lease })
  started.push(runner)
  const jobs: Jobs = createJobs({
    storage: () => storage,
    runner: () => runner,
    definitions: () => definitions,
  })
  return { runner, jobs }
}

test.after.each(async () => {
  for (const runner of started.splice(0)) await runner.stop()
})

/** Saves each number up to the one asked for, `pause` milliseconds apart. */
function counting(seen: number[], pause = 0) {
  return defineJob<number, number>('count', async (upTo, { progress = 0, save }) => {
    for (let n = progress + 1; n <= upTo; n++) {
      seen.push(n)
      await save(n)
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
    }
  })
}

test('a job runs, keeps its progress, and is done', async () => {
  const seen: number[] = []
  const { runner, jobs } = instance(memoryStorage(), [counting(seen)])
  runner.start()
  const { id } = await jobs.start('count', 3)
  const job = await jobs.wait(id, 2000)
  assert.is(job?.state, 'done')
  assert.is(job?.progress, 3)
  assert.equal(seen, [1, 2, 3])
})

test('a kind that nobody defines is refused when it is asked for', async () => {
  const { jobs } = instance(memoryStorage(), [counting([])])
  try {
    await jobs.start('export', {})
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), /No plugin defines the job 'export'; there are: count/)
  }
})

test('what one instance was doing when it stopped, another goes on with at once', async () => {
  const storage = memoryStorage()
  const [first, second]: [number[], number[]] = [[], []]
  const one = instance(storage, [counting(first, 20)], 60_000)
  const two = instance(storage, [counting(second)], 60_000)
  one.runner.start()
  const { id } = await one.jobs.start('count', 10)
  while (first.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  await one.runner.stop()
  two.runner.start()
  const job = await two.jobs.wait(id, 2000)
  assert.is(job?.state, 'done')
  const saved = (second[0] ?? 0) - 1
  assert.ok(
    saved === first.length || saved === first.length - 1,
    'a step that was not saved may happen twice',
  )
  assert.equal([...first.slice(0, saved), ...second], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('the job of an instance that died is taken over when its lease has run out', async () => {
  const storage = memoryStorage()
  const seen: number[] = []
  const { runner, jobs } = instance(storage, [counting(seen)])
  const { id } = await jobs.start('count', 5)
  const dead = await storage.jobs.lease(['count'], 'dead', 150)
  await storage.jobs.save(dead?.id ?? '', 'dead', { progress: 2, milliseconds: 150 })
  runner.start()
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(seen, [], 'not while the lease lasts')
  assert.is((await jobs.wait(id, 2000))?.state, 'done')
  assert.equal(seen, [3, 4, 5])
})

test('a lease is kept for as long as the work takes', async () => {
  const storage = memoryStorage()
  const runs: string[] = []
  const long = defineJob('long', async (_, { id }) => {
    runs.push(id)
    await new Promise((resolve) => setTimeout(resolve, 200))
  })
  const one = instance(storage, [long], 60)
  const two = instance(storage, [long], 60)
  one.runner.start()
  two.runner.start()
  const { id } = await one.jobs.start('long', {})
  assert.is((await one.jobs.wait(id, 2000))?.state, 'done')
  assert.equal(runs, [id])
})

test('a cancelled job stops, on this instance and on another', async () => {
  const storage = memoryStorage()
  for (const canceller of ['same', 'other']) {
    const seen: number[] = []
    const one = instance(storage, [counting(seen, 10)])
    const two = instance(storage, [])
    one.runner.start()
    const { id } = await one.jobs.start('count', 1000)
    while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.ok(await (canceller === 'same' ? one : two).jobs.cancel(id))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { length } = seen
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.is(seen.length, length, canceller)
    assert.is((await one.jobs.get(id))?.state, 'cancelled')
    assert.not(await one.jobs.cancel(id), 'a job that has ended cannot be cancelled')
    await one.runner.stop()
  }
})

test('a failed job shows what was written to be shown, and nothing else', async () => {
  const failing = defineJob<string>('fail', async (how) => {
    if (how === 'told') throw new FhirError('internal', '3 of 10 could not be done.')
    throw new Error('Key (name)=(Ana) already exists.')
  })
  const { runner, jobs } = instance(memoryStorage(), [failing])
  runner.start()
  const told = await jobs.wait((await jobs.start('fail', 'told')).id, 2000)
  assert.equal([told?.state, told?.error], ['failed', '3 of 10 could not be done.'])
  const hidden = await jobs.wait((await jobs.start('fail', 'hidden')).id, 2000)
  assert.is(hidden?.state, 'failed')
  assert.not.match(hidden?.error ?? '', /Ana/)
})

test('a database that is away for a moment fails no job', async () => {
  let tries = 0
  const flaky = defineJob<unknown, number>('flaky', async (_, { progress, save }) => {
    tries++
    if (progress === undefined) {
      await save(1)
      throw new FhirError('unavailable', 'The database cannot be reached.')
    }
  })
  const { runner, jobs } = instance(memoryStorage(), [flaky])
  runner.start()
  const job = await jobs.wait((await jobs.start('flaky', {})).id, 5000)
  assert.is(job?.state, 'done')
  assert.is(tries, 2)
})

test('of a kind one job at a time runs in an instance; kinds do not wait for each other', async () => {
  let running = 0
  let most = 0
  const slow = defineJob('slow', async () => {
    running++
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 300))
    running--
  })
  const { runner, jobs } = instance(memoryStorage(), [slow, counting([])])
  runner.start()
  const slowOnes = [await jobs.start('slow', 1), await jobs.start('slow', 2)]
  const quick = await jobs.start('count', 1)
  assert.is((await jobs.wait(quick.id, 2000))?.state, 'done')
  assert.is((await jobs.get(slowOnes[1]?.id ?? ''))?.state, 'waiting')
  for (const { id } of slowOnes) assert.is((await jobs.wait(id, 2000))?.state, 'done')
  assert.is(most, 1)
})

test.run()
