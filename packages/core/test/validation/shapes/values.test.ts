import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4Conformance } from '../../../src/definitions/r4-conformance.js'
import { BoundedCache } from '../../../src/validation/shapes/bounded-cache.js'
import type { StructureDefinition } from '../../../src/validation/shapes/element-definition.js'
import { elementsOf, treeOf } from '../../../src/validation/shapes/element-tree.js'
import { fitsPattern, isSame } from '../../../src/validation/shapes/equality.js'
import { compareWithLimit } from '../../../src/validation/shapes/limits.js'

const test = suite('values of shapes')

test('every value is the same as a copy, and fits itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = JSON.parse(JSON.stringify(value))
      const same = JSON.parse(JSON.stringify(value))
      assert.ok(isSame(copy, same))
      assert.ok(fitsPattern(copy, same))
    }),
  )
})

test('what has more than a pattern fits it and is not the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()), (pattern) => {
      const value = { ...pattern, 'one more': true }
      assert.ok(fitsPattern(value, pattern))
      assert.not.ok(isSame(value, pattern))
      assert.not.ok(fitsPattern(pattern, value))
    }),
  )
})

test('numbers compare with limits, whatever is beside them', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (value, limit) => {
      const quantity = (number: number) => ({ value: number, code: 'a' })
      assert.is(Math.sign(compareWithLimit(value, limit) ?? Number.NaN), Math.sign(value - limit))
      assert.is(
        Math.sign(compareWithLimit(quantity(value), quantity(limit)) ?? Number.NaN),
        Math.sign(value - limit),
      )
    }),
  )
})

test('dates compare as far as both go, and times across zones', () => {
  assert.ok((compareWithLimit('2023-12-31', '2024') ?? 0) < 0)
  assert.is(compareWithLimit('2024-05', '2024'), undefined)
  assert.is(compareWithLimit('2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00Z'), 0)
  assert.is(compareWithLimit({ value: 1, code: 'kg' }, { value: 1, code: 'm' }), undefined)
})

test('a tree has the elements that it was made of, in their order', () => {
  // HL7's own snapshots have slices without their elements, or elements twice.
  const slips = ['familymemberhistory-genetic', 'catalog', 'elementdefinition-de']
  for (const url of r4Conformance.structures()) {
    const { snapshot, id } = r4Conformance.find('StructureDefinition', url) as StructureDefinition
    if (!snapshot || slips.includes(String(id))) continue
    assert.equal(
      elementsOf(treeOf(snapshot.element)).map((element) => element.id),
      snapshot.element.map((element) => element.id),
      url,
    )
  }
})

test('a cache keeps what was used lately, and never more than its size', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (keys) => {
      const cache = new BoundedCache<number>(10)
      let last: number | undefined
      for (const key of keys) {
        let made = 0
        assert.is(
          cache.get(String(key), () => {
            made++
            return key * 2
          }),
          key * 2,
        )
        if (key === last) assert.is(made, 0)
        last = key
      }
      let kept = 0
      for (let key = 0; key <= 20; key++) {
        let made = false
        cache.get(String(key), () => {
          made = true
          return key * 2
        })
        if (!made) kept++
      }
      assert.ok(kept <= 10, String(kept))
    }),
  )
})

test.run()
