import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareVersions, versionMatches } from '../../../src/definitions/packages/versions.js'

const test = suite('versions of definitions')

const ascending = [
  undefined,
  '0.1.0',
  '1.0',
  '1.0.0',
  '1.9.0',
  '1.10.0-ballot',
  '1.10.0-ballot2',
  '1.10.0',
  '4.0.1',
  '2018-08-12',
  '2018-10-01',
  '20210101',
]

test('order numbers as numbers, dates as dates, pre-releases before their release', () => {
  for (let seed = 0; seed < 20; seed++) {
    const shuffled = [...ascending].sort(
      (a, b) => (((a?.length ?? 0) * seed + seed) % 3) - ((b?.length ?? 0) % 3),
    )
    assert.equal(shuffled.filter((each) => each !== undefined).sort(compareVersions), ascending.slice(1))
  }
  for (const version of ascending.slice(1)) assert.ok(compareVersions(undefined, version) < 0)
  assert.is(compareVersions('v1.2.0', '1.2.0'), 0)
  assert.is(compareVersions('1.2.0+build', '1.2.0'), 0)
})

test('the order is one: antisymmetric and transitive', () => {
  const version = fc.oneof(
    fc.constantFrom(...ascending),
    fc.stringMatching(/^\d{1,2}(\.\d{1,2}){0,3}(-[a-z]{0,3}\d?)?$/),
  )
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.is(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0)
    }),
    { numRuns: 2000 },
  )
})

test('a partial version stands for those that begin so', () => {
  assert.ok(versionMatches('1.2.3', '1.2'))
  assert.ok(versionMatches('1.2.3', '1.2.x'))
  assert.ok(versionMatches('1.2.3', '1'))
  assert.ok(versionMatches('1.2', '1.2'))
  assert.not(versionMatches('1.20.3', '1.2'))
  assert.not(versionMatches('1.2.3', '1.2.4'))
  assert.not(versionMatches('1.2.3.4', '1.2.3'))
  assert.not(versionMatches(undefined, '1'))
})

test.run()
