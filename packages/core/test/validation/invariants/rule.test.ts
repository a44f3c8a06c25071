import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RuleTarget } from '../../../src/validation/contract.js'
import { compileConstraint } from '../../../src/validation/invariants/constraint.js'
import { invariantRule } from '../../../src/validation/invariants/rule.js'
import { findingsOf } from './targets.js'

const test = suite('invariants')

const rule = invariantRule()
const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>' }
const ucum = 'http://unitsofmeasure.org'

const patient = (elements: object) => ({ resourceType: 'Patient', text, ...elements })
const observation = (elements: object) => ({
  resourceType: 'Observation',
  text,
  status: 'final',
  code: { text: 'x' },
  ...elements,
})
const condition = (code: string) => ({
  resourceType: 'Condition',
  text,
  category: [{ coding: [{ code }] }],
  subject: { display: 'x' },
})
const questionnaire = (...item: object[]) => ({ resourceType: 'Questionnaire', text, status: 'draft', item })
const element = (elements: object) => ({
  resourceType: 'StructureDefinition',
  text,
  url: 'http://example.org/s',
  name: 'S',
  status: 'draft',
  kind: 'logical',
  abstract: false,
  type: 'S',
  baseDefinition: 'http://example.org/b',
  differential: { element: [{ id: 'S', path: 'S', ...elements }] },
})
const careTeam = (member: string, contained: object) => ({
  resourceType: 'CareTeam',
  text,
  contained: [contained],
  participant: [{ member: { reference: member }, onBehalfOf: { display: 'x' } }],
})
const extension = (elements: object) => ({ url: 'http://example.org/e', ...elements })

/** Per behaviour: a resource, and what is found in it as key and expression. */
const cases: Readonly<
  Record<string, readonly (readonly [resource: object, ...found: [string, string][]])[]>
