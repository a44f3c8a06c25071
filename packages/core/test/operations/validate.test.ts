import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { OperationOutcome } from '../../src/fhir/types.js'
import { createFhirServer, type FhirServer, type FhirServerOptions, memory } from '../../src/index.js'

const test = suite('$validate and levels of validation')

const servers: FhirServer[] = []

async function start(options: Partial<FhirServerOptions> = {}) {
  const server = await createFhirServer({ plugins: [memory()], log: 'silent', ...options })
  servers.push(server)
  return async (
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: Record<string, unknown> & OperationOutcome }> => {
    const response = await server.handle({
      method,
      url: `/fhir/${url}`,
      headers: body === undefined ? headers : { 'content-type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    } as never)
    return { status: response.status, json: response.body ? JSON.parse(String(response.body)) : {} }
  }
}

test.after(async () => {
  for (const server of servers) await server.stop()
})

const shown = ({ issue }: OperationOutcome): string[] =>
  issue.map(({ severity, code, expression }) => `${severity} ${code} ${expression?.[0] ?? ''}`.trim())

const errors = (outcome: OperationOutcome): string[] =>
  shown(outcome).filter((each) => each.startsWith('error'))

/** Structurally right; invariant pat-1 and the binding of the status are not kept. */
const contactless = { resourceType: 'Patient', contact: [{ gender: 'male' }] }

/** A profile that asks for a birth date. */
const dated = {
  resourceType: 'StructureDefinition',
  url: 'http://example.org/StructureDefinition/dated',
  name: 'Dated',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: { element: [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }] },
}

test('a valid resource is told to be valid, a broken invariant is an error at its element', async () => {
  const ask = await start()
  const well = await ask('POST', 'Patient/$validate', { resourceType: 'Patient', birthDate: '2001-01-01' })
  assert.is(well.status, 200)
  assert.equal(errors(well.json), [])
  assert.ok(well.json.issue.some(({ diagnostics }) => diagnostics === 'The Patient is valid.'))
  const broken = await ask('POST', 'Patient/$validate', contactless)
  assert.is(broken.status, 200)
  assert.equal(errors(broken.json), ['error invariant Patient.contact[0]'])
  assert.match(broken.json.issue[0]?.diagnostics ?? '', 'pat-1')
})

test('faults of structure are told without the rest', async () => {
  const ask = await start()
  const { json } = await ask('POST', 'Patient/$validate', { ...contactless, birthDate: 'x' })
  assert.equal(shown(json), ['error value Patient.birthDate'])
})

test('profiles are asked for by the parameter profile, in the URL and in Parameters, and by meta.profile', async () => {
  const ask = await start()
  assert.is((await ask('POST', 'StructureDefinition', dated)).status, 201)
  const undated = { resourceType: 'Patient', active: true }
  const missing = ['error required Patient.birthDate']
  const codes = (outcome: OperationOutcome) =>
    errors(outcome).map((each) => each.replace(/ \S+ /, ' required '))
  const inUrl = await ask('POST', `Patient/$validate?profile=${dated.url}`, {
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource: undated }],
  })
  assert.equal(codes(inUrl.json), missing)
  const plain = await ask('POST', `Patient/$validate?profile=${dated.url}`, undated)
  assert.equal(codes(plain.json), missing)
  const inBody = await ask('POST', 'Patient/$validate', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'mode', valueCode: 'profile' },
      { name: 'profile', valueUri: dated.url },
      { name: 'resource', resource: undated },
    ],
  })
  assert.equal(codes(inBody.json), missing)
  const claimed = await ask('POST', 'Patient/$validate', { ...undated, meta: { profile: [dated.url] } })
  assert.equal(codes(claimed.json), missing)
  assert.equal(errors((await ask('POST', 'Patient/$validate', undated)).json), [])
})

test('a stored profile that changes counts in its new form at once', async () => {
  const ask = await start({ validation: 'full' })
  const patient = { resourceType: 'Patient', meta: { profile: [dated.url] } }
  assert.is((await ask('POST', 'Patient', patient)).status, 201, 'a profile that is not here is a warning')
  await ask('PUT', 'StructureDefinition/dated', { ...dated, id: 'dated' })
  assert.is((await ask('POST', 'Patient', patient)).status, 422)
  await ask('DELETE', 'StructureDefinition/dated')
  assert.is((await ask('POST', 'Patient', patient)).status, 201)
})

