// Every invariant of R4 gives on random elements what the package fhirpath gives.
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FhirNode } from '../../../src/fhirpath/contract.js'
import { compileInvariant } from '../../../src/fhirpath/expression.js'
import { truth } from '../../../src/fhirpath/node.js'
import { loadInvariants } from '../../../src/validation/invariants/generated.js'
import { type Json, nativeInvariants } from '../../../src/validation/invariants/native.js'
import { oracleExpression } from '../../fhirpath/oracle.js'
import { randomElement, vocabularyOf } from './random-elements.js'

const test = suite('agreement of invariants with fhirpath')

const { rules, at } = loadInvariants()

/** Where an element's invariant stands on a type. */
const types: Readonly<Record<string, string>> = {
  'RiskAssessment.prediction.probability': 'Range',
  'Organization.telecom': 'ContactPoint',
  'Organization.address': 'Address',
}

/** On primitives, or not to be evaluated by fhirpath.js without asynchronous functions: tables test them. */
const elsewhere = new Set(['eld-3', 'txt-1', 'txt-2', 'ctm-1'])

const abstract = new Set(['Element', 'BackboneElement', 'Resource', 'DomainResource'])

const cases = rules.flatMap(([key, , , expression, syntax], number) => {
  const paths = Object.keys(at).filter((path) => at[path]?.includes(number))
  // ele-1 stands everywhere; primitives are not what is generated here.
  const path = paths.find((each) => !abstract.has(each) && /^[A-Z]/.test(each))
  return path === undefined || elsewhere.has(key)
    ? []
    : [{ key, expression, syntax, type: types[path] ?? path }]
})

/** Undefined where fhirpath.js gives up. */
function theirs(expression: string): (node: FhirNode) => boolean | undefined {
  const evaluate = oracleExpression(expression)
  return (node) => {
    try {
      return truth(evaluate(node, { resource: node })) ?? true
    } catch {
      return undefined
    }
  }
}

let violated = 0

for (const { key, expression, syntax, type } of cases) {
  test(`${key} of ${type}`, () => {
    const vocabulary = vocabularyOf(expression)
    const other = theirs(expression)
    const own = compileInvariant(expression, syntax)
    const native = nativeInvariants.get(key)
    let seen = false
    fc.assert(
      fc.property(
        fc.gen().map((g) => randomElement(g, fc, type, vocabulary)),
        (element) => {
          const node: FhirNode = { value: element, type }
          const expected = other(node)
          if (expected === undefined) return
          const holds = own(node, { resource: node })
          assert.is(holds, expected, 'compiled')
          const surroundings = { resource: element as Json, rootResource: element as Json }
          if (native !== undefined) assert.is(native(element, surroundings), expected, 'by hand')
          if (!holds) seen = true
        },
      ),
      { numRuns: 40, seed: 42 },
    )
    if (seen) violated++
  })
}

test('most invariants were seen to hold and not to hold', () => {
  assert.ok(cases.length > 230, `${cases.length} invariants`)
  assert.ok(violated > 195, `${violated} violated`)
})

test.run()
