// HL7's FHIRPath suite for R4, on our compiler, on our compiler with its fallback, and on the package fhirpath alone.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FhirNode, FhirPathExpression } from '../../src/fhirpath/contract.js'
import { compileExpression } from '../../src/fhirpath/expression.js'
import type { SystemNode } from '../../src/fhirpath/node.js'
import { readInput, readSuite, type SuiteCase } from './official-suite.js'
import { oracleExpression } from './oracle.js'

const test = suite('official FHIRPath suite')

/** How many of the cases pass: these numbers may only rise. */
const passing = { compiler: 754, compilerWithFallback: 879, fallback: 853 }

/** Why those fail that fail even with the fallback. */
const failing: Readonly<Record<string, readonly string[]>> = {
  'names that a type does not have are not refused: expressions are not checked before they run': [
    'testSimpleFail',
    'testSimpleWithWrongContext',
    'testPolymorphismB',
    'testPolymorphismAsB',
    'testPolymorphicsB',
    'testDollarOrderNotAllowed',
  ],
  'the suite gives the text of a quantity, and we its parts': ['testStringIntegerLiteralToQuantity'],
  'quantities are equivalent to all their digits': ['testQuantity4'],
  'fhirpath.js cannot sort by the negative of a text': ['testSort8', 'testSort10'],
  'fhirpath.js refuses unknown types': ['testType22'],
  'precision() and boundaries of quantities, of FHIRPath 3, are not in fhirpath.js': [
    'PrecisionDecimal',
    'PrecisionYear',
    'PrecisionDateTimeMilliseconds',
    'PrecisionTimeMinutes',
    'PrecisionTimeMilliseconds',
    'LowBoundaryQuantity',
    'HighBoundaryQuantity',
  ],
  'fhirpath.js gives other boundaries': [
    'LowBoundaryDecimal15',
    'LowBoundaryDateTimeMillisecond1',
    'HighBoundaryDecimal14',
    'HighBoundaryDecimal15',
    'HighBoundaryDecimal16',
    'HighBoundaryDateTimeMillisecond1',
    'HighBoundaryDateTimeMillisecond3',
  ],
  'the example of R4 does not have the extension that the suite adds to it': [
    'testFHIRPathIsFunction8',
    'testFHIRPathIsFunction9',
    'testFHIRPathIsFunction10',
  ],
  'a code is a string by inheritance, as in fhirpath.js': [
    'testFHIRPathAsFunction11',
    'testFHIRPathAsFunction16',
  ],
}

function passes(
  each: SuiteCase,
  input: unknown,
  compile: (expression: string) => FhirPathExpression,
): boolean {
  const node: FhirNode = { value: input, type: (input as { resourceType: string }).resourceType }
  let found: readonly SystemNode[]
  try {
    found = compile(each.expression)(node, { resource: node })
  } catch {
    return each.invalid
  }
  if (each.invalid) return false
  if (each.predicate) {
    const truth =
      found.length === 1 && typeof found[0]?.value === 'boolean' ? found[0].value : found.length > 0
    return String(truth) === each.outputs[0]?.text
  }
  return (
    found.length === each.outputs.length &&
    each.outputs.every(({ type, text }, index) => {
      const { value, text: digits } = found[index] as SystemNode
      return (type === '' && text === '') || bare(digits ?? String(value)) === bare(text)
    })
  )
}

function bare(text: string): string {
  return text.replace(/^@T?/, '')
}

const cases = readSuite()
if (cases === undefined) {
  test('is skipped: there is no fhir-test-cases/fhirpath among the data', () => {})
} else {
  const inputs = new Map([...new Set(cases.map(({ input }) => input))].map((name) => [name, readInput(name)]))
  const runnable = cases.filter(({ input }) => inputs.get(input) !== undefined)
  const missing = [...inputs].filter(([, input]) => input === undefined).map(([name]) => name)
  const run = (compile: (expression: string) => FhirPathExpression) => {
    const failed = runnable.filter((each) => !passes(each, inputs.get(each.input), compile))
    return { count: runnable.length - failed.length, failed: failed.map(({ name }) => name) }
  }

  test(`has input for all but ${cases.length - runnable.length} cases (${missing.join(', ')})`, () => {
    assert.ok(runnable.length >= 909)
  })

  test(`passes ${passing.compiler} cases by the compiler alone`, () => {
    assert.is(run((expression) => compileExpression(expression, { fallback: false })).count, passing.compiler)
  })

  test(`passes ${passing.compilerWithFallback} cases by the compiler and its fallback, the others for known reasons`, () => {
    const { count, failed } = run((expression) => compileExpression(expression))
    assert.equal(failed.sort(), Object.values(failing).flat().sort())
    assert.is(count, passing.compilerWithFallback)
  })

  test(`passes ${passing.fallback} cases by the package fhirpath alone`, () => {
    assert.is(run(oracleExpression).count, passing.fallback)
  })
}

test.run()
