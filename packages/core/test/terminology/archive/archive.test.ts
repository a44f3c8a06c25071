import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArchiveWriter } from '../../../src/terminology/archive/archive-writer.js'
import { FileArchive } from '../../../src/terminology/archive/code-archive.js'
import { openArchives } from '../../../src/terminology/archive/open-archives.js'
import { ModelArchive, type ModelConcept } from './model.js'

interface Context {
  dir: string
}

const test = suite<Context>('archives of codes')

test.before.each(async (context) => {
  context.dir = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-archive-'))
})

test.after.each(({ dir }) => rm(dir, { recursive: true }))

const system = 'http://example.org/codes'

/** Facts are told concept by concept, or kind by kind with the last concept first. */
async function write(
  folder: string,
  concepts: readonly ModelConcept[],
  { mixed = false, runCharacters = 1_000_000, name = 'test', version = '1' } = {},
): Promise<string> {
  const writer = new ArchiveWriter(folder, runCharacters)
  try {
    const tell = [
      (each: ModelConcept) => writer.concept(each.code, each),
      (each: ModelConcept) => {
        for (const designation of each.designations) writer.designation(each.code, designation)
      },
      (each: ModelConcept) => {
        for (const [property, value] of each.properties) writer.property(each.code, property, value)
      },
      (each: ModelConcept) => {
        for (const parent of each.parents) writer.parent(each.code, parent)
      },
    ]
    if (mixed) for (const part of tell.reverse()) for (const each of [...concepts].reverse()) part(each)
    else for (const each of concepts) for (const part of tell) part(each)
    return (await writer.finish({ system, version, name })).file
  } finally {
    writer.close()
  }
}

const concept = (code: string, display: string, more: Partial<ModelConcept> = {}): ModelConcept => ({
  code,
  display,
  inactive: false,
  abstract: false,
  designations: [],
  properties: [],
  parents: [],
  ...more,
})

