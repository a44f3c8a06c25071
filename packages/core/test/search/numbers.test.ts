import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseNumberRange } from '../../src/search/numbers.js'

const test = suite('parseNumberRange')

const ranges: readonly (readonly [text: string, value: number, low: number, high: number])[] = [
  ['100', 100, 99.5, 100.5],
  ['100.00', 100, 99.995, 100.005],
  ['1e2', 100, 95, 105],
  ['1.0e2', 100, 95, 105],
  ['1.00e2', 100, 99.5, 100.5],
  ['0', 0, -0.5, 0.5],
  ['-5.4', -5.4, -5.45, -5.35],
  ['5.40e-3', 0.0054, 0.005395, 0.005405],
  ['+7', 7, 6.5, 7.5],
  ['0.1', 0.1, 0.05, 0.15],
]

for (const [text, value, low, high] of ranges) {
  test(`${text} covers half a unit of its last digit to both sides`, () => {
    assert.equal(parseNumberRange(text), { value, low, high })
  })
}

test('text that is no finite decimal is refused', () => {
  const wrong = ['', '.5', '5.', 'abc', '1e', '0x10', 'Infinity', 'NaN', '1e999', '1 ', '1,5', '--1']
  assert.equal(
    wrong.filter((text) => parseNumberRange(text) !== undefined),
    [],
  )
})

test('every decimal lies in its own range, and another digit narrows the range', () => {
  const decimals = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.stringMatching(/^[0-9]{1,6}$/))
  fc.assert(
    fc.property(decimals, ([whole, fraction]) => {
      const wide = parseNumberRange(`${whole}.${fraction}`)
      const narrow = parseNumberRange(`${whole}.${fraction}0`)
      assert.ok(wide && narrow)
      assert.ok(wide.low < wide.value && wide.value < wide.high)
      assert.is(wide.value, narrow.value)
      assert.ok(wide.low < narrow.low && narrow.high < wide.high)
    }),
  )
})

test.run()
