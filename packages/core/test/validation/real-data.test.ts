import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { validateStructure } from '../../src/validation/structure.js'
import { dataFolder, jsonFiles } from './data.js'
import invalidExamples from './invalid-r4-examples.json' with { type: 'json' }

const test = suite('structure of real data')

/** Runs a test on a folder of real data, or skips it visibly. */
function withData(folder: string, name: string, run: (folder: string) => void): void {
  const found = dataFolder(folder)
  if (found) test(name, () => run(found))
  else test.skip(`${name} (no data in ${folder})`, () => {})
}

function problems(resource: unknown): string[] {
  return validateStructure(resource).map((issue) => issue.diagnostics ?? '')
}

withData('r4-examples', 'finds every official R4 example valid but those known to be invalid', (folder) => {
  let count = 0
  const refused: Record<string, string[]> = {}
  for (const { name, content } of jsonFiles(folder)) {
    count++
    if (problems(content).length > 0) refused[name] = problems(content)
  }
  assert.ok(count > 500, `${count} examples`)
  assert.equal(Object.keys(refused), Object.keys(invalidExamples), JSON.stringify(refused, null, 2))
})

withData('synthea', 'finds every Synthea bundle and each of its resources valid', (folder) => {
  let count = 0
  for (const { name, content } of jsonFiles(folder)) {
    assert.equal(problems(content), [], name)
    for (const entry of (content as { entry: { resource: unknown }[] }).entry) {
      count++
      assert.equal(problems(entry.resource), [], name)
    }
  }
  assert.ok(count > 10_000, `${count} resources`)
})

/** Cases of HL7's validator tests that are wrong by structure, with the expression of the first issue. */
const malformed: Readonly<Record<string, string>> = {
  'ai3.json': 'Patient.unknownElement',
  'hakan-se.json': 'MedicationRequest.authoredOn',
  'json-comments.json': 'Patient.fhir_comments',
  'parameters-attachment.json': 'Parameters.parameter[0].value.ofType(Attachment).data',
  'contained-resource.json': 'Condition.contained[0].id',
  'patient-id-bad-1.json': 'Patient.id',
  'patient-id-bad-2.json': 'Patient.id',
  'questionnaire/brianpos/open-choice-invalid-type-qr.json':
    'QuestionnaireResponse.item[0].answer[0].valueCode',
  'versioned-extension.json': 'Patient.extension[2].url',
}

withData('fhir-test-cases/validator', 'finds what HL7 calls malformed', (folder) => {
  for (const [file, expression] of Object.entries(malformed)) {
    const issues = validateStructure(JSON.parse(readFileSync(path.join(folder, file), 'utf8')))
    assert.equal(issues[0]?.expression, [expression], file)
  }
})

withData('fhir-test-cases/validator', 'finds nothing in what HL7 calls valid', (folder) => {
  const cases = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
    file: string
    valid: boolean
  }[]
  // This one is run with an option to accept its id, which is too long.
  const valid = cases.filter(
    ({ file, valid }) => valid && file.endsWith('.json') && file !== 'contained-resource.json',
  )
  assert.ok(valid.length > 30, `${valid.length} cases`)
  for (const { file } of valid) {
    assert.equal(problems(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))), [], file)
  }
})

test('gives a reason for every example that it takes for invalid', () => {
  for (const [name, reason] of Object.entries(invalidExamples))
    assert.ok(reason.includes(name.split('-')[0] ?? ''), name)
})

test.run()
