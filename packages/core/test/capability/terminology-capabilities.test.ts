import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memory } from '../../src/memory.js'
import { validateStructure } from '../../src/validation/structure.js'
import { createTestServer } from '../../testing/test-server.js'

const test = suite('TerminologyCapabilities')

test('metadata with mode=terminology lists the code systems that are here, and what can be asked', async () => {
  const server = await createTestServer({ plugins: [memory()], name: 'Test' })
  const { status, json } = await server.request('GET', 'metadata?mode=terminology')
  assert.is(status, 200)
  assert.equal(validateStructure(json), [])
  assert.is(json.resourceType, 'TerminologyCapabilities')
  assert.is(json.implementation.url, 'http://localhost/fhir')
  const system = (uri: string) => json.codeSystem.find((each: { uri: string }) => each.uri === uri)
  assert.equal(system('http://hl7.org/fhir/administrative-gender'), {
    uri: 'http://hl7.org/fhir/administrative-gender',
    version: [{ code: '4.0.1', isDefault: true }],
    subsumption: true,
  })
  assert.equal(system('http://unitsofmeasure.org'), { uri: 'http://unitsofmeasure.org', subsumption: false })
  assert.is(system('http://snomed.info/sct'), undefined)
  assert.is(json.expansion.paging, true)
  assert.equal(json.translation, { needsMap: false })
  await server.stop()
})

test('every operation of a terminology service is in the CapabilityStatement', async () => {
  const server = await createTestServer({ plugins: [memory()] })
  const { json } = await server.request('GET', 'metadata')
  const operations = (type: string) =>
    json.rest[0].resource
      .find((each: { type: string }) => each.type === type)
      .operation.map(({ definition }: { definition: string }) => definition.split('/').at(-1))
  assert.equal(operations('CodeSystem'), [
    'CodeSystem-lookup',
    'CodeSystem-validate-code',
    'CodeSystem-subsumes',
    'CodeSystem-find-matches',
    'Resource-validate',
  ])
  assert.equal(operations('ValueSet'), ['ValueSet-expand', 'ValueSet-validate-code', 'Resource-validate'])
  assert.equal(operations('ConceptMap'), ['ConceptMap-translate', 'Resource-validate'])
  await server.stop()
})

test.run()
