import path from 'node:path/posix'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { load } from '../../src/commands/load.js'
import { defaultLimits } from '../../src/interactions/limits.js'
import { hookKinds } from '../../src/plugin/hooks.js'
import { membersOf } from './declarations.js'
import { anchors, exists, pages, tableRows, withoutCode } from './markdown.js'

const test = suite('reference pages')

/** The code words in the first cell of each row, e.g. `start` and `stop` of "`start`, `stop`". */
function named(rows: readonly (readonly string[])[]): string[] {
  return rows.flatMap(([cell = '']) =>
    [...cell.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name = '']) => name),
  )
}

/** The table under the heading names exactly these. */
function assertNames(file: string, heading: string, expected: readonly string[]): void {
  assert.equal(named(tableRows(file, heading)).sort(), [...expected].sort(), `${file}, ${heading}`)
}

test('every link between pages leads somewhere', () => {
  const broken = pages().flatMap((file) =>
    [...withoutCode(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return []
      const [name = '', anchor] = target.split('#')
      const linked = name === '' ? file : path.normalize(path.join(path.dirname(file), name))
      const there = exists(linked) && (anchor === undefined || anchors(linked).includes(anchor))
      return there ? [] : [`${file}: ${target}`]
    }),
  )
  assert.equal(broken, [])
})

test('the contract names every hook with its kind', () => {
  const documented = tableRows('docs/contract.md', 'Hooks').map(([name = '', kind]) => [
    name.replaceAll('`', ''),
    kind,
  ])
  assert.equal(Object.fromEntries(documented), hookKinds)
})

test('the contract names every handler, every part of a plugin, and the whole context', () => {
  const plugin = 'packages/core/src/plugin'
  assertNames('docs/contract.md', 'Resource handlers', membersOf(`${plugin}/handlers.ts`, 'ResourceHandlers'))
  assertNames('docs/contract.md', 'The request context', membersOf(`${plugin}/context.ts`, 'RequestContext'))
  assertNames('docs/contract.md', 'A plugin', [
    ...membersOf(`${plugin}/define.ts`, 'PluginDefinition'),
    ...membersOf(`${plugin}/define.ts`, 'PluginParts'),
  ])
})

test('configuration names every option, limit and time limit', () => {
  const page = 'docs/configuration.md'
  const server = 'packages/core/src/server.ts'
  assertNames(page, 'createFhirServer', [
    ...membersOf(server, 'FhirServerOptions'),
    ...membersOf(server, 'FhirServer'),
  ])
  assertNames(page, 'Indexing', membersOf('packages/core/src/server/indexing.ts', 'IndexingOptions'))
  assertNames(page, 'Time limits', membersOf('packages/core/src/plugin/lifecycle.ts', 'LifecycleLimits'))
  const limits = tableRows(page, 'Limits').map(([name = '', value]) => [
    name.replaceAll('`', ''),
    Number(value),
  ])
  assert.equal(Object.fromEntries(limits), defaultLimits)
})

test('configuration names every option of the PostgreSQL storage', () => {
  const own = ['definitions', 'extract', 'clock', 'log', 'onConnectionLost']
  const options = [
    ...membersOf('packages/plugin-citus/src/pool.ts', 'PoolOptions'),
    ...membersOf('packages/plugin-citus/src/options.ts', 'PostgresStorageOptions'),
  ]
  assertNames(
    'docs/configuration.md',
    'PostgreSQL',
    options.filter((name) => !own.includes(name)),
  )
})

test('configuration names every setting of the hospital', () => {
  const settings = membersOf('examples/hospital/src/settings.ts', 'Settings')
    .filter((name) => name !== 'dataDirChosen')
    .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
  assertNames('docs/configuration.md', 'Settings of the hospital', settings)
})

test('the storage page names every method of the contract', () => {
  const storage = 'packages/core/src/storage/storage.ts'
  assertNames('docs/storage.md', 'The contract', [
    ...membersOf(storage, 'Storage'),
    ...membersOf(storage, 'StorageReader'),
    ...membersOf(storage, 'StorageTransaction'),
  ])
})

test('the page of load names every option', () => {
  const documented = tableRows('docs/load.md', 'Options').map(([cell = '']) => /--([a-z-]+)/.exec(cell)?.[1])
  assert.equal(documented.sort(), Object.keys(load.options).sort())
})

test.run()
