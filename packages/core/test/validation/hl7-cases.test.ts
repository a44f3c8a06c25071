import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConformanceSource } from '../../src/definitions/conformance.js'
import { r4Terminology } from '../../src/terminology/bundled.js'
import { grammars } from '../../src/terminology/grammars/grammars.js'
import { createMembership } from '../../src/terminology/membership.js'
import type { Rule } from '../../src/validation/contract.js'
import { invariantRule } from '../../src/validation/invariants/rule.js'
import { contentRules } from '../../src/validation/rules/rules.js'
import { shapesRule } from '../../src/validation/shapes/shapes-rule.js'
import { dataFolder } from './data.js'
import { agrees, judge, readCases } from './hl7-cases.js'

const test = suite("HL7's test cases of validation")
const folder = dataFolder('fhir-test-cases/validator')

/** Cases in which this server says otherwise than HL7's validator, and why. */
const disagreements: Readonly<Record<string, string>> = {}

function allRules(definitions: ConformanceSource): readonly Rule[] {
  const membership = createMembership({ definitions, bundled: r4Terminology, archives: [], grammars })
  return [
    shapesRule({ definitions, membership, unknownExtensions: 'refuse' }),
    invariantRule(),
    ...contentRules(membership),
  ]
}

if (folder === undefined) {
  test.skip('their files are not here: set ANAMNESIS_DATA', () => undefined)
} else {
  test('nine of ten verdicts are those of HL7, and each other one has a reason', () => {
    const cases = readCases(folder)
    const verdicts = cases.map((hl7Case) => ({ hl7Case, verdict: judge(folder, hl7Case, allRules) }))
    const others = verdicts.filter(({ hl7Case, verdict }) => !agrees(hl7Case, verdict))
    if (process.env.SHOW)
      for (const { hl7Case, verdict } of others)
        console.log(
          hl7Case.name,
          hl7Case.valid,
          hl7Case.profile?.valid,
          hl7Case.packages,
          JSON.stringify(
            {
              plain: verdict.plain.slice(0, 4),
              profiled: verdict.profiled?.filter((x) => !verdict.plain.includes(x)).slice(0, 4),
            },
            null,
            1,
          ),
        )
    assert.equal(others.map(({ hl7Case }) => hl7Case.name).sort(), Object.keys(disagreements).sort())
    assert.ok(others.length <= cases.length / 10, `${others.length} of ${cases.length} disagree`)
  })
}

test.run()
