import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CommandIo } from '../../src/commands/command.js'
import { terminologyImport } from '../../src/commands/terminology-import.js'
import { terminologyList } from '../../src/commands/terminology-list.js'
import type { FileArchive } from '../../src/terminology/archive/code-archive.js'
import { openArchives } from '../../src/terminology/archive/open-archives.js'
import { loincRelease, rf2, unpack, zip } from '../terminology/archive/import/distributions.js'
import { type Ran, runCaptured } from './capture.js'

interface Context {
  dir: string
  into: string
  import(from: string, ...options: string[]): Promise<Ran>
  imported(from: string, ...options: string[]): Promise<FileArchive>
}

const test = suite<Context>('anamnesis terminology')

const commands = [terminologyImport, terminologyList]

test.before.each(async (context) => {
  context.dir = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-terminology-'))
  context.into = path.join(context.dir, 'archives')
  context.import = (from, ...options) =>
    runCaptured(['terminology', 'import', from, '--into', context.into, ...options], commands)
  context.imported = async (from, ...options) => {
    const ran = await context.import(from, ...options)
    assert.is(ran.code, 0, ran.stderr)
    const archives = await openArchives(context.into)
    assert.is(archives.length, 1)
    return archives[0]!
  }
})

test.after.each(({ dir }) => rm(dir, { recursive: true }))

const sct = 'http://snomed.info/sct'
const fsn = { system: sct, code: '900000000000003001', display: 'Fully specified name' }
const synonym = { system: sct, code: '900000000000013009', display: 'Synonym' }

test('a release of SNOMED CT, unpacked or zipped, becomes an archive', async ({ dir, imported }) => {
  const sources = [
    await unpack(path.join(dir, 'release'), rf2()),
    await zip(path.join(dir, 'release.zip'), rf2()),
  ]
  for (const source of sources) {
    const archive = await imported(source)
    assert.is(archive.system, sct)
    assert.is(archive.version, `${sct}/900000000000207008/version/20250101`)
    assert.equal([...archive.codes()], ['1000', '2000', '3000', '4000', '5000'])
    assert.equal(archive.lookup('3000'), {
      code: '3000',
      display: 'Apple color',
      designations: [
        { language: 'en', use: synonym, value: 'Apple colour' },
        { language: 'en', use: synonym, value: 'Apple "Pomme" fruit' },
        { language: 'en', use: fsn, value: 'Apple (food)' },
        { language: 'es', use: synonym, value: 'Manzana' },
      ],
      inactive: false,
      abstract: false,
    })
    assert.is(archive.lookup('4000')?.display, 'Pear (food)')
    assert.is(archive.lookup('5000')?.inactive, true)
    assert.equal(archive.parents('3000'), ['1000', '2000'])
    assert.equal(archive.parents('4000'), ['1000'])
    assert.equal(archive.children('1000'), ['3000', '4000'])
    assert.ok(archive.subsumes('1000', '4000'))
    assert.not(archive.subsumes('2000', '4000'))
    assert.equal(archive.property('3000', '363698007'), ['4000'])
    assert.equal(archive.property('3000', 'sufficientlyDefined'), ['true'])
    assert.equal(archive.property('3000', 'effectiveTime'), ['20210731'])
    assert.equal([...archive.withProperty('memberOf', '723264001')], ['1000', '3000'])
    assert.equal(archive.search('manz', 5), ['3000'])
    assert.equal(archive.search('withdrawn', 5), [])
    archive.close()
  }
})

test('displays of SNOMED CT are in the language asked for, where there is one', async ({ dir, imported }) => {
  const archive = await imported(await unpack(dir, rf2()), '--language', 'es')
  assert.is(archive.lookup('3000')?.display, 'Manzana')
  assert.is(archive.lookup('4000')?.display, 'Pear (food)')
})

test('an edition that the file names do not tell is asked for', async ({ dir, ...context }) => {
  const source = await unpack(dir, rf2('XX9'))
  const ran = await context.import(source)
  assert.is(ran.code, 1)
  assert.match(
    ran.stderr,
    /does not tell the edition.*--version http:\/\/snomed\.info\/sct\/MODULE\/version\/20250101/,
  )
  const archive = await context.imported(source, '--version', `${sct}/77/version/20250101`)
  assert.is(archive.version, `${sct}/77/version/20250101`)
  assert.equal(await readdir(context.into), ['snomed-77-20250101.codes'])
})

