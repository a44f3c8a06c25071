import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createFhirServer, createValidator, memory, stringifyJson } from '@anamnesis/core'
import type { Bundle } from 'fhir/r4.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { demoBundles } from '../src/demo/bundles.js'
import { today } from '../src/demo/calendar.js'
import { loadDemo } from '../src/load-demo.js'
import { all, bundles, dayOf, resources, resourcesOf, values } from './support/demo.js'

const test = suite('the demo hospital')

const hash = (all: readonly Bundle[]) =>
  createHash('sha256')
    .update(all.map((bundle) => stringifyJson(bundle)).join('\n'))
    .digest('hex')

test('the same bytes come out in another time zone, language and process', () => {
  const script = `
    import { createHash } from 'node:crypto'
    import { stringifyJson } from '@anamnesis/core'
    import { demoBundles } from './examples/hospital/src/demo/bundles.ts'
    Date.now = () => 0
    const text = demoBundles().map((bundle) => stringifyJson(bundle)).join('\\n')
    process.stdout.write(createHash('sha256').update(text).digest('hex'))`
  const elsewhere = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    {
      env: { ...process.env, TZ: 'Pacific/Auckland', LC_ALL: 'de_DE.UTF-8' },
      encoding: 'utf8',
    },
  )
  assert.is(elsewhere, hash(bundles))
  assert.is(hash(demoBundles()), hash(bundles))
})

test('it is a hospital of the promised size, with stories in every field', () => {
  const counts = new Map<string, number>()
  for (const { resourceType } of resources) counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1)
  assert.is(counts.get('Patient'), 50)
  assert.is(bundles.length, 51)
  assert.ok(resources.length >= 4000 && resources.length <= 7000, `${resources.length} resources`)
  const kinds = [
    'Organization',
    'Location',
    'Practitioner',
    'PractitionerRole',
    'Encounter',
    'Observation',
    'Condition',
  ]
  const more = [
    'DiagnosticReport',
    'MedicationRequest',
    'AllergyIntolerance',
    'Immunization',
    'Procedure',
    'Appointment',
  ]
  for (const kind of [...kinds, ...more])
    assert.ok((counts.get(kind) ?? 0) >= 6, `${kind}: ${counts.get(kind) ?? 0}`)
})

test('every resource has an id of its own and is PUT under it', () => {
  const seen = new Set<string>()
  for (const { resource, request } of bundles.flatMap((bundle) => bundle.entry ?? [])) {
    const key = `${resource?.resourceType}/${resource?.id}`
    assert.match(key, /^[A-Z]\w+\/[A-Za-z0-9.-]{1,64}$/)
    assert.equal(request, { method: 'PUT', url: key })
    assert.not(seen.has(key), `${key} twice`)
    seen.add(key)
  }
})

test('every reference leads to the same bundle or to the hospital, and the hospital needs nobody', () => {
  const keysOf = (bundle: Bundle) =>
    resourcesOf(bundle).map(({ resourceType, id }) => `${resourceType}/${id}`)
  const hospital = keysOf(bundles[0] as Bundle)
  for (const bundle of bundles) {
    const known = new Set([...hospital, ...keysOf(bundle)])
    for (const [name, value] of values(bundle.entry)) {
      if (name === 'reference') assert.ok(known.has(String(value)), `${value} is nowhere`)
    }
  }
})

