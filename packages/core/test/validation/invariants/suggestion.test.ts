import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadInvariants } from '../../../src/validation/invariants/generated.js'
import { suggestionFor } from '../../../src/validation/invariants/suggestion.js'

const test = suite('suggestions')

const cases: readonly (readonly [expression: string, suggestion: string | undefined])[] = [
  ['name.exists() or telecom.exists() or address.exists()', 'Add at least one of name, telecom and address.'],
  ['(summary.exists()) or (assessment.exists())', 'Add at least one of summary and assessment.'],
  ['expression.exists()', 'Add expression.'],
  ['a.empty() or b.exists()', 'Found a without b: add b, or remove a.'],
  [
    'onBehalfOf.exists() implies member.exists()',
    'Found onBehalfOf without member: add member, or remove onBehalfOf.',
  ],
  ['name.empty() or query.empty()', 'Found name and query together: remove one of them.'],
  ['operation.exists() xor assert.exists()', 'Keep exactly one of operation and assert.'],
  ['type.select(code).isDistinct()', 'Found the same code more than once in type: give each its own.'],
  ['(a.exists() and b.exists()) or c.exists()', undefined],
  ['a.exists() or b.empty()', undefined],
  ['a.empty() or b.exists() or c.exists()', undefined],
  ['a.exists() implies b.empty()', undefined],
  ['', undefined],
]

for (const [expression, suggestion] of cases) {
  test(`${expression || 'nothing'}: ${suggestion ?? 'says nothing'}`, () =>
    assert.is(suggestionFor(expression), suggestion))
}

test('knows what to do about many of the invariants of R4', () => {
  const known = loadInvariants().rules.filter(([, , , expression]) => suggestionFor(expression) !== undefined)
  assert.ok(known.length > 60, `${known.length}`)
})

test.run()