> = {
  'of a resource': [
    [observation({ dataAbsentReason: { text: 'x' }, valueString: 'x' }), ['obs-6', 'Observation']],
    [
      observation({
        code: { coding: [{ code: 'a' }] },
        valueString: 'x',
        component: [{ code: { coding: [{ code: 'a' }] } }],
      }),
      ['obs-7', 'Observation'],
    ],
    [{ resourceType: 'Patient' }, ['dom-6', 'Patient']],
    [{ resourceType: 'Binary', contentType: 'text/plain' }],
    [
      questionnaire({ linkId: 'a', type: 'string' }, { linkId: 'a', type: 'string' }),
      ['que-2', 'Questionnaire'],
    ],
    [
      questionnaire({ linkId: 'a', type: 'group', item: [{ linkId: 'a', type: 'string' }] }),
      ['que-2', 'Questionnaire'],
    ],
  ],
  'by corrected expressions': [
    [condition('encounter-diagnosis')],
    [condition('problem-list-item'), ['con-3', 'Condition']],
  ],
  'of a backbone element, where it is': [
    [patient({ contact: [{ gender: 'male' }, { name: { text: 'x' } }] }), ['pat-1', 'Patient.contact[0]']],
    [
      observation({
        component: [{ code: { text: 'a' }, referenceRange: [{ text: 'x' }, { age: { low: { value: 1 } } }] }],
      }),
      ['obs-3', 'Observation.component[0].referenceRange[1]'],
    ],
    [
      questionnaire({ linkId: 'a', type: 'group', item: [{ linkId: 'b', type: 'display', readOnly: true }] }),
      ['que-9', 'Questionnaire.item[0].item[0]'],
    ],
    [
      questionnaire({
        linkId: 'a',
        type: 'string',
        enableWhen: [1, 2].map(() => ({ question: 'b', operator: 'exists', answerBoolean: true })),
      }),
      ['que-12', 'Questionnaire.item[0]'],
    ],
    [
      questionnaire({
        linkId: 'a',
        type: 'string',
        enableWhen: [{ question: 'b', operator: 'exists', answerString: 'x' }],
      }),
      ['que-7', 'Questionnaire.item[0].enableWhen[0]'],
    ],
    [
      {
        resourceType: 'RiskAssessment',
        text,
        prediction: [{ probabilityDecimal: 101 }, { probabilityDecimal: 100 }],
      },
      ['ras-2', 'RiskAssessment.prediction[0]'],
    ],
    [
      {
        resourceType: 'RiskAssessment',
        text,
        prediction: [{ probabilityRange: { low: { value: 1, system: ucum, code: 'mg' } } }],
      },
      ['ras-1', 'RiskAssessment.prediction[0].probability.ofType(Range)'],
    ],
    [
      {
        resourceType: 'Organization',
        text,
        name: 'x',
        telecom: [{ system: 'phone', value: '1', use: 'home' }],
      },
      ['org-3', 'Organization.telecom[0]'],
    ],
    [
      {
        resourceType: 'ValueSet',
        text,
        compose: { include: [{ system: 'http://example.org' }], exclude: [{ version: '1' }] },
      },
      ['vsd-1', 'ValueSet.compose.exclude[0]'],
    ],
  ],
  'of a data type, wherever it is': [
    [
      patient({ identifier: [{ period: { start: '2020-02', end: '2020-01' } }] }),
      ['per-1', 'Patient.identifier[0].period'],
    ],
    [
      patient({
        identifier: [{ period: { start: '2020-01-01T10:00:00+02:00', end: '2020-01-01T09:00:00Z' } }],
      }),
    ],
    [
      patient({
        identifier: [{ period: { start: '2020-01-01T10:00:00Z', end: '2020-01-01T11:00:00+02:00' } }],
      }),
      ['per-1', 'Patient.identifier[0].period'],
    ],
    [patient({ identifier: [{ period: { start: '2020-02-03', end: '2020-02' } }] })],
    [
      observation({ valueQuantity: { value: 1, code: 'mg' } }),
      ['qty-3', 'Observation.value.ofType(Quantity)'],
    ],
    [
      observation({
        valueRange: {
          low: { value: 2, system: ucum, code: 'g' },
          high: { value: 1, system: ucum, code: 'g' },
        },
      }),
      ['rng-2', 'Observation.value.ofType(Range)'],
    ],
    [
      observation({
        valueRange: {
          low: { value: 2, system: ucum, code: 'mg' },
          high: { value: 1, system: ucum, code: 'g' },
        },
      }),
    ],
    [
      observation({ valueRange: { low: { value: 2, unit: 'x' }, high: { value: 1, unit: 'x' } } }),
      ['rng-2', 'Observation.value.ofType(Range)'],
    ],
    [observation({ valueRange: { low: { value: 2, unit: 'x' }, high: { value: 1, unit: 'y' } } })],
    [patient({ telecom: [{ value: '1' }] }), ['cpt-2', 'Patient.telecom[0]']],
    [patient({ photo: [{ data: 'AAAA' }] }), ['att-1', 'Patient.photo[0]']],
    [
      patient({ extension: [extension({ valuePeriod: { start: '2021', end: '2020' } })] }),
      ['per-1', 'Patient.extension[0].value.ofType(Period)'],
    ],
    [element({ max: '-1' }), ['eld-3', 'StructureDefinition.differential.element[0].max']],
    [
      element({ sliceName: 'a b' }),
      ['eld-16', 'StructureDefinition.differential.element[0]'],
      ['sdf-23', 'StructureDefinition'],
    ],
  ],
  'of each element and each extension': [
    [patient({ name: [{ id: 'a' }] }), ['ele-1', 'Patient.name[0]']],
    [patient({ name: [{ id: 'a', family: 'x' }] })],
    [patient({ _birthDate: { id: 'a' } }), ['ele-1', 'Patient.birthDate']],
    [patient({ birthDate: '2020', _birthDate: { id: 'a' } })],
    [
      patient({ name: [{ given: ['x', null], _given: [null, { id: 'a' }] }] }),
      ['ele-1', 'Patient.name[0].given[1]'],
    ],
    [patient({ extension: [extension({})] }), ['ext-1', 'Patient.extension[0]']],
    [
      patient({ extension: [extension({ valueCode: 'a', extension: [extension({ valueCode: 'b' })] })] }),
      ['ext-1', 'Patient.extension[0]'],
    ],
    [patient({ extension: [extension({ _valueCode: { extension: [extension({ valueCode: 'b' })] } })] })],
    [
      patient({ birthDate: '2020', _birthDate: { extension: [extension({})] } }),
      ['ext-1', 'Patient.birthDate.extension[0]'],
    ],
    [
      patient({
        birthDate: '2020',
        _birthDate: { extension: [extension({ valueContactPoint: { value: 'x' } })] },
      }),
      ['cpt-2', 'Patient.birthDate.extension[0].value.ofType(ContactPoint)'],
    ],
  ],
  'of contained resources': [
    [patient({ contained: [{ resourceType: 'Basic', id: 'a' }] }), ['dom-3', 'Patient']],
    [
      patient({
        contained: [{ resourceType: 'Basic', id: 'a' }],
        generalPractitioner: [{ reference: '#a' }],
      }),
    ],
    [patient({ contained: [{ resourceType: 'Basic', id: 'a', subject: { reference: '#' } }] })],
    [
      patient({
        contained: [
          {
            resourceType: 'Basic',
            id: 'a',
            contained: [{ resourceType: 'Basic', id: 'b' }],
            subject: { reference: '#' },
          },
        ],
      }),
      ['dom-2', 'Patient'],
      ['dom-3', 'Patient.contained[0]'],
    ],
    [
      patient({
        contained: [
          {
            resourceType: 'Basic',
            id: 'a',
            meta: { versionId: '1', security: [{ code: 'R' }] },
            subject: { reference: '#' },
          },
        ],
      }),
      ['dom-4', 'Patient'],
      ['dom-5', 'Patient'],
    ],
    [patient({ generalPractitioner: [{ reference: '#b' }] }), ['ref-1', 'Patient.generalPractitioner[0]']],
    [
      patient({
        contained: [
          { resourceType: 'Basic', id: 'a', subject: { reference: '#b' }, code: { text: 'x' } },
          { resourceType: 'Basic', id: 'b', subject: { reference: '#a' } },
        ],
      }),
    ],
    [
      patient({
        contained: [{ resourceType: 'Patient', id: 'a', contact: [{ gender: 'male' }] }],
        link: [{ other: { reference: '#a' }, type: 'seealso' }],
      }),
      ['pat-1', 'Patient.contained[0].contact[0]'],
    ],
    [careTeam('#a', { resourceType: 'Patient', id: 'a' }), ['ctm-1', 'CareTeam.participant[0]']],
    [careTeam('#a', { resourceType: 'Practitioner', id: 'a' })],
  ],
  'of the entries of a bundle': [
    [
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ fullUrl: 'urn:uuid:1', resource: patient({ contact: [{ gender: 'male' }] }) }],
      },
      ['pat-1', 'Bundle.entry[0].resource.contact[0]'],
    ],
    [{ resourceType: 'Bundle', type: 'batch', entry: [{ resource: patient({}) }] }, ['bdl-3', 'Bundle']],
    [
      {
        resourceType: 'Bundle',
        type: 'document',
        identifier: { system: 'x', value: 'y' },
        timestamp: '2020-01-01T00:00:00Z',
        entry: [{ resource: patient({}) }],
      },
      ['bdl-11', 'Bundle'],
    ],
  ],
}

