import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlugin, type Plugin } from '../../src/plugin/define.js'
import { orderPlugins } from '../../src/plugin/graph.js'
import { defineExtensionPoint, defineService, optional } from '../../src/plugin/tokens.js'

const clock = defineService<() => number>('test.clock')
const store = defineService<string[]>('test.store')
const panels = defineExtensionPoint<string>('test.panels')

const test = suite('plugin graph')

function plugin(name: string, uses: Plugin['uses'], provides: Plugin['provides']): Plugin {
  return { name, uses, provides, setup: async () => ({}) }
}

const names = (plugins: readonly Plugin[]) => plugins.map(({ name }) => name).join(' ')

test('providers come before users, whatever the order of the array', () => {
  const user = plugin('user', { clock }, {})
  const provider = plugin('provider', {}, { clock })
  assert.is(names(orderPlugins([user, provider], new Set()).order), 'provider user')
})

test('the order of the array breaks ties', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => plugin(name, {}, {})) as [Plugin, Plugin, Plugin]
  assert.is(names(orderPlugins([c, a, b], new Set()).order), 'c a b')
})

test('contributors to an extension point come before its user', () => {
  const user = plugin('dashboards', { panels }, {})
  const contributors = [plugin('audit', {}, { panels }), plugin('auth', {}, { panels })]
  assert.is(names(orderPlugins([user, ...contributors], new Set()).order), 'audit auth dashboards')
})

test('a missing service, a duplicate one and a cycle are reported together, each with plugin and remedy', () => {
  const { problems } = orderPlugins(
    [
      plugin('lonely', { clock }, {}),
      plugin('first', {}, { store }),
      plugin('second', {}, { store }),
      plugin('egg', { hen: defineService('test.hen') }, { egg: defineService('test.egg') }),
      plugin('hen', { egg: defineService('test.egg') }, { hen: defineService('test.hen') }),
    ],
    new Set(),
  )
  assert.equal(
    problems.map(({ plugin, phase }) => `${plugin} ${phase}`),
    ['second graph', 'lonely graph', 'egg graph'],
  )
  assert.match(problems[0]?.message ?? '', 'test.store, as does first')
  assert.match(problems[1]?.message ?? '', 'test.clock, which no plugin provides')
  assert.match(problems[2]?.message ?? '', /egg needs hen needs egg/)
  for (const { remedy } of problems) assert.ok(remedy.length > 10)
})

test('a service that is given needs no plugin, and none may provide it again', () => {
  const given = new Set([clock.id])
  assert.equal(orderPlugins([plugin('user', { clock }, {})], given).problems, [])
  assert.is(orderPlugins([plugin('other', {}, { clock })], given).problems.length, 1)
})

test('an optional service may be missing', () => {
  assert.equal(orderPlugins([plugin('user', { clock: optional(clock) }, {})], new Set()).problems, [])
})

test('two plugins of one name are refused', () => {
  const { problems } = orderPlugins([plugin('twin', {}, {}), plugin('twin', {}, {})], new Set())
  assert.is(problems.length, 1)
})

test('no plugin code runs while the graph is read', () => {
  let ran = false
  const definition = definePlugin({
    name: 'eager',
    uses: { clock },
    setup: () => {
      ran = true
      return {}
    },
  })
  orderPlugins([definition], new Set())
  assert.not(ran)
})

test.run()
