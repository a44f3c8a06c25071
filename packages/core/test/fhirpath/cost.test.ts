import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { degreeOf, degreeOfText, nodesIn } from '../../src/fhirpath/cost.js'
import { parseSyntax } from '../../src/fhirpath/parse.js'

const test = suite('what expressions may cost')

test('the degree grows with what is nested, not with what stands side by side', () => {
  const degrees: Record<string, number> = {
    'name.family': 1,
    'name.where(use = 1).given.where($this = 2)': 2,
    'name.select(given.select($this & %resource.id))': 3,
    'a | b | c | d': 2,
    'name.repeat(given)': 3,
    'name.given.isDistinct() and telecom.all(value.exists())': 2,
    'descendants().select(%resource.descendants().select(1))': 3,
  }
  for (const [expression, degree] of Object.entries(degrees)) {
    assert.is(degreeOf(parseSyntax(expression)), degree, expression)
    assert.ok(degreeOfText(expression) >= degree, expression)
  }
})

test('values are counted at every depth', () => {
  assert.is(nodesIn({ value: 'a', type: 'string' }), 1)
  assert.is(nodesIn({ value: { a: [1, 2], b: { c: null } }, type: 'Patient' }), 6)
})

test.run()
