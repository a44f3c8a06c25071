import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openPackages } from '../../../src/definitions/packages/open-packages.js'
import type { PackageOptions } from '../../../src/definitions/packages/package-source.js'
import { base, manifest, profile, tgz } from './tgz.js'

interface Context {
  dir: string
  cacheDir: string
  put(name: string, content: unknown): Promise<string>
  open(paths: readonly string[], options?: PackageOptions): ReturnType<typeof openPackages>
}

const test = suite<Context>('openPackages')

test.before.each(async (context) => {
  context.dir = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-packages-'))
  context.cacheDir = path.join(context.dir, 'cache')
  context.put = async (name, content) => {
    const file = path.join(context.dir, name)
    await mkdir(path.dirname(file), { recursive: true })
    const asIs = typeof content === 'string' || Buffer.isBuffer(content)
    await writeFile(file, asIs ? content : JSON.stringify(content))
    return file
  }
  context.open = (paths, options = {}) => openPackages(paths, { cacheDir: context.cacheDir, ...options })
})

test.after.each(({ dir }) => rm(dir, { recursive: true }))

const patientUrl = `${base}/StructureDefinition/patient`

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was not refused')
}

test('a package.tgz, the same unpacked with and without package/, a plain folder and a Bundle all bring the definition', async ({
  put,
  open,
  dir,
}) => {
  const patient = profile('patient', '1.0.0')
  await put('a.tgz', await tgz({ 'package/package.json': manifest(), 'package/p.json': patient }))
  for (const folder of ['b/package', 'c']) {
    await put(`${folder}/package.json`, manifest())
    await put(`${folder}/p.json`, `\uFEFF${JSON.stringify(patient)}`)
  }
  await put('d/below/p.json', patient)
  await put('e.json', { resourceType: 'Bundle', type: 'collection', entry: [{}, { resource: patient }] })
  for (const name of ['a.tgz', 'b', 'c', 'd', 'e.json']) {
    for (const cacheDir of [path.join(dir, 'cache'), false] as const) {
      const source = await open([path.join(dir, name)], { cacheDir })
      assert.equal(source.find('StructureDefinition', patientUrl), patient, name)
      assert.is(source.find('ValueSet', patientUrl), undefined)
      assert.equal(source.packages[0]?.counts, { StructureDefinition: 1 })
      assert.is(source.packages[0]?.name, /^[abc]/.test(name) ? 'test.national.guide' : name)
      assert.equal(source.warnings, [])
      source.close()
      assert.is(source.find('StructureDefinition', patientUrl), undefined)
    }
  }
})

test('the same question gets the same object', async ({ put, open }) => {
  const file = await put('p.json', profile('patient', '1.0.0'))
  const source = await open([file])
  const found = source.find('StructureDefinition', patientUrl)
  assert.is(source.find('StructureDefinition', patientUrl, '1.0.0'), found)
})

test('examples, hidden files and files that are no resources do not count, and a Bundle of a package stays one', async ({
  put,
  open,
}) => {
  const file = await put(
    'a.tgz',
    await tgz({
      'package/example/p.json': profile('example'),
      'package/.index.json': { files: [] },
      'package/p.json': profile('patient'),
      'package/other.json': [1],
      'package/b.json': { resourceType: 'Bundle', entry: [{ resource: profile('inside') }] },
      'package/readme.md': 'Hello',
      'package/package.json': manifest(),
    }),
  )
  const source = await open([file])
  assert.equal(source.packages[0]?.counts, { StructureDefinition: 1, Bundle: 1 })
  assert.equal(source.list('StructureDefinition'), [{ url: patientUrl, package: 'test.national.guide' }])
})

test('of several versions the highest is found, an exact one and a partial one by name', async ({
  put,
  open,
}) => {
  const versions = ['1.2.0', '1.10.0', '2.0.0-ballot', undefined, '1.2.3', '1.9.0']
  for (const [index, version] of versions.entries()) await put(`d/${index}.json`, profile('patient', version))
  const source = await open([path.dirname(await put('d/x.json', {}))])
  const find = (version?: string) => source.find('StructureDefinition', patientUrl, version)?.version
  assert.is(find(), '2.0.0-ballot')
  assert.is(find('1.2.0'), '1.2.0')
  assert.is(find('1.2'), '1.2.3')
  assert.is(find('1'), '1.10.0')
  assert.is(find('1.3'), undefined)
  assert.is(find('1.2.1'), undefined)
})

test('of equal versions that of the package named first is found, and it is listed once', async ({
  put,
  open,
}) => {
  const first = await put('first.json', profile('patient', '1.0.0', { title: 'first' }))
  const second = await put('second.json', profile('patient', '1.0.0', { title: 'second' }))
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const source = await open(order)
    assert.is(source.find('StructureDefinition', patientUrl)?.title, path.basename(order[0]!, '.json'))
    assert.is(source.list('StructureDefinition').length, 1)
    assert.is(source.list('StructureDefinition')[0]?.package, path.basename(order[0]!))
  }
})

