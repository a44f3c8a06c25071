import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { terminologyImport } from '../../src/commands/terminology-import.js'
import { terminologyList } from '../../src/commands/terminology-list.js'
import { maxFileBytes, maxFiles, maxPackageBytes } from '../../src/definitions/packages/limits.js'
import { defaultKeptCharacters } from '../../src/definitions/packages/open-packages.js'
import { keptDays } from '../../src/definitions/packages/pack-cache.js'
import { importers } from '../../src/terminology/archive/import/import-archive.js'
import { properties } from '../../src/terminology/archive/import/loinc.js'
import { read, tableRows } from './markdown.js'

const test = suite('pages of terminology and packages')

/** Without line breaks, so that a sentence can be looked for. */
const flat = (file: string) => read(file).replace(/\s+/g, ' ')

test('the page of terminology names every option of the commands', () => {
  const rows = tableRows('docs/terminology.md', 'Options')
  const documented = rows.map(([cell = '']) => /--([a-z-]+)/.exec(cell)?.[1])
  assert.equal(documented.sort(), Object.keys(terminologyImport.options).sort())
  for (const option of Object.keys(terminologyList.options)) {
    assert.ok(flat('docs/terminology.md').includes(`terminology list --${option}`), option)
  }
})

test('the page of terminology names every kind of distribution and every property of LOINC', () => {
  const page = flat('docs/terminology.md')
  for (const { kind } of importers) assert.match(page, new RegExp(`--system [^ ]*${kind}`))
  for (const property of properties) assert.ok(page.includes(`\`${property}\``), property)
})

test('the page of packages gives the limits as they are', () => {
  const page = flat('docs/packages.md')
  assert.ok(page.includes(`${maxFiles.toLocaleString('en')} files`))
  assert.ok(
    page.includes(
      `${maxFileBytes / 1024 ** 2} MB in one file, and ${maxPackageBytes / 1024 ** 3} GB inflated`,
    ),
  )
  assert.ok(page.includes(`for ${keptDays} days`))
  assert.ok(page.includes(`${defaultKeptCharacters.toLocaleString('en')} characters`))
})

test.run()
