import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TerminologySource } from '../../src/terminology/asking.js'
import type { MissingDefinition } from '../../src/validation/contract.js'
import { StoredDefinitions } from '../../src/validation/stored-definitions.js'

const test = suite('definitions fetched from storage')

const missing = (...names: string[]): MissingDefinition[] =>
  names.map((name) => ({
    type: 'StructureDefinition',
    canonical: `http://example.org/${name}`,
    expression: 'Patient',
  }))

/** Storage that has what is in the map, by URL, and counts questions. */
function storage(rows: Map<string, { seq: bigint; content: string }>) {
  const asked: string[] = []
  const source = {
    find: async (_: string, url: string) => {
      asked.push(url)
      return rows.get(url)
    },
  } as unknown as TerminologySource
  return { asked, source }
}

const row = (seq: bigint, id: string) => ({
  seq,
  content: JSON.stringify({ resourceType: 'StructureDefinition', id }),
})

test('asks once for what is there and for what is not, until it expires', async () => {
  let now = 0
  const { asked, source } = storage(new Map([['http://example.org/a', row(1n, 'a')]]))
  const stored = new StoredDefinitions(() => now)
  assert.is(await stored.fetch(missing('a', 'b'), source), true)
  assert.is(await stored.fetch(missing('a', 'b'), source), false)
  assert.is(asked.length, 2)
  stored.refresh()
  assert.is(stored.find('StructureDefinition', 'http://example.org/a')?.id, 'a')
  now = 5001
  stored.refresh()
  assert.is(stored.find('StructureDefinition', 'http://example.org/a'), undefined)
})

test('what has not changed is the same object again; a change counts as a new revision', async () => {
  const rows = new Map([['http://example.org/a', row(1n, 'a')]])
  const { source } = storage(rows)
  const stored = new StoredDefinitions(() => 0)
  const found = () => stored.find('StructureDefinition', 'http://example.org/a')
  await stored.fetch(missing('a'), source)
  const [first, revision] = [found(), stored.revision]
  stored.expire()
  await stored.fetch(missing('a'), source)
  assert.is(found(), first)
  assert.is(stored.revision, revision)
  rows.set('http://example.org/a', row(2n, 'changed'))
  stored.expire()
  await stored.fetch(missing('a'), source)
  assert.is(found()?.id, 'changed')
  rows.clear()
  stored.expire()
  await stored.fetch(missing('a'), source)
  assert.is(found(), undefined)
  assert.is(stored.revision, revision + 2)
})

test('a resource that names thousands of profiles has few of them fetched, and few are remembered', async () => {
  const { asked, source } = storage(new Map())
  const stored = new StoredDefinitions(() => 0)
  await stored.fetch(missing(...Array.from({ length: 5000 }, (_, n) => `p${n}`)), source)
  assert.is(asked.length, 50)
  // Others may go on so: what is remembered is bounded all the same.
  const counts: number[] = []
  for (let round = 0; round < 200; round += 1) {
    stored.refresh()
    await stored.fetch(missing(...Array.from({ length: 50 }, (_, n) => `r${round}-${n}`)), source)
    counts.push(stored.size)
  }
  assert.ok(Math.max(...counts) <= 1200, `${Math.max(...counts)} are remembered`)
})

test.run()
