import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { parseJson } from '../../src/fhir/json.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { applyView } from '../../src/interactions/view.js'
import type { View } from '../../src/plugin/interaction.js'
import { ResourceResult } from '../../src/plugin/result.js'
import { validateStructure } from '../../src/validation/structure.js'
import { dataFolder, jsonFiles } from '../validation/data.js'

const test = suite('views of resources')

const facts = { version: 1, lastUpdated: 0, deleted: false, created: false, changed: false }

function viewed(content: string, view: View | undefined): ResourceResult {
  const { resourceType, id = '' } = parseJson(content).value as AnyResource
  return applyView(r4, new ResourceResult({ ...facts, type: resourceType, id }, content), view)
}

const see = (resource: object, view: View) => JSON.parse(viewed(JSON.stringify(resource), view).content)

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
}

const patient = {
  resourceType: 'Patient',
  id: '1',
  meta: { versionId: '1', tag: [{ code: 'mine' }] },
  implicitRules: 'http://example.org/rules',
  language: 'es',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  contained: [{ resourceType: 'Organization', id: 'o' }],
  extension: [{ url: 'http://example.org/e', valueString: 'x' }],
  identifier: [
    { system: 'urn:mrn', value: '1', extension: [{ url: 'http://example.org/e', valueString: 'x' }] },
  ],
  name: [{ family: 'x' }],
  birthDate: '1980-01-01',
  _birthDate: { extension: [{ url: 'http://example.org/e', valueString: 'x' }] },
  deceasedBoolean: true,
  maritalStatus: { text: 'x' },
  contact: [{ name: { text: 'x' } }],
  communication: [{ language: { text: 'es' } }],
}

test('a summary keeps what the definitions mark as such, at every level', () => {
  const {
    meta,
    text,
    contained,
    extension,
    maritalStatus,
    contact,
    communication,
    language,
    identifier,
    ...others
  } = see(patient, { summary: 'true' })
  assert.equal(
    [text, contained, extension, maritalStatus, contact, communication, language],
    Array(7).fill(undefined),
  )
  assert.equal(identifier, [{ system: 'urn:mrn', value: '1' }])
  assert.equal(meta, { versionId: '1', tag: [{ code: 'mine' }, subsetted] })
  const { id, implicitRules, name, birthDate, _birthDate, deceasedBoolean } = patient
  assert.equal(others, {
    resourceType: 'Patient',
    id,
    implicitRules,
    name,
    birthDate,
    _birthDate,
    deceasedBoolean,
  })
})

test('a summary keeps mandatory elements that are no summary', () => {
  const audit = {
    resourceType: 'Questionnaire',
    status: 'draft',
    item: [{ linkId: '1', type: 'group' }],
  }
  assert.is(see(audit, { summary: 'true' }).item, undefined)
  const list = {
    resourceType: 'Patient',
    link: [{ other: { reference: 'Patient/2' }, type: 'seealso', id: 'x' }],
  }
  assert.equal(see(list, { summary: 'true' }).link, [{ other: { reference: 'Patient/2' }, type: 'seealso' }])
})

test('an element that was nothing but an extension is not left empty', () => {
  const name = [{ extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] }]
  assert.equal(see({ resourceType: 'Patient', name }, { summary: 'true' }).name, name)
})

test('text is the narrative with what is mandatory, data is all but the narrative', () => {
  const observation = {
    resourceType: 'Observation',
    id: '1',
    text: patient.text,
    status: 'final',
    _status: { id: 's' },
    code: { text: 'x' },
    valueString: 'y',
  }
  const { resourceType, id, text, status, _status, code } = observation
  const meta = { tag: [subsetted] }
  assert.equal(see(observation, { summary: 'text' }), { resourceType, id, meta, text, status, _status, code })
  const { text: _, ...data } = observation
  assert.equal(see(observation, { summary: 'data' }), { ...data, meta })
})

test('elements are those asked for, those of a choice by its name, and the mandatory ones', () => {
  const observation = {
    resourceType: 'Observation',
    id: '1',
    modifierExtension: [{ url: 'http://example.org/m', valueBoolean: true }],
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2024',
    valueQuantity: { value: 1 },
    _effectiveDateTime: { id: 'e' },
  }
  const shown = see(observation, { elements: ['value', 'effectiveDateTime.x', 'nothing'] })
  assert.equal(Object.keys(shown), [
    'resourceType',
    'id',
    'meta',
    'modifierExtension',
    'status',
    'code',
    'effectiveDateTime',
    'valueQuantity',
    '_effectiveDateTime',
  ])
})

test('a view of everything leaves the text alone', () => {
  const text = '{"resourceType" : "Patient"}'
  for (const view of [undefined, {}, { summary: 'false' } as const])
    assert.is(viewed(text, view).content, text)
})

test('digits stay as written', () => {
  const text =
    '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":2.00},"referenceRange":[{"low":{"value":1.0}}],"valueSampledData":{"origin":{"value":0.10},"period":1.0,"dimensions":1}}'
  assert.match(viewed(text, { summary: 'true' }).content, '"valueQuantity":{"value":2.00}')
  assert.match(viewed(text, { elements: ['referenceRange'] }).content, '"low":{"value":1.0}')
  assert.match(viewed(text, { summary: 'data' }).content, '"period":1.0,"dimensions":1')
})

test('the tag is there once', () => {
  const once = see(patient, { summary: 'true' })
  assert.equal(see(once, { summary: 'true' }), once)
})

test('every view of a valid resource is a valid resource', () => {
  const folder = dataFolder('r4-examples')
  if (!folder) return console.log('skipped: no r4-examples (set ANAMNESIS_DATA)')
  let seen = 0
  for (const { name, content } of jsonFiles(folder)) {
    if (validateStructure(content).length > 0) continue
    for (const view of [
      { summary: 'true' },
      { summary: 'text' },
      { summary: 'data' },
      { elements: ['id'] },
    ] as const) {
      assert.equal(validateStructure(see(content as object, view)), [], `${name} ${JSON.stringify(view)}`)
      seen += 1
    }
  }
  assert.ok(seen > 1000, `only ${seen} views were seen`)
})

test.run()