for (const [behaviour, list] of Object.entries(cases)) {
  for (const [resource, ...expected] of list) {
    const wanted = expected.map(([key]) => key).join(', ') || 'nothing'
    test(`${behaviour}: finds ${wanted} in ${JSON.stringify(resource).slice(0, 300)}`, () => {
      const found = findingsOf(rule, resource).map(({ key, expression }) => [key, expression])
      assert.equal(found.sort(), expected.sort())
    })
  }
}

test('says where it is, what was asked for, by which rule, and what to do', () => {
  const [contact, period] = findingsOf(
    rule,
    patient({ contact: [{ gender: 'male' }], name: [{ period: { start: '2021', end: '2020' } }] }),
  ).sort((a, b) => a.expression.localeCompare(b.expression))
  assert.equal(contact, {
    severity: 'error',
    code: 'invariant',
    expression: 'Patient.contact[0]',
    key: 'pat-1',
    text:
      "Patient.contact[0]: SHALL at least contain a contact's details or a reference to an organization. " +
      'The element does not satisfy this rule (pat-1: name.exists() or telecom.exists() or address.exists() or organization.exists()). ' +
      'Add at least one of name, telecom, address and organization.',
  })
  assert.match(period?.text ?? '', 'Found start 2021 after end 2020: correct one of them.')
})

test('has the severity that was published', () => {
  const [finding] = findingsOf(rule, { resourceType: 'Basic', code: { text: 'x' } })
  assert.is(finding?.severity, 'warning')
})

test('gives the narrative to the checks that it was made with', () => {
  const strict = invariantRule({ htmlChecks: () => false })
  const found = findingsOf(strict, patient({})).map(({ key, expression }) => [key, expression])
  assert.equal(found, [
    ['txt-1', 'Patient.text.div'],
    ['txt-2', 'Patient.text.div'],
  ])
})

test('a constraint of a profile is checked by its expression', () => {
  const constraint = compileConstraint(
    { key: 'x-1', severity: 'warning', human: 'A family name is needed', expression: 'family.exists()' },
    'HumanName',
  )
  const environment = { resource: { value: patient({}), type: 'Patient' } }
  assert.is(
    constraint.check({ value: { family: 'x' }, type: 'HumanName' }, environment, 'Patient.name[0]'),
    undefined,
  )
  const found = constraint.check(
    { value: { given: ['x'] }, type: 'HumanName' },
    environment,
    'Patient.name[0]',
  )
  assert.equal([found?.key, found?.severity, found?.expression], ['x-1', 'warning', 'Patient.name[0]'])
})

test('throws at nothing, whatever the structure of a resource', () => {
  const names = [
    'contained',
    'text',
    'meta',
    'extension',
    'name',
    'identifier',
    'period',
    'reference',
    '_birthDate',
    'link',
  ]
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 1, true, 'x', '#x', '2020', undefined),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, 'id', 'start', 'end', 'resourceType', 'div'), tie('value'), {
        maxKeys: 4,
      }),
    ),
  })).value
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (elements) => {
      const resource = { ...elements, resourceType: 'Patient' }
      const report = () => {}
      const target: RuleTarget = {
        resource,
        expression: 'Patient',
        get root() {
          return target
        },
        resolve: () => undefined,
        definition: () => undefined,
        report,
        ask: report,
      }
      rule.check(target)
    }),
    { numRuns: 500 },
  )
})

test('a constraint without an expression, or with one that cannot be read, holds', () => {
  const environment = { resource: { value: patient({}), type: 'Patient' } }
  for (const expression of [undefined, 'a.(', 'unknownFunction()']) {
    const constraint = compileConstraint(
      { key: 'x-1', severity: 'error', human: 'x', ...(expression ? { expression } : {}) },
      'Patient',
    )
    assert.ok(constraint.holds(environment.resource, environment))
  }
})

test.run()
