import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, type Plugin } from '../../src/plugin/define.js'
import { Lifecycle, renderBootReport } from '../../src/plugin/lifecycle.js'
import { BootError } from '../../src/plugin/plugin-error.js'
import { defineExtensionPoint, defineService } from '../../src/plugin/tokens.js'

const test = suite('plugin lifecycle')

const prepare = (plugins: Plugin[], limits = { setup: 1000, start: 1000, stop: 1000 }) =>
  Lifecycle.prepare({
    plugins,
    given: new Map(),
    log: pino({ level: 'silent' }),
    clock: Date.now,
    randomId: () => 'x',
    limits,
  })

/** A plugin that writes down what happens to it. */
const recorder = (
  name: string,
  events: string[],
  extra: Partial<Record<'start' | 'stop', () => Promise<void>>> = {},
) =>
  definePlugin({
    name,
    setup: () => ({
      start: async () => {
        events.push(`start ${name}`)
        await extra.start?.()
      },
      stop: async () => {
        events.push(`stop ${name}`)
        await extra.stop?.()
      },
    }),
  })

async function bootError(work: () => Promise<unknown>): Promise<BootError> {
  try {
    await work()
  } catch (error) {
    assert.instance(error, BootError)
    return error as BootError
  }
  throw new Error('expected a BootError')
}

test('plugins start in order and stop in reverse, once', async () => {
  const events: string[] = []
  const lifecycle = await prepare([recorder('a', events), recorder('b', events)])
  await lifecycle.start()
  await Promise.all([lifecycle.stop(), lifecycle.stop()])
  assert.equal(events, ['start a', 'start b', 'stop b', 'stop a'])
})

test('a failed start stops what has started and names the plugin', async () => {
  const events: string[] = []
  const failing = recorder('b', events, { start: async () => Promise.reject(new Error('no disk')) })
  const lifecycle = await prepare([recorder('a', events), failing, recorder('c', events)])
  const error = await bootError(() => lifecycle.start())
  assert.match(error.message, '[b] start: no disk')
  assert.equal(events, ['start a', 'start b', 'stop a'])
})

test('a plugin that hangs in stop does not hold up the others', async () => {
  const events: string[] = []
  const hanging = recorder('b', events, { stop: () => new Promise(() => {}) })
  const lifecycle = await prepare([recorder('a', events), hanging], { setup: 1000, start: 1000, stop: 30 })
  await lifecycle.start()
  await lifecycle.stop()
  assert.equal(events.slice(-2), ['stop b', 'stop a'])
})

test('every failed setup is reported at once, and what depends on one is not run', async () => {
  const service = defineService<number>('test.number')
  let dependentRan = false
  const plugins = [
    definePlugin({
      name: 'one',
      provides: { service },
      setup: () => Promise.reject(new Error('first fault')),
    }),
    definePlugin({ name: 'two', setup: () => Promise.reject(new Error('second fault')) }),
    definePlugin({
      name: 'dependent',
      uses: { service },
      setup: () => {
        dependentRan = true
        return {}
      },
    }),
  ]
  const error = await bootError(() => prepare(plugins))
  assert.equal(
    error.problems.map(({ plugin, message }) => `${plugin}: ${message}`),
    ['one: first fault', 'two: second fault'],
  )
  assert.not(dependentRan)
})

test('a setup that hangs is given up and named', async () => {
  const slow = definePlugin({ name: 'slow', setup: () => new Promise<never>(() => {}) })
  const error = await bootError(() => prepare([slow], { setup: 20, start: 20, stop: 20 }))
  assert.match(error.message, /\[slow\] setup: it did not finish within 20 ms/)
})

test('a declared service that setup does not return is reported', async () => {
  const service = defineService<number>('test.number')
  const liar = definePlugin({ name: 'liar', provides: { service }, setup: () => ({}) as never })
  const error = await bootError(() => prepare([liar]))
  assert.match(error.message, 'declares provides.service (test.number) but setup did not return it')
})

test('users receive services and every contribution, in boot order', async () => {
  const service = defineService<number>('test.number')
  const words = defineExtensionPoint<string>('test.words')
  let seen: unknown
  await prepare([
    definePlugin({
      name: 'user',
      uses: { service, words },
      setup: (services) => {
        seen = services
        return {}
      },
    }),
    definePlugin({
      name: 'a',
      provides: { service, words },
      setup: () => ({ provides: { service: 7, words: ['x'] } }),
    }),
    definePlugin({ name: 'b', provides: { words }, setup: () => ({ provides: { words: ['y', 'z'] } }) }),
  ])
  assert.equal(seen, { service: 7, words: ['x', 'y', 'z'] })
})

test('health tells which plugin is down', async () => {
  const lifecycle = await prepare([
    definePlugin({ name: 'fine', setup: () => ({ health: () => {} }) }),
    definePlugin({ name: 'ill', setup: () => ({ health: () => Promise.reject(new Error('down')) }) }),
  ])
  const health = await lifecycle.health()
  assert.is(health.get('fine'), undefined)
  assert.is(health.get('ill')?.message, 'down')
})

test('the boot report shows what each plugin uses, provides and adds', async () => {
  const service = defineService<number>('test.number')
  const lifecycle = await prepare([
    definePlugin({ name: 'user', uses: { service }, setup: () => ({ hooks: { narrow: (query) => query } }) }),
    definePlugin({ name: 'provider', provides: { service }, setup: () => ({ provides: { service: 1 } }) }),
  ])
  const report = renderBootReport(lifecycle.report)
  assert.match(
    report,
    /├─ provider \(\d+ ms\)\n│ {4}provides test\.number\n└─ user \(\d+ ms\)\n {5}uses test\.number\n {5}hooks: narrow/,
  )
})

test.run()