test('the engine takes every bundle, and taking them again leaves the same resources', async () => {
  const server = await createFhirServer({ plugins: [memory()], log: 'silent' })
  const read = async (url: string) => {
    const { status, body } = await server.handle({ method: 'GET', url: `/fhir/${url}`, headers: {} })
    assert.is(status, 200, url)
    return JSON.parse(String(body))
  }
  try {
    assert.is(await loadDemo(server, bundles, () => {}), resources.length)
    assert.is(await loadDemo(server, bundles, () => {}), 0, 'a loaded demo is not loaded again')
    const again = [bundles[0], bundles[1], bundles.at(-1)] as Bundle[]
    for (const bundle of again) {
      const { status, body } = await server.handle({
        method: 'POST',
        url: '/fhir',
        headers: { 'content-type': 'application/fhir+json' },
        body: stringifyJson(bundle),
      })
      assert.is(status, 200, String(body))
    }
    for (const resource of again.flatMap(resourcesOf)) {
      const { meta, ...stored } = await read(`${resource.resourceType}/${resource.id}`)
      assert.ok(meta.versionId)
      assert.equal(stored, JSON.parse(stringifyJson(resource)))
    }
    for (const type of ['Patient', 'Observation', 'Encounter']) {
      const expected = resources.filter(({ resourceType }) => resourceType === type).length
      assert.is((await read(`${type}?_summary=count`)).total, expected)
    }
  } finally {
    await server.stop()
  }
})

test('nothing happens before birth, and nothing but appointments after today', () => {
  for (const bundle of bundles.slice(1)) {
    const [patient] = all('Patient', resourcesOf(bundle))
    const birth = dayOf(patient?.birthDate)
    for (const resource of resourcesOf(bundle)) {
      const limit = resource.resourceType === 'Appointment' ? today + 400 : today + 1
      for (const [name, value] of values(resource)) {
        if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) continue
        const day = dayOf(value)
        assert.ok(day >= birth, `${resource.id}.${name} ${value} is before ${patient?.birthDate}`)
        assert.ok(
          name === 'end' && resource.resourceType === 'MedicationRequest' ? true : day <= limit,
          `${resource.id}.${name} ${value}`,
        )
      }
    }
  }
})

test('times have the offset that clocks in Spain showed', () => {
  const madrid = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Madrid', timeZoneName: 'longOffset' })
  let summers = 0
  for (const [, value] of values(resources)) {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) continue
    const offset = madrid.formatToParts(new Date(value)).find(({ type }) => type === 'timeZoneName')?.value
    assert.is(`GMT${value.slice(19)}`, offset, value)
    if (value.endsWith('+02:00')) summers++
  }
  assert.ok(summers > 1000)
})

test('people have two family names, a DNI with its check letter, and speak Spanish', () => {
  const letters = 'TRWAGMYFPDXBNJZSQVHLCKE'
  const dnis = new Set<string>()
  for (const { name, identifier, communication, address, id } of all('Patient')) {
    assert.ok((name?.[0]?.family ?? '').split(' ').length >= 2, id)
    const value = identifier?.find(({ system }) => system === 'urn:oid:1.3.6.1.4.1.19126.3')?.value ?? ''
    assert.match(value, /^99\d{6}[A-Z]$/, 'numbers that nobody was given')
    assert.is(value[8], letters[Number(value.slice(0, 8)) % 23])
    dnis.add(value)
    assert.match(communication?.[0]?.language.coding?.[0]?.code ?? '', /^es/)
    assert.is(address?.[0]?.country, 'ES')
  }
  assert.is(dnis.size, 50)
  const names = all('Patient')
    .map(({ name }) => name?.[0]?.text)
    .join()
  for (const letter of ['ñ', 'á', 'é', 'í']) assert.ok(names.includes(letter), letter)
})

test('narratives are one safe paragraph', () => {
  for (const resource of resources) {
    const div = 'text' in resource ? resource.text?.div : undefined
    assert.match(
      div ?? '',
      /^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml" lang="es" xml:lang="es"><p>[^<>]+<\/p><\/div>$/,
    )
    assert.not.match(div ?? '', /undefined|NaN|\[object/)
  }
})

test('every resource is valid, its codes and vital signs included', async () => {
  const validator = await createValidator()
  const errors = resources.flatMap((resource) =>
    validator
      .validate(resource)
      .filter(({ severity }) => severity === 'error')
      .map(({ diagnostics }) => `${resource.resourceType}/${resource.id}: ${diagnostics}`),
  )
  validator.close()
  assert.equal(errors.slice(0, 5), [])
})

test.run()
