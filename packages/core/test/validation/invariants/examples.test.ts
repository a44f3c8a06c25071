// Invariants on real resources: HL7's examples, as they are and damaged, and Synthea's.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import type { FhirNode } from '../../../src/fhirpath/contract.js'
import { truth } from '../../../src/fhirpath/node.js'
import { invariantRule } from '../../../src/validation/invariants/rule.js'
import { oracleExpression } from '../../fhirpath/oracle.js'
import { dataFolder, jsonFiles } from '../data.js'
import { damage, numbers } from './damage.js'
import { placesOf } from './places.js'
import { findingsOf } from './targets.js'

const test = suite('invariants of real resources')

const rule = invariantRule()
const examples = dataFolder('r4-examples')
const synthea = dataFolder('synthea')

if (examples === undefined) test('is skipped: there are no r4-examples among the data', () => {})
else {
  test('no official example violates an invariant that is an error', () => {
    let count = 0
    for (const { name, content } of jsonFiles(examples)) {
      count++
      const errors = findingsOf(rule, content).filter(({ severity }) => severity === 'error')
      assert.equal(
        errors.map(({ text }) => text),
        [],
        name,
      )
    }
    assert.ok(count > 500, `${count} examples`)
  })

  test('examples and damaged examples satisfy what fhirpath says that they satisfy', () => {
    const random = numbers(7)
    const small = [...jsonFiles(examples)]
      .map(({ content }) => content as AnyResource)
      .filter((each) => JSON.stringify(each).length < 6000 && each.resourceType !== 'Bundle')
    const compiled = new Map<string, ReturnType<typeof oracleExpression>>()
    let compared = 0
    let violated = 0
    for (const example of small) {
      const damaged = Array.from({ length: 5 }, () => structuredClone(example))
      for (const each of damaged) damage(each, random)
      for (const resource of [example, ...damaged]) {
        const node: FhirNode = { value: resource, type: resource.resourceType }
        const environment = { resource: node }
        for (const { node: element, check } of placesOf(node)) {
          const { key, expression = '' } = check.constraint
          // fhirpath.js checks the XHTML, which is another rule's part here.
          if (key.startsWith('txt-')) continue
          let evaluate = compiled.get(expression)
          if (evaluate === undefined) {
            evaluate = oracleExpression(expression)
            compiled.set(expression, evaluate)
          }
          const expected = attempt(() => truth(evaluate(element, environment)) ?? true)
          if (expected === undefined) continue
          const holds = check.native
            ? check.native(element.value as Record<string, unknown>, { resource, rootResource: resource })
            : check.holds(element, environment)
          assert.is(holds, expected, `${key} of ${resource.resourceType}/${resource.id}: ${expression}`)
          compared++
          if (!holds) violated++
        }
      }
    }
    assert.ok(compared > 5000, `${compared} compared`)
    assert.ok(violated > 300, `${violated} violated`)
  })
}

if (synthea === undefined) test('is skipped: there is no synthea among the data', () => {})
else {
  test('no record of Synthea violates an invariant that is an error', () => {
    let count = 0
    for (const { name, content } of jsonFiles(synthea)) {
      if (++count > 6) break
      const errors = findingsOf(rule, content).filter(({ severity }) => severity === 'error')
      assert.equal(
        errors.map(({ text }) => text),
        [],
        name,
      )
    }
  })
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

test.run()
