import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseExpression, splitExpression } from '../../../src/search/compile/parse.js'
import { UnsupportedExpression } from '../../../src/search/compile/syntax.js'

const test = suite('parseExpression')
const name = (name: string) => ({ kind: 'name', name })
const member = (focus: object, name: string) => ({ kind: 'member', focus, name })

test('a path is read from left to right', () => {
  assert.equal(parseExpression('Patient.name.given'), member(member(name('Patient'), 'name'), 'given'))
})

test('as binds looser than a path and tighter than a union', () => {
  assert.equal(parseExpression('A.b as Quantity | A.c'), {
    kind: 'union',
    branches: [{ kind: 'as', focus: member(name('A'), 'b'), type: 'Quantity' }, member(name('A'), 'c')],
  })
})

test('and binds looser than equality, or looser than and', () => {
  const equals = (left: string, value: number) => ({
    kind: 'binary',
    operator: '=',
    left: name(left),
    right: { kind: 'literal', value },
  })
  assert.equal(parseExpression('a = 1 or b = 2 and c = 3'), {
    kind: 'binary',
    operator: 'or',
    left: equals('a', 1),
    right: { kind: 'binary', operator: 'and', left: equals('b', 2), right: equals('c', 3) },
  })
})

test('where, resolve, index, %resource, $this and strings with escapes are read', () => {
  assert.equal(parseExpression("a.where($this != 'it\\'s')[2]"), {
    kind: 'index',
    index: 2,
    focus: {
      kind: 'call',
      name: 'where',
      focus: name('a'),
      args: [
        { kind: 'binary', operator: '!=', left: { kind: 'this' }, right: { kind: 'literal', value: "it's" } },
      ],
    },
  })
  assert.equal(parseExpression('%resource.id'), member({ kind: 'resource' }, 'id'))
  assert.equal(parseExpression('resolve() is FHIR.Patient'), {
    kind: 'is',
    focus: { kind: 'call', name: 'resolve', args: [] },
    type: 'Patient',
  })
})

test('an expression is split at its outermost union, each branch with the name it starts with', () => {
  const branches = splitExpression(" (A.b as Age) | B.c.where(x = 'A | B') |name").map(({ root, text }) => [
    root,
    text,
  ])
  assert.equal(branches, [
    ['A', '(A.b as Age)'],
    ['B', "B.c.where(x = 'A | B')"],
    ['name', 'name'],
  ])
})

test('what lies outside the supported part is refused by UnsupportedExpression', () => {
  const wrong = [
    '',
    'a.',
    'a b',
    '(a',
    "a = 'x",
    'a + 1',
    'a > 1',
    '%ucum',
    'a[b]',
    'a[1.5]',
    'a..b',
    '{}',
    '@2024',
    ')',
  ]
  for (const text of [...wrong, '('.repeat(100_000)]) {
    assert.throws(
      () => parseExpression(text),
      (error: unknown) => error instanceof UnsupportedExpression,
      text.slice(0, 20),
    )
  }
})

test('any text is either parsed or refused', () => {
  const words = fc.constantFrom(
    'a',
    'Patient',
    '.',
    '(',
    ')',
    '|',
    'as',
    'is',
    'and',
    'where',
    '=',
    "'x'",
    '[',
    ']',
    '0',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
      try {
        assert.ok(parseExpression(parts.join(' ')))
      } catch (error) {
        assert.instance(error, UnsupportedExpression)
      }
    }),
    { numRuns: 1000 },
  )
})

test.run()
