import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memory } from '../../src/memory.js'
import { createTestServer, type TestServer } from '../../testing/index.js'

const test = suite('$validate of what is hostile')

let server: TestServer

test.before(async () => {
  server = await createTestServer({ plugins: [memory()], validation: 'off' })
})
test.after(() => server?.stop())

const profile = {
  resourceType: 'StructureDefinition',
  url: 'http://x.org/rubbish',
  status: 'draft',
  kind: 'resource',
  type: 'Patient',
  derivation: 'constraint',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
}

const rubbish: readonly unknown[] = [
  { differential: { element: [{ path: 'Patient', type: 'x', constraint: 7 }] } },
  { differential: { element: 'x' }, snapshot: { element: [null] } },
  { differential: { element: [{ path: 'Patient' }, { path: 'Patient.name', slicing: 'x', type: [null] }] } },
  { baseDefinition: 'http://x.org/rubbish' },
  { type: { a: 1 }, kind: [] },
  { snapshot: { element: [{ path: 'Patient' }, { path: 'Patient.name', binding: 'x', max: {}, min: 'x' }] } },
]

test('bodies of any kind are answered with an OperationOutcome, and never by a fault', async () => {
  const deep = `${'{"extension":['.repeat(5000)}${']}'.repeat(5000)}`
  const bodies: readonly (string | object)[] = [
    '',
    'null',
    '[]',
    '7',
    '{',
    deep,
    `{"resourceType":"Patient","extension":[${deep}]}`,
    '{"resourceType":"Patient","__proto__":{"a":1}}',
    { resourceType: 'constructor' },
    { resourceType: 'Patient', meta: { profile: ['__proto__', 'http://x.org/nowhere'] } },
    { resourceType: 'Parameters' },
    { resourceType: 'Parameters', parameter: [null] },
    { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: 7 }] },
    {
      resourceType: 'Parameters',
      parameter: [{ name: 'resource', resource: { resourceType: '__proto__' } }],
    },
    { resourceType: 'Parameters', parameter: [{ name: 'profile', valueUri: '%' }] },
  ]
  for (const body of bodies) {
    const { status, json, text } = await server.request('POST', 'Patient/$validate', body)
    assert.ok(status < 500, `${status} for ${JSON.stringify(body).slice(0, 100)}: ${text.slice(0, 300)}`)
    assert.is(json.resourceType, 'OperationOutcome')
  }
})

test('a stored profile that is rubbish leaves the resources of others alone', async () => {
  for (const [index, each] of rubbish.entries()) {
    const stored = { ...profile, ...(each as object), id: 'rubbish' }
    const put = await server.request('PUT', 'StructureDefinition/rubbish', stored)
    assert.ok(put.status < 300, `${put.status} ${put.text}`)
    const own = { resourceType: 'Patient', name: [{ family: 'x' }] }
    const claiming = { ...own, meta: { profile: [profile.url] } }
    for (const resource of [own, claiming]) {
      const { status, json } = await server.request('POST', 'Patient/$validate', resource)
      assert.is(status, 200, `rubbish ${index}`)
      assert.is(json.resourceType, 'OperationOutcome')
      if (resource === own)
        assert.not.ok(json.issue.some((issue: { severity: string }) => issue.severity === 'error'))
      const created = await server.request('POST', 'Patient', resource, { prefer: 'validation=full' })
      assert.ok(created.status < 500, `rubbish ${index}: ${created.text}`)
      if (resource === own) assert.is(created.status, 201)
    }
  }
})

test.run()