test('an extension together with the international edition is asked for its version', async ({
  dir,
  ...context
}) => {
  const ran = await context.import(await unpack(await unpack(dir, rf2()), rf2('XX9')))
  assert.match(ran.stderr, /does not tell the edition/)
})

test('a release of LOINC becomes an archive with parts, hierarchy and answer lists', async ({
  dir,
  imported,
}) => {
  const sources = [
    await unpack(path.join(dir, 'Loinc_2.80'), loincRelease()),
    await zip(path.join(dir, 'Loinc_2.80.zip'), loincRelease()),
  ]
  for (const source of sources) {
    const archive = await imported(source)
    assert.is(archive.system, 'http://loinc.org')
    assert.is(archive.version, '2.80')
    assert.equal(archive.lookup('10-1'), {
      code: '10-1',
      display: 'Sweetness [Mass/volume] in "Apple", raw',
      designations: [
        { language: 'en', use: { system: 'http://loinc.org', code: 'SHORTNAME' }, value: 'Sweet Apl-mCnc' },
        { language: 'en', use: { system: 'http://loinc.org', code: 'CONSUMER_NAME' }, value: 'How sweet' },
      ],
      inactive: false,
      abstract: false,
    })
    assert.is(archive.lookup('11-9')?.display, 'Acidity of\nPear')
    assert.is(archive.lookup('11-9')?.inactive, true)
    assert.equal(archive.property('10-1', 'COMPONENT'), ['Sweetness', 'LP100-1'])
    assert.equal([...archive.withProperty('CLASS', 'FRUIT')], ['10-1', '11-9'])
    assert.ok(archive.subsumes('LP1-0', '10-1'))
    assert.is(archive.lookup('LP100-1')?.display, 'Sweetness')
    assert.is(archive.lookup('LP100-1')?.abstract, true)
    assert.is(archive.lookup('LP200-1'), undefined)
    assert.equal([...archive.withProperty('LIST', 'LL1-0')], ['LA1-1', 'LA2-2'])
    assert.equal(archive.property('LA2-2', 'LIST'), ['LL1-0', 'LL2-0'])
    assert.equal(archive.property('10-1', 'answer-list'), ['LL1-0'])
    assert.is(archive.lookup('LL3-0')?.display, 'Defined elsewhere')
    archive.close()
  }
})

test('LOINC is translated into the language asked for', async ({ dir, imported }) => {
  const archive = await imported(await unpack(dir, loincRelease()), '--language', 'es')
  const use = { system: 'http://loinc.org', code: 'LONG_COMMON_NAME' }
  assert.equal(archive.lookup('10-1')?.designations.at(-1), {
    language: 'es-AR',
    use,
    value: 'Dulzura en manzana',
  })
  assert.equal(archive.search('dulz', 5), ['10-1'])
})

const codeSystem = {
  resourceType: 'CodeSystem',
  url: 'http://example.org/fruit',
  version: '3',
  content: 'complete',
  concept: [
    {
      code: 'fruit',
      display: 'Fruit',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'apple',
          display: 'Apple',
          designation: [{ language: 'es', value: 'Manzana' }],
          property: [{ code: 'colour', valueCode: 'red' }],
        },
      ],
    },
    { code: 'red-thing', property: [{ code: 'child', valueCode: 'apple' }] },
    {
      code: 'medlar',
      property: [
        { code: 'status', valueCode: 'retired' },
        { code: 'parent', valueCode: 'fruit' },
      ],
    },
  ],
}

test('a CodeSystem becomes an archive', async ({ dir, into, imported }) => {
  const file = path.join(dir, 'fruit.json')
  await writeFile(file, JSON.stringify(codeSystem))
  const archive = await imported(file)
  assert.equal(await readdir(into), ['example.org-fruit-3.codes'])
  assert.is(archive.system, 'http://example.org/fruit')
  assert.is(archive.version, '3')
  assert.is(archive.size, 4)
  assert.is(archive.lookup('fruit')?.abstract, true)
  assert.is(archive.lookup('medlar')?.inactive, true)
  assert.equal(archive.lookup('apple')?.designations, [{ language: 'es', value: 'Manzana' }])
  assert.equal(archive.parents('apple'), ['fruit', 'red-thing'])
  assert.equal(archive.children('fruit'), ['apple', 'medlar'])
  assert.equal(archive.property('apple', 'colour'), ['red'])
})