test('modes: update needs the id of the URL, delete a resource that is there, profile a profile', async () => {
  const ask = await start()
  const patient = { resourceType: 'Patient', id: 'a' }
  await ask('PUT', 'Patient/a', patient)
  assert.equal(errors((await ask('POST', 'Patient/a/$validate?mode=update', patient)).json), [])
  const other = await ask('POST', 'Patient/b/$validate?mode=update', patient)
  assert.equal(errors(other.json), ['error invalid Patient.id'])
  const nameless = await ask('POST', 'Patient/$validate?mode=update', { resourceType: 'Patient' })
  assert.equal(errors(nameless.json), ['error invalid Patient.id'])
  assert.is((await ask('POST', 'Patient/a/$validate?mode=delete')).status, 200)
  assert.is((await ask('POST', 'Patient/z/$validate?mode=delete')).status, 404)
  assert.is((await ask('POST', 'Patient/$validate?mode=delete')).status, 400)
  assert.is((await ask('POST', 'Patient/$validate?mode=profile', patient)).status, 400)
  assert.is((await ask('POST', 'Patient/$validate?mode=guess', patient)).status, 400)
})

test('on an instance without a body the stored resource is validated, and nothing is stored', async () => {
  const ask = await start({ validation: 'structure' })
  await ask('PUT', 'Patient/a', { ...contactless, id: 'a' })
  const { json } = await ask('GET', 'Patient/a/$validate')
  assert.equal(errors(json), ['error invariant Patient.contact[0]'])
  assert.is((await ask('POST', 'Patient/$validate')).status, 400)
  const { json: found } = await ask('GET', 'Patient?_summary=count')
  assert.is(found.total, 1)
})

test('a resource of another type than the URL names is an error', async () => {
  const ask = await start()
  const { json } = await ask('POST', 'Observation/$validate', { resourceType: 'Patient' })
  assert.ok(errors(json).includes('error invalid resourceType'))
})

test('writes are checked as much as the server says; a request may ask for more, not for less', async () => {
  const lenient = await start()
  assert.is((await lenient('POST', 'Patient', contactless)).status, 201)
  const asked = await lenient('POST', 'Patient', contactless, { prefer: 'validation=full' })
  assert.is(asked.status, 422)
  assert.equal(errors(asked.json), ['error invariant Patient.contact[0]'])
  const strict = await start({ validation: 'full' })
  assert.is((await strict('POST', 'Patient', contactless)).status, 422)
  assert.is((await strict('POST', 'Patient', contactless, { prefer: 'validation=off' })).status, 422)
  const open = await start({ validation: { level: 'full', perRequest: ['structure'] } })
  assert.is((await open('POST', 'Patient', contactless, { prefer: 'validation=structure' })).status, 201)
  assert.is((await open('POST', 'Patient', contactless, { prefer: 'validation=off' })).status, 422)
})

test('warnings do not refuse a write; who asks for the outcome hears of them', async () => {
  const ask = await start({ validation: 'full' })
  const patient = { resourceType: 'Patient', meta: { profile: ['http://example.org/nowhere'] } }
  const prefer = { prefer: 'return=OperationOutcome' }
  const single = await ask('POST', 'Patient', patient, prefer)
  assert.is(single.status, 201)
  assert.ok(shown(single.json).some((each) => each.startsWith('warning')))
  const { json } = await ask(
    'POST',
    '',
    {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: patient, request: { method: 'POST', url: 'Patient' } }],
    },
    prefer,
  )
  const [entry] = json.entry as { response: { status: string; outcome: OperationOutcome } }[]
  assert.match(entry?.response.status ?? '', '201')
  assert.ok(shown(entry?.response.outcome as OperationOutcome).some((each) => each.startsWith('warning')))
})

test('the faults of entries are told at their places in the bundle', async () => {
  const ask = await start({ validation: 'full' })
  const { status, json } = await ask('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      { resource: contactless, request: { method: 'POST', url: 'Patient' } },
    ],
  })
  assert.is(status, 422)
  assert.equal(errors(json), ['error invariant Bundle.entry[1].resource.contact[0]'])
})