test('a NamingSystem is found by its unique ids', async ({ put, open }) => {
  const uniqueId = [
    { type: 'uri', value: 'http://example.org/ids' },
    { type: 'oid', value: '1.2.3' },
    { type: 'other', value: 'x' },
  ]
  const source = await open([await put('n.json', { resourceType: 'NamingSystem', uniqueId })])
  assert.ok(source.find('NamingSystem', 'http://example.org/ids'))
  assert.ok(source.find('NamingSystem', 'urn:oid:1.2.3'))
  assert.is(source.find('NamingSystem', 'x'), undefined)
})

test('every path that does not do is named with what is wrong and what to do', async ({ put, open, dir }) => {
  const r5 = await put(
    'r5.tgz',
    await tgz({ 'package/package.json': manifest({ name: 'new.guide', fhirVersions: ['5.0.0'] }) }),
  )
  const broken = await put(
    'broken.tgz',
    await tgz({ 'package/package.json': manifest(), 'package/bad.json': '{"resourceType": ' }),
  )
  const whole = await tgz({
    'package/package.json': manifest(),
    'package/p.json': profile('patient', '1', { description: Math.random().toString().repeat(1000) }),
  })
  const cut = await put('cut.tgz', whole.subarray(0, whole.length - 40))
  const none = await put('npm.tgz', await tgz({ 'package/index.js': '' }))
  const empty = path.dirname(await put('empty/note.txt', 'x'))
  const text = await put('text.tgz', 'no gzip')
  const other = await put('guide.docx', 'x')
  const absent = path.join(dir, 'absent')
  const message = await refusal(open([r5, broken, cut, none, empty, text, other, absent]))
  assert.match(message, /^packages: 8 paths cannot be used/)
  const of = (name: string) => message.slice(message.indexOf(name)).split('\n').slice(0, 2).join(' ')
  assert.match(of('r5.tgz'), /expected a package for FHIR 4\.0, found new\.guide for 5\.0\.0.*new\.guide\.r4/)
  assert.match(of('broken.tgz'), /bad\.json is no JSON.*Mend that file/)
  assert.match(of('cut.tgz'), /cut off.*Fetch it again/)
  assert.match(of('npm.tgz'), /expected package\/package\.json in it/)
  assert.match(of('empty:'), /neither a package\.json nor a resource/)
  assert.match(of('text.tgz'), /expected a gzipped tar/)
  assert.match(of('guide.docx'), /expected a package\.tgz, a folder or a JSON file/)
  assert.match(of('absent'), /ENOENT.*Check the path/)
  assert.equal(await readdir(path.join(dir, 'cache')), [])
})

test('a manifest of the older kind is read, and one that names no version goes by its dependency', async ({
  put,
  open,
}) => {
  const old = { name: 'old', 'fhir-version-list': ['4.0.0'] }
  const source = await open([await put('old.tgz', await tgz({ 'package/package.json': old }))])
  assert.equal(source.packages[0]?.fhirVersions, ['4.0.0'])
  const stu3 = { name: 'stu3', dependencies: { 'hl7.fhir.core': '3.0.2' } }
  const message = await refusal(open([await put('stu3.tgz', await tgz({ 'package/package.json': stu3 }))]))
  assert.match(message, /found stu3 for 3\.0\.2/)
})

test('a missing dependency and one in a lower version are warnings that name them', async ({ put, open }) => {
  const packageFile = async (name: string, version: string, dependencies: object) =>
    put(`${name}.tgz`, await tgz({ 'package/package.json': manifest({ name, version, dependencies }) }))
  const paths = [
    await packageFile('a', '1.0.0', { b: '1.2.0', c: '1.0.0', 'hl7.fhir.r4.core': '4.0.1' }),
    await packageFile('b', '1.1.0', { c: '1.0.0', a: '1.0.x' }),
  ]
  const { warnings } = await open(paths)
  assert.is(warnings.length, 2)
  assert.match(warnings[0]!, /^a needs the package b 1\.2\.0/)
  assert.match(warnings[1]!, /^a, b needs the package c 1\.0\.0/)
})

test('definitions for another FHIR version are left out with a warning', async ({ put, open }) => {
  await put('d/new.json', profile('new', '1', { fhirVersion: '5.0.0' }))
  const file = await put('d/old.json', profile('old', '1', { fhirVersion: '4.0.1' }))
  const source = await open([path.dirname(file)])
  assert.is(source.list('StructureDefinition').length, 1)
  assert.match(source.warnings[0]!, /1 definitions are for another FHIR version.*new\.json/)
})

