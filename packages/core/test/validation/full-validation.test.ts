import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { OperationOutcome } from '../../src/fhir/types.js'
import { createFhirServer, memory } from '../../src/index.js'

const test = suite('full validation of writes')

const at = (name: string) => `https://example.org/fhir/${name}`

/** A value set of one code of a system that is nowhere. */
const valueSet = (name: string, code: string) => ({
  resourceType: 'ValueSet',
  url: at(`ValueSet/${name}`),
  status: 'active',
  compose: { include: [{ system: at('colours'), concept: [{ code }] }] },
})

const bound = (element: string, strength: string, name: string) => ({
  id: `Observation.${element}`,
  path: `Observation.${element}`,
  binding: { strength, valueSet: at(`ValueSet/${name}`) },
})

const profile = {
  resourceType: 'StructureDefinition',
  url: at('StructureDefinition/coloured'),
  name: 'Coloured',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Observation',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
  derivation: 'constraint',
  differential: {
    element: [bound('code', 'required', 'reds'), bound('method', 'extensible', 'blues')],
  },
}

const observation = (code: string, method: string) => ({
  resourceType: 'Observation',
  meta: { profile: [profile.url] },
  status: 'final',
  code: { coding: [{ system: at('colours'), code }] },
  method: { coding: [{ system: at('colours'), code: method }] },
})

async function start() {
  const server = await createFhirServer({ plugins: [memory()], log: 'silent', validation: 'full' })
  const post = async (url: string, body: object) => {
    const response = await server.handle({
      method: 'POST',
      url: `/fhir/${url}`,
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(body),
    })
    const outcome = JSON.parse(String(response.body)) as OperationOutcome
    const bindings = (outcome.issue ?? []).filter(({ code }) => code === 'code-invalid')
    const found = bindings.map(({ severity, expression }) => `${severity} ${expression?.[0]}`)
    return { status: response.status, found }
  }
  for (const each of [valueSet('reds', 'red'), valueSet('blues', 'blue'), profile]) {
    assert.is((await post(each.resourceType, each)).status, 201)
  }
  return { post, stop: () => server.stop() }
}

test('a code outside of a stored value set refuses the write where the binding is required, and only there', async () => {
  const { post, stop } = await start()
  assert.is((await post('Observation', observation('red', 'blue'))).status, 201)
  assert.is((await post('Observation', observation('red', 'green'))).status, 201)
  assert.is((await post('Observation', observation('green', 'blue'))).status, 422)
  await stop()
})

test('a refusal tells the warnings of stored value sets too', async () => {
  const { post, stop } = await start()
  const { status, found } = await post('Observation', observation('green', 'green'))
  assert.is(status, 422)
  assert.equal(found, ['error Observation.code', 'warning Observation.method'])
  await stop()
})

test('$validate tells the warnings of stored value sets without an error', async () => {
  const { post, stop } = await start()
  const { status, found } = await post('Observation/$validate', observation('red', 'green'))
  assert.is(status, 200)
  assert.equal(found, ['warning Observation.method'])
  await stop()
})

test.run()
