import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { invariantRule } from '../../src/validation/invariants/rule.js'
import { contentRules } from '../../src/validation/rules/rules.js'
import { dataFolder } from './data.js'
import { agrees, judge, readCases } from './hl7-cases.js'

const test = suite("HL7's test cases of validation")
const folder = dataFolder('fhir-test-cases/validator')

/** Cases in which this server says otherwise than HL7's validator, and why. */
const disagreements: Readonly<Record<string, string>> = {}

if (folder === undefined) {
  test.skip('their files are not here: set ANAMNESIS_DATA', () => undefined)
} else {
  test('nine of ten verdicts are those of HL7, and each other one has a reason', () => {
    const cases = readCases(folder)
    const rules = [...contentRules(), invariantRule()]
    const verdicts = cases.map((hl7Case) => ({ hl7Case, verdict: judge(folder, hl7Case, () => rules) }))
    const others = verdicts.filter(({ hl7Case, verdict }) => !agrees(hl7Case, verdict))
    assert.equal(others.map(({ hl7Case }) => hl7Case.name).sort(), Object.keys(disagreements).sort())
    assert.ok(others.length <= cases.length / 10, `${others.length} of ${cases.length} disagree`)
  })
}

test.run()