test('of several CodeSystems one has to be named, and it has to be whole', async ({
  dir,
  into,
  ...context
}) => {
  const folder = await unpack(path.join(dir, 'systems'), {
    'a.json': JSON.stringify(codeSystem),
    'b.json': JSON.stringify({ ...codeSystem, url: 'http://example.org/part', content: 'fragment' }),
  })
  assert.match((await context.import(folder)).stderr, /expected one CodeSystem .* found 2.*--system URL/)
  assert.match(
    (await context.import(folder, '--system', 'http://example.org/part')).stderr,
    /content "complete", found "fragment"/,
  )
  assert.equal(await readdir(into), [])
  assert.is((await context.import(folder, '--system', 'http://example.org/fruit')).code, 0)
})

test('what is no distribution fails with what was expected, and leaves nothing behind', async ({
  dir,
  into,
  ...context
}) => {
  const empty = path.join(dir, 'empty')
  await unpack(empty, { 'readme.txt': 'x' })
  const half = await unpack(path.join(dir, 'half'), {
    'sct2_Concept_Snapshot_INT_20250101.txt': 'id\tactive\r\n1\t1\r\n',
  })
  const torn = path.join(dir, 'torn.zip')
  await writeFile(torn, 'PK')
  const oddLoinc = await unpack(path.join(dir, 'odd'), { 'Loinc.csv': 'LOINC_NUM,NAME\n1,x\n' })
  const brokenLoinc = await unpack(path.join(dir, 'broken'), { 'Loinc.csv': '"LOINC_NUM"x,"\n' })
  const expected: [string, RegExp, string[]?][] = [
    [path.join(dir, 'absent'), /absent cannot be opened: ENOENT/],
    [empty, /neither a package\.json nor a resource/],
    [half, /has a snapshot of concepts, but none of descriptions/],
    [torn, /torn\.zip is no zip that can be read/],
    [oddLoinc, /Loinc\.csv: expected the columns .*found none named LONG_COMMON_NAME, STATUS, CLASS/],
    [brokenLoinc, /Loinc\.csv is no CSV that can be read/],
    [empty, /does not look like SNOMED CT/, ['--system', 'snomed']],
    [empty, /--system icd: expected loinc, snomed or the URL/, ['--system', 'icd']],
  ]
  for (const [from, message, options = []] of expected) {
    const ran = await context.import(from, ...options)
    assert.is(ran.code, 1, from)
    assert.match(ran.stderr, message)
    assert.equal(await readdir(into).catch(() => []), [], from)
  }
  for (const argv of [[], ['a', 'b']]) {
    assert.is((await runCaptured(['terminology', 'import', ...argv], commands)).code, 2)
  }
})

test('Ctrl-C stops an import and changes nothing', async ({ dir, into }) => {
  const stopping: Partial<CommandIo> = { signal: AbortSignal.abort() }
  const source = await unpack(path.join(dir, 'release'), rf2())
  const ran = await runCaptured(['terminology', 'import', source, '--into', into], commands, stopping)
  assert.is(ran.code, 130)
  assert.match(ran.stderr, /nothing was changed/)
  assert.equal(await readdir(into), [])
})

test('the list shows each archive, and says how to make one where there is none', async ({
  dir,
  into,
  ...context
}) => {
  const list = () => runCaptured(['terminology', 'list', '--from', into], commands)
  assert.match((await list()).stdout, /No archives in .*terminology import/)
  await context.import(await unpack(path.join(dir, 'a'), loincRelease()), '--quiet')
  await context.import(await unpack(path.join(dir, 'b'), rf2()))
  const { code, stdout } = await list()
  assert.is(code, 0)
  assert.match(stdout, /^System +Version +Codes +MB +File$/m)
  assert.match(stdout, /^http:\/\/loinc\.org +2\.80 +9 +\d+\.\d +loinc-2\.80\.codes$/m)
  assert.match(
    stdout,
    /^http:\/\/snomed\.info\/sct +\S+20250101 +5 .*snomed-900000000000207008-20250101\.codes$/m,
  )
})

test('archives go to the folder for data of programs unless told otherwise', async ({ dir }) => {
  const source = await unpack(path.join(dir, 'a'), loincRelease())
  const io = { env: { XDG_DATA_HOME: path.join(dir, 'data') } }
  const ran = await runCaptured(['terminology', 'import', source, '-q'], commands, io)
  assert.is(ran.stdout, '')
  assert.equal(await readdir(path.join(dir, 'data/anamnesis/terminology')), ['loinc-2.80.codes'])
  assert.match((await runCaptured(['terminology', 'list'], commands, io)).stdout, /loinc-2\.80\.codes/)
})

test.run()