test('hostile names are written nowhere and bring nothing', async ({ put, open, dir }) => {
  const evil = profile('evil')
  const file = await put(
    'evil.tgz',
    await tgz({
      'package/package.json': manifest(),
      'package/../../evil.json': evil,
      '../evil.json': evil,
      '/tmp/evil.json': evil,
      'package\\..\\evil.json': evil,
      'package/__proto__.json': { resourceType: '__proto__', url: 'x' },
      'package/p.json': profile('patient'),
    }),
  )
  const before = await readdir(dir)
  const source = await open([file])
  assert.equal(
    source.list('StructureDefinition').map(({ url }) => url),
    [patientUrl],
  )
  assert.equal(await readdir(dir), [...before, 'cache'].sort())
  assert.ok(!existsSync(path.join(dir, '..', 'evil.json')))
  assert.is(({} as Record<string, unknown>).url, undefined)
})

test('an entry that claims to be huge is refused before it is read', async ({ put, open }) => {
  const tar = pack()
  tar.entry({ name: 'package/huge.json', size: 300 * 1024 * 1024 })
  await once(tar, 'readable')
  const header = tar.read() as Buffer
  const message = await refusal(open([await put('bomb.tgz', gzipSync(header))]))
  assert.match(message, /too large for a package: package\/huge\.json has 314572800 bytes/)
})

test('several servers may start at once with one cache, and leave one file', async ({
  put,
  open,
  cacheDir,
}) => {
  const profiles = Array.from({ length: 200 }, (_, index) => [
    `package/${index}.json`,
    profile(`p${index}`, '1.0.0'),
  ])
  const file = await put(
    'a.tgz',
    await tgz({ 'package/package.json': manifest(), ...Object.fromEntries(profiles) }),
  )
  const sources = await Promise.all(Array.from({ length: 8 }, () => open([file])))
  for (const source of sources) {
    assert.is(source.list('StructureDefinition').length, 200)
    assert.ok(source.find('StructureDefinition', `${base}/StructureDefinition/p199`))
  }
  const names = await readdir(cacheDir)
  assert.is(names.length, 1)
  assert.match(names[0]!, /^[0-9a-f]{40}\.pack$/)
})

test('a second start reads the cache file, and one that is cut off or altered is made again', async ({
  put,
  open,
  cacheDir,
}) => {
  const file = await put(
    'a.tgz',
    await tgz({ 'package/package.json': manifest(), 'package/p.json': profile('patient', '1.0.0') }),
  )
  const warm: unknown[] = []
  const log = { info: (fields: object) => warm.push((fields as { warm: boolean }).warm), warn: () => {} }
  await open([file], { log })
  await open([file], { log })
  assert.equal(warm, [false, true])
  const cached = path.join(cacheDir, (await readdir(cacheDir))[0]!)
  const bytes = await readFile(cached)
  for (let length = 0; length < bytes.length; length += 13) {
    await truncate(cached, length)
    const source = await open([file])
    assert.is(source.find('StructureDefinition', patientUrl)?.version, '1.0.0', `cut to ${length}`)
    assert.equal(await readFile(cached), bytes)
  }
  const altered = Buffer.from(bytes)
  altered[bytes.length - 100]! ^= 1
  await writeFile(cached, altered)
  await open([file])
  assert.equal(await readFile(cached), bytes)
})

test('a folder that changed is read again', async ({ put, open }) => {
  const file = await put('d/p.json', profile('patient', '1.0.0'))
  const version = async () =>
    (await open([path.dirname(file)])).find('StructureDefinition', patientUrl)?.version
  assert.is(await version(), '1.0.0')
  await put('d/p.json', profile('patient', '1.0.1'))
  await utimes(file, new Date(), new Date(Date.now() + 5000))
  assert.is(await version(), '1.0.1')
})

test('a cache folder that cannot be written costs memory and a warning only', async ({ put, open }) => {
  const file = await put('p.json', profile('patient', '1.0.0'))
  const source = await open([file], { cacheDir: path.join(file, 'cache') })
  assert.ok(source.find('StructureDefinition', patientUrl))
  assert.match(source.warnings[0]!, /kept in memory, because .* cannot be written/)
})

test('files of the cache that nobody used for a month go, and what was torn goes after a day', async ({
  put,
  open,
  cacheDir,
}) => {
  const file = await put('p.json', profile('patient', '1.0.0'))
  const days = (count: number) => new Date(Date.now() - count * 24 * 60 * 60 * 1000)
  for (const [name, age] of [
    ['old.pack', 31],
    ['recent.pack', 29],
    ['torn.part', 2],
    ['writing.part', 0],
    ['note.txt', 99],
  ] as const) {
    await utimes(await put(`cache/${name}`, 'x'), days(age), days(age))
  }
  await chmod(cacheDir, 0o700)
  await open([file])
  const left = (await readdir(cacheDir)).filter((name) => !/^[0-9a-f]{40}/.test(name))
  assert.equal(left.sort(), ['note.txt', 'recent.pack', 'writing.part'])
})

test.run()
