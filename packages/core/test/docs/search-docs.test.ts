import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { searchDocs } from '../../scripts/search-docs.js'
import { r4 } from '../../src/definitions/r4.js'

const test = suite('page of search parameters')

test('is what the definitions say (npm run docs writes it)', () => {
  const page = readFileSync(new URL('../../../../docs/search.md', import.meta.url), 'utf8')
  assert.ok(page === searchDocs(r4), 'docs/search.md is out of date: run npm run docs')
})

test('names every parameter of every type with its modifiers', () => {
  const page = searchDocs(r4)
  for (const type of r4.resourceTypes) assert.match(page, `\n## ${type}\n`)
  assert.match(page, '| `code-value-quantity` | composite | `:missing` |')
  assert.match(
    page,
    /\| `identifier` \| token \| `:not :text :of-type :in :not-in :below :above :missing` \|/,
  )
})

test.run()