test('codes of stored value sets are judged', async () => {
  const ask = await start({ validation: 'full' })
  await ask('PUT', 'ValueSet/wards', {
    resourceType: 'ValueSet',
    id: 'wards',
    url: 'http://example.org/ValueSet/wards',
    status: 'active',
    compose: { include: [{ system: 'http://example.org/wards', concept: [{ code: 'icu' }] }] },
  })
  await ask('PUT', 'StructureDefinition/warded', {
    ...dated,
    id: 'warded',
    url: 'http://example.org/StructureDefinition/warded',
    name: 'Warded',
    type: 'Encounter',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Encounter',
    differential: {
      element: [
        {
          id: 'Encounter.priority',
          path: 'Encounter.priority',
          binding: { strength: 'required', valueSet: 'http://example.org/ValueSet/wards' },
        },
      ],
    },
  })
  const encounter = (code: string) => ({
    resourceType: 'Encounter',
    meta: { profile: ['http://example.org/StructureDefinition/warded'] },
    status: 'planned',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    priority: { coding: [{ system: 'http://example.org/wards', code }] },
  })
  assert.is((await ask('POST', 'Encounter', encounter('icu'))).status, 201)
  const { status, json } = await ask('POST', 'Encounter', encounter('bar'))
  assert.is(status, 422)
  assert.match(errors(json).join(), 'error code-invalid Encounter.priority')
})

test('a stored profile whose invariants never end holds nobody up, and what was not checked is told', async () => {
  const ask = await start({ validation: 'full' })
  const nested = `${'%resource.descendants().select('.repeat(4)}1${')'.repeat(4)}.exists()`
  const constraint = Array.from({ length: 30 }, (_, n) => ({
    key: `end-${n}`,
    severity: 'error',
    human: 'ends',
    // Every other one is left to the package that counts no steps.
    expression: n % 2 ? nested : nested.replace('1)', 'type())'),
  }))
  const element = [{ id: 'Patient', path: 'Patient', constraint }]
  await ask('POST', 'StructureDefinition', { ...dated, differential: { element } })
  const patient = {
    resourceType: 'Patient',
    meta: { profile: [dated.url] },
    name: Array.from({ length: 20 }, () => ({ given: Array.from({ length: 30 }, (_, n) => `n${n}`) })),
  }
  const began = performance.now()
  const { status, json } = await ask('POST', 'Patient', patient, { prefer: 'return=OperationOutcome' })
  assert.is(status, 201)
  assert.ok(shown(json).includes('warning too-costly Patient'), shown(json).join('\n'))
  assert.ok(performance.now() - began < 10_000)
})

test('a large resource is checked in a thread of its own, digits and stored profiles included', async () => {
  const ask = await start()
  await ask('POST', 'StructureDefinition', dated)
  const entry = Array.from({ length: 2000 }, (_, index) => ({
    fullUrl: `http://example.org/fhir/Patient/p${index}`,
    resource: { resourceType: 'Patient', id: `p${index}`, birthDate: '2001-01-01' } as Record<
      string,
      unknown
    >,
  }))
  const bundle = { resourceType: 'Bundle', type: 'collection', entry }
  const ticks: number[] = []
  const timer = setInterval(() => ticks.push(performance.now()), 5)
  const well = await ask('POST', 'Bundle/$validate', bundle)
  clearInterval(timer)
  assert.equal(errors(well.json), [])
  assert.ok(ticks.length > 3, 'the event loop went on')
  Object.assign(entry[1500]?.resource ?? {}, contactless)
  const broken = await ask('POST', 'Bundle/$validate', bundle)
  assert.equal(errors(broken.json), ['error invariant Bundle.entry[1500].resource.contact[0]'])
  Object.assign(entry[7]?.resource ?? {}, { meta: { profile: [dated.url] }, birthDate: undefined })
  const profiled = await ask('POST', 'Bundle/$validate', bundle)
  assert.is(errors(profiled.json).length, 2)
  assert.match(errors(profiled.json).join(), /Bundle\.entry\[7\]\.resource/)
})

test('profiles of packages are known from the start; a path that cannot be used stops it with the remedy', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'profiles-'))
  writeFileSync(path.join(folder, 'dated.json'), JSON.stringify(dated))
  const ask = await start({ packages: [folder], packageCache: false, validation: 'full' })
  const patient = { resourceType: 'Patient', meta: { profile: [dated.url] } }
  assert.is((await ask('POST', 'Patient', patient)).status, 422)
  assert.is((await ask('POST', 'Patient', { ...patient, birthDate: '2001' })).status, 201)
  try {
    await start({ packages: [path.join(folder, 'nowhere')] })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /packages: .*nowhere/)
  }
})

test('a level that does not exist stops the start', async () => {
  try {
    await start({ validation: 'strict' as never })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'validation: expected off, structure or full, found "strict"')
  }
})

test.run()