const word = fc.constantFrom(
  'Acute',
  'acute',
  'Ácute',
  'pain',
  'pains',
  'in',
  'knee',
  'left',
  '心臓',
  'β2',
  '5',
)
const phrase = fc.array(word, { maxLength: 5 }).map((words) => words.join(' '))
const code = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map(String),
  fc.constantFrom('a b', 'é', '\u{1f600}', '\uffee', 'A-1', 'a-1', 'x'.repeat(300)),
)
const someConcept = (codes: fc.Arbitrary<string>): fc.Arbitrary<ModelConcept> =>
  fc.record({
    code: codes,
    display: phrase,
    inactive: fc.boolean(),
    abstract: fc.boolean(),
    designations: fc.array(
      fc.record(
        {
          language: fc.constantFrom('es', 'de-CH'),
          use: fc.constantFrom({ system: 'urn:x', code: 'fsn' }, { code: 'synonym', display: 'Synonym' }),
          value: fc.oneof(phrase, fc.string()),
        },
        { requiredKeys: ['value'], noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    properties: fc.array(
      fc.tuple(fc.constantFrom('CLASS', 'STATUS'), fc.oneof(fc.constantFrom('A', 'B'), fc.string())),
      { maxLength: 3 },
    ),
    parents: fc.array(codes, { maxLength: 3 }),
  })

test('an archive answers every question as a model in memory does, whatever the order of the facts', async ({
  dir,
}) => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(someConcept(code), { selector: (each) => each.code, minLength: 1, maxLength: 120 }),
      fc.boolean(),
      fc.constantFrom(200, 1_000_000),
      fc.array(phrase, { minLength: 1, maxLength: 5 }),
      async (concepts, mixed, runCharacters, texts) => {
        const name = `run-${run++}`
        const archive = new FileArchive(await write(dir, concepts, { mixed, runCharacters, name }))
        const model = new ModelArchive(concepts)
        try {
          assert.is(archive.size, concepts.length)
          assert.equal([...archive.codes()], [...model.codes()])
          const asked = [...model.codes(), 'absent', '', '0', 'zzz']
          for (const each of asked) {
            assert.equal(archive.lookup(each), model.lookup(each))
            assert.equal(archive.parents(each), model.parents(each))
            assert.equal(archive.children(each), model.children(each))
            for (const property of ['CLASS', 'STATUS', 'OTHER']) {
              assert.equal(archive.property(each, property), model.property(each, property))
            }
          }
          for (const each of asked.slice(0, 10)) {
            assert.equal([...archive.codes(each)], [...model.codes(each)])
            for (const other of asked) {
              assert.is(archive.subsumes(each, other), model.subsumes(each, other), `${each} > ${other}`)
            }
          }
          for (const value of [
            'A',
            'B',
            '',
            ...concepts.flatMap((each) => each.properties.map(([, v]) => v)),
          ]) {
            assert.equal([...archive.withProperty('CLASS', value)], model.withProperty('CLASS', value))
          }
          for (const text of [...texts, 'a', 'pai kn', 'absent', '']) {
            for (const limit of [0, 3, 1000]) {
              assert.equal(archive.search(text, limit), model.search(text, limit), `${text} ${limit}`)
            }
          }
        } finally {
          archive.close()
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('search puts whole words before beginnings of words, and shorter displays first', async ({ dir }) => {
  const archive = new FileArchive(
    await write(dir, [
      concept('1', 'Painting of the knee'),
      concept('2', 'Pain of the left knee'),
      concept('3', 'Knee pain'),
      concept('4', 'Headache', { designations: [{ language: 'es', value: 'Dolor de rodilla, KNEE pain' }] }),
      concept('5', 'Pain'),
    ]),
  )
  assert.equal(archive.search('pain knee', 10), ['4', '3', '2', '1'])
  assert.equal(archive.search('KNÉE  pai', 10), ['4', '3', '1', '2'])
  assert.equal(archive.search('pain knee', 2), ['4', '3'])
})

test('what is said of a code that does not exist does not count', async ({ dir }) => {
  const writer = new ArchiveWriter(dir)
  writer.concept('a', { display: 'A' })
  writer.parent('a', 'ghost')
  writer.parent('ghost', 'a')
  writer.parent('a', 'a')
  writer.property('ghost', 'CLASS', 'X')
  writer.designation('ghost', { value: 'Boo' })
  const archive = new FileArchive((await writer.finish({ system, version: '1', name: 'x' })).file)
  writer.close()
  assert.is(archive.size, 1)
  assert.is(archive.lookup('ghost'), undefined)
  assert.equal(archive.parents('a'), [])
  assert.equal(archive.children('a'), [])
  assert.equal(archive.search('boo', 5), [])
  assert.equal([...archive.withProperty('CLASS', 'X')], [])
})

test('a code with control characters is refused', ({ dir }) => {
  const writer = new ArchiveWriter(dir)
  for (const each of ['', 'a\nb', 'a\0b']) {
    assert.throws(() => writer.concept(each), /a code is expected to have characters, and no control/)
  }
  writer.close()
})

test('the folder of the work goes, and an archive of the same name is replaced', async ({ dir }) => {
  await write(dir, [concept('a', 'A')])
  const [before] = await openArchives(dir)
  await write(dir, [concept('b', 'B')], { version: '2' })
  assert.equal(await readdir(dir), ['test.codes'])
  const [archive] = await openArchives(dir)
  assert.is(archive?.version, '2')
  assert.ok(archive?.lookup('b'))
  assert.ok(before?.lookup('a'), 'who had the old one open keeps it')
})

test('what a killed import has left goes with the next one, a day later', async ({ dir }) => {
  const before = new Date(Date.now() - 25 * 60 * 60 * 1000)
  for (const name of ['.import-old', '.import-now', 'other']) await mkdir(path.join(dir, name))
  for (const name of ['.import-old', 'other']) await utimes(path.join(dir, name), before, before)
  await write(dir, [concept('a', 'A')])
  assert.equal((await readdir(dir)).sort(), ['.import-now', 'other', 'test.codes'])
})

test('an interrupted import leaves the archive as it was', async ({ dir }) => {
  await write(dir, [concept('a', 'A')])
  const writer = new ArchiveWriter(dir)
  writer.concept('b')
  const finished = writer.finish({ system, version: '2', name: 'test' }, AbortSignal.abort())
  assert.instance(await finished.catch((error) => error), Error)
  writer.close()
  assert.equal(await readdir(dir), ['test.codes'])
  assert.is((await openArchives(dir))[0]?.version, '1')
})

test('a folder that is not there has no archives, and files of other kinds are passed by', async ({
  dir,
}) => {
  assert.equal(await openArchives(path.join(dir, 'absent')), [])
  await writeFile(path.join(dir, 'note.txt'), 'x')
  await write(dir, [concept('a', 'A')])
  assert.is((await openArchives(dir)).length, 1)
})

const many = Array.from({ length: 3000 }, (_, index) =>
  concept(`c${index}`, `Concept number ${index}`, {
    designations: [{ language: 'es', value: `Concepto ${index}` }],
    properties: [['CLASS', `K${index}`]],
    parents: index ? [`c${index >> 1}`] : [],
  }),
)

test('a file that is cut off anywhere, or goes on after its end, is refused with its name and the remedy', async ({
  dir,
}) => {
  const file = await write(dir, many)
  const bytes = await readFile(file)
  for (let length = 0; length < bytes.length; length += 6007) {
    await writeFile(file, bytes.subarray(0, length))
    const error = await openArchives(dir).catch((thrown) => thrown)
    assert.instance(error, Error, `cut to ${length}`)
    assert.match(error.message, /test\.codes: it is .*(cut off|damaged).*import the distribution again/)
  }
  await writeFile(file, bytes)
  await appendFile(file, 'x')
  assert.match((await openArchives(dir).catch((error) => error)).message, /cut off|damaged/)
  await writeFile(file, Buffer.concat([Buffer.from('other'), bytes.subarray(5)]))
  assert.match((await openArchives(dir).catch((error) => error)).message, /no archive of codes/)
})

test('a changed byte anywhere is noticed when it is read, not answered with something else', async ({
  dir,
}) => {
  const file = await write(dir, many)
  const bytes = await readFile(file)
  const model = new ModelArchive(many)
  const parentsOf = new Map(many.map(({ code: each, parents }) => [each, parents]))
  for (let at = 16; at < bytes.length; at += 40961) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 0x41
    await writeFile(file, damaged)
    const readAll = () => {
      const archive = new FileArchive(file)
      for (const { code: each } of many) {
        assert.equal(archive.lookup(each), model.lookup(each))
        assert.equal(archive.parents(each), parentsOf.get(each))
        archive.children(each)
        for (const value of archive.property(each, 'CLASS')) {
          assert.equal([...archive.withProperty('CLASS', value)], [each])
        }
      }
      for (const text of 'cn0123456789') archive.search(text, 5)
    }
    assert.throws(readAll, (error: Error) => error.name === 'ArchiveError', `byte ${at}`)
  }
})

test.run()
