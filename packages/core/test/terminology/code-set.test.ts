import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CodeSet, difference, intersection, sizeOf, union } from '../../src/terminology/code-set.js'

const test = suite('sets of codes')

// Three systems of four codes each: small enough to list a whole system.
const systems = ['s', 't', 'u']
const codes = ['a', 'b', 'c', 'd']

const codeSet: fc.Arbitrary<CodeSet> = fc
  .dictionary(
    fc.constantFrom(...systems),
    fc.oneof(
      fc.constant(true as const),
      fc.subarray(codes).map((members) => new Set(members)),
    ),
  )
  .map((members) => new Map(Object.entries(members)))

/** Every member as text. */
function listed(set: CodeSet): string[] {
  return [...set]
    .flatMap(([system, members]) =>
      [...(members === true ? codes : members)].map((code) => `${system}|${code}`),
    )
    .sort()
}

test('union, intersection and difference are those of the members', () => {
  fc.assert(
    fc.property(codeSet, codeSet, codeSet, (a, b, c) => {
      const [inA, inB, inC] = [a, b, c].map((set) => new Set(listed(set))) as [
        Set<string>,
        Set<string>,
        Set<string>,
      ]
      const all = systems.flatMap((system) => codes.map((code) => `${system}|${code}`))
      const are = (test: (member: string) => boolean) => all.filter(test)
      assert.equal(
        listed(union([a, b, c])),
        are((each) => inA.has(each) || inB.has(each) || inC.has(each)),
      )
      assert.equal(
        listed(intersection([a, b, c])),
        are((each) => inA.has(each) && inB.has(each) && inC.has(each)),
      )
      assert.equal(
        listed(difference(a, b, () => codes)),
        are((each) => inA.has(each) && !inB.has(each)),
      )
    }),
  )
})

test('a whole system stays whole, and counts no codes, where nothing is taken from it', () => {
  const whole: CodeSet = new Map([['s', true]])
  const some: CodeSet = new Map([
    ['s', new Set(['a'])],
    ['t', new Set(['b'])],
  ])
  assert.is(union([some, whole]).get('s'), true)
  assert.is(sizeOf(union([some, whole])), 1)
  const asked: string[] = []
  difference(whole, new Map([['t', true]]), (system) => {
    asked.push(system)
    return []
  })
  assert.equal(asked, [])
})

test('nothing joined and nothing intersected is empty', () => {
  assert.is(union([]).size, 0)
  assert.is(intersection([]).size, 0)
})

test.run()
