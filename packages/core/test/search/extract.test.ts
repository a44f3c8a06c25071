import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../src/fhir/types.js'
import { extractSearchValues } from '../../src/search/extract.js'
import type { QuantityValue } from '../../src/search/values.js'
import { observation, patient } from '../fixtures/resources.js'

const test = suite('extractSearchValues')

/** The values of one parameter, without its name. */
function valuesOf(resource: AnyResource, param: string, baseUrl?: string): unknown[] {
  return extractSearchValues(resource, baseUrl === undefined ? {} : { baseUrl })
    .filter((value) => value.param === param)
    .map(({ param: _, ...value }) => value)
}

const at = (iso: string) => Date.parse(iso)
const token = (fields: object) => ({ type: 'token', ...fields })
const string = (value: string) => ({ type: 'string', value })
const date = (low: string, high: string) => ({ type: 'date', low: at(low), high: at(high) })
const reference = (fields: object) => ({ type: 'reference', ...fields })
const quantity = (value: number, fields: object = {}) => ({
  type: 'quantity',
  value,
  low: value,
  high: value,
  ...fields,
})

// Tokens

test('a concept gives its codings, each once, and its text where no display says it', () => {
  assert.equal(valuesOf(observation, 'code'), [
    token({ system: 'http://loinc.org', code: '85354-9', text: 'Blood pressure' }),
    token({ code: 'BP' }),
  ])
  const reworded = {
    ...observation,
    code: { coding: [{ code: 'BP', display: 'Blood pressure' }], text: 'RR' },
  }
  assert.equal(valuesOf(reworded, 'code'), [
    token({ code: 'BP', text: 'Blood pressure' }),
    token({ text: 'RR' }),
  ])
})

test('an identifier gives system, value, its type for :of-type and the text of its type', () => {
  assert.equal(valuesOf(patient, 'identifier'), [
    token({
      system: 'urn:oid:1.2.3',
      code: '00123',
      text: 'Medical record',
      ofType: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }],
    }),
    token({ code: 'no system' }),
  ])
})

test('codes, booleans, ids, codings and contact points are tokens', () => {
  assert.equal(valuesOf(patient, 'gender'), [
    token({ system: 'http://hl7.org/fhir/administrative-gender', code: 'female' }),
  ])
  assert.equal(valuesOf(patient, 'active'), [token({ code: 'true' })])
  assert.equal(valuesOf(patient, '_id'), [token({ code: 'p1' })])
  assert.equal(valuesOf(patient, '_tag'), [token({ system: 'http://example.org/tags', code: 'vip' })])
  assert.equal(valuesOf(patient, 'telecom').length, 2)
  assert.equal(valuesOf(patient, 'email'), [token({ code: 'ana@example.org' })])
  assert.equal(valuesOf(patient, 'phone'), [token({ code: '+34 600 000 000' })])
})

test('Patient.deceased is a date, a boolean or nothing, and deceased is a boolean in each case', () => {
  const { deceasedDateTime: _, ...alive } = patient
  assert.equal(valuesOf(patient, 'deceased'), [token({ code: 'true' })])
  assert.equal(valuesOf(alive, 'deceased'), [token({ code: 'false' })])
  assert.equal(valuesOf({ ...alive, deceasedBoolean: false }, 'deceased'), [token({ code: 'false' })])
  assert.equal(valuesOf({ ...alive, deceasedBoolean: true }, 'deceased'), [token({ code: 'true' })])
  assert.equal(valuesOf(patient, 'death-date'), [date('2020-01-02', '2020-01-03')])
})

// Strings

test('a name gives its parts, its text and given and family names together', () => {
  assert.equal(
    valuesOf(patient, 'name'),
    ['Núñez', 'Ana', 'María', 'Dra.', 'Ana María Núñez', 'Anita'].map(string),
  )
  assert.equal(valuesOf(patient, 'family'), [string('Núñez')])
  assert.equal(valuesOf(patient, 'given'), ['Ana', 'María'].map(string))
})

test('an address gives its parts and all of them together', () => {
  assert.equal(
    valuesOf(patient, 'address'),
    ['Calle Mayor 1', '2º B', 'Madrid', '28001', 'ES', 'Calle Mayor 1 2º B Madrid 28001 ES'].map(string),
  )
  assert.equal(valuesOf(patient, 'address-city'), [string('Madrid')])
})

test('Observation.value-string finds a string, and the text of a concept', () => {
  assert.equal(valuesOf({ resourceType: 'Observation', valueString: 'Negative' }, 'value-string'), [
    string('Negative'),
  ])
  const concept = { resourceType: 'Observation', valueCodeableConcept: { text: 'Positive' } }
  assert.equal(valuesOf(concept, 'value-string'), [string('Positive')])
})

test('a shared parameter written without a type name is read on its type', () => {
  const plan = { resourceType: 'InsurancePlan', name: 'Gold', alias: ['Oro'] }
  assert.equal(valuesOf(plan, 'name'), [string('Gold'), string('Oro')])
})

// References

test('a relative reference gives type, id and version', () => {
  const expected = [reference({ targetType: 'Patient', targetId: 'p1', targetVersion: '2', display: 'Ana' })]
  assert.equal(valuesOf(observation, 'subject'), expected)
  assert.equal(valuesOf(observation, 'patient'), expected)
})

test('resolve() is X keeps references to that type only', () => {
  const group = { ...observation, subject: { reference: 'Group/g1' } }
  assert.equal(valuesOf(group, 'patient'), [])
  assert.is(valuesOf(group, 'subject').length, 1)
  const stated = { ...observation, subject: { type: 'Patient', identifier: { value: '7' } } }
  assert.equal(valuesOf(stated, 'patient'), [reference({ identifier: { value: '7' } })])
  const foreign = { ...observation, subject: { reference: 'http://other.example/fhir/Patient/9' } }
  assert.equal(valuesOf(foreign, 'patient'), [reference({ url: 'http://other.example/fhir/Patient/9' })])
  const prefix = { ...observation, subject: { reference: 'PatientX/9' } }
  assert.equal(valuesOf(prefix, 'patient'), [])
})

test('an absolute reference keeps its URL, unless it is below the base of this server', () => {
  assert.equal(valuesOf(observation, 'encounter'), [
    reference({ url: 'https://other.example/fhir/Encounter/e1' }),
  ])
  for (const base of ['https://other.example/fhir', 'https://other.example/fhir/']) {
    assert.equal(valuesOf(observation, 'encounter', base), [
      reference({ targetType: 'Encounter', targetId: 'e1' }),
    ])
  }
  assert.is(valuesOf(observation, 'encounter', 'https://other.example/fh').length, 1)
  assert.equal(
    valuesOf(observation, 'encounter', 'https://other.example/fh'),
    valuesOf(observation, 'encounter'),
  )
})

test('a contained reference gives nothing, one by identifier gives the identifier', () => {
  assert.equal(valuesOf(patient, 'general-practitioner'), [
    reference({ targetType: 'Practitioner', targetId: 'dr' }),
  ])
  assert.equal(valuesOf(patient, 'organization'), [
    reference({ identifier: { system: 'urn:oid:9', value: 'H1' }, display: 'Hospital' }),
  ])
})

test('a canonical gives its URL and its version apart, whatever the base of this server', () => {
  const report = { resourceType: 'MeasureReport', measure: 'http://example.org/Measure/m|1.2' }
  const expected = [reference({ url: 'http://example.org/Measure/m', urlVersion: '1.2' })]
  assert.equal(valuesOf(report, 'measure'), expected)
  assert.equal(valuesOf(report, 'measure', 'http://example.org'), expected)
})

test('the first resource of a document is what composition refers to', () => {
  const entry = [
    { resource: { resourceType: 'Composition', id: 'c1' } },
    { resource: { resourceType: 'Patient', id: 'x' } },
  ]
  assert.equal(valuesOf({ resourceType: 'Bundle', type: 'document', entry }, 'composition'), [
    reference({ targetType: 'Composition', targetId: 'c1' }),
  ])
})

// Dates

test('dates cover the span of their precision', () => {
  assert.equal(valuesOf(patient, 'birthdate'), [date('1980-05-01', '1980-06-01')])
  assert.equal(valuesOf(patient, '_lastUpdated'), [
    date('2024-02-03T10:15:30.250Z', '2024-02-03T10:15:30.251Z'),
  ])
})

test('a period may end in the month that its start is a day of', () => {
  const [value] = valuesOf(
    { ...observation, effectivePeriod: { start: '2024-02-15', end: '2024-02' } },
    'date',
  )
  assert.equal(value, { type: 'date', low: Date.UTC(2024, 1, 15), high: Date.UTC(2024, 2) })
})

test('a period is open where it has no start or no end', () => {
  assert.equal(valuesOf(observation, 'date'), [
    { type: 'date', low: at('2024-02-03T09:00:00Z'), high: Number.POSITIVE_INFINITY },
  ])
  const ended = { ...observation, effectivePeriod: { end: '2024-02' } }
  assert.equal(valuesOf(ended, 'date'), [
    { type: 'date', low: Number.NEGATIVE_INFINITY, high: at('2024-03-01') },
  ])
  assert.equal(valuesOf({ ...observation, effectivePeriod: {} }, 'date'), [])
})

test('a timing covers its events and bounds to their outer limits', () => {
  const effectiveTiming = {
    event: ['2013-03-24', '2013-01-31'],
    repeat: { boundsPeriod: { start: '2013-02-01', end: '2013-04' }, frequency: 1 },
  }
  assert.equal(valuesOf({ resourceType: 'Observation', effectiveTiming }, 'date'), [
    date('2013-01-31', '2013-05-01'),
  ])
  const within = { resourceType: 'Observation', effectiveTiming: { repeat: { frequency: 1, period: 1 } } }
  assert.equal(valuesOf(within, 'date'), [])
})

// Numbers and quantities

test('numbers are points', () => {
  const risk = { resourceType: 'RiskAssessment', prediction: [{ probabilityDecimal: 0.25 }] }
  assert.equal(valuesOf(risk, 'probability'), [{ type: 'number', value: 0.25, low: 0.25, high: 0.25 }])
})

test('a number that came with more digits than JavaScript keeps is searched by its nearest number', () => {
  const probabilityDecimal = { isLosslessNumber: true, value: '0.10000000000000000000001' }
  const risk = { resourceType: 'RiskAssessment', prediction: [{ probabilityDecimal }] }
  assert.equal(valuesOf(risk, 'probability'), [{ type: 'number', value: 0.1, low: 0.1, high: 0.1 }])
})

test('a quantity keeps system, code and unit, and a comparator opens it to one side', () => {
  const unit = { system: 'http://unitsofmeasure.org', code: 'mm[Hg]', unit: 'mmHg' }
  const canonical = { unit: 'g.m-1.s-2', low: 15998640, high: 15998640 }
  assert.equal(valuesOf(observation, 'component-value-quantity'), [
    quantity(120, { ...unit, canonical }),
    { type: 'quantity', value: 80, low: Number.NEGATIVE_INFINITY, high: 79.99999999999999, unit: 'mmHg' },
  ])
})

test('the ends of sampled data are decimals: 0.8 and a tenth of 0.5 are 0.85', () => {
  const held = (origin: number, factor: number, data: string) => {
    const valueSampledData = { origin: { value: origin }, factor, data, period: 1, dimensions: 1 }
    const [found] = valuesOf(
      { resourceType: 'Observation', valueSampledData },
      'value-quantity',
    ) as QuantityValue[]
    return found && [found.low, found.high]
  }
  assert.equal(held(0.8, 0.1, '0.5 E'), [0.85, 0.85])
  assert.equal(held(0.3, -0.1, '3 U 1'), [0, 0.2])
  assert.equal(held(0, 1e-7, '3 L'), [3e-7, 3e-7])
  assert.equal(held(1e21, 1, '3 1e300'), [1e21, 1e300])
  assert.is(held(0.8, 0.1, 'E L U'), undefined)
})

test('<5 ends at the greatest double below 5 and >5 begins at the least above; <=5 and >=5 hold 5', () => {
  const held = (value: number, comparator: string) => {
    const valueQuantity = { value, comparator, system: 'http://unitsofmeasure.org', code: 'g' }
    const [found] = valuesOf(
      { resourceType: 'Observation', valueQuantity },
      'value-quantity',
    ) as QuantityValue[]
    if (!found?.canonical) throw new Error('no canonical quantity')
    assert.equal([found.canonical.low, found.canonical.high], [found.low, found.high])
    return [found.low, found.high]
  }
  const endless = Number.POSITIVE_INFINITY
  assert.equal(held(5, '<'), [-endless, 4.999999999999999])
  assert.equal(held(5, '<='), [-endless, 5])
  assert.equal(held(5, '>'), [5.000000000000001, endless])
  assert.equal(held(5, '>='), [5, endless])
  assert.equal(held(-1, '<'), [-endless, -1.0000000000000002])
  assert.equal(held(-1, '>'), [-0.9999999999999999, endless])
  assert.equal(held(0, '<'), [-endless, -Number.MIN_VALUE])
  assert.equal(held(0, '>'), [Number.MIN_VALUE, endless])
})

test('money is a quantity in its currency', () => {
  const invoice = { resourceType: 'Invoice', totalNet: { value: 12.5, currency: 'EUR' } }
  assert.equal(valuesOf(invoice, 'totalnet'), [
    quantity(12.5, { system: 'urn:iso:std:iso:4217', code: 'EUR', unit: 'EUR' }),
  ])
})

test('an age is a quantity, a range spans from its low to its high, sampled data from least to greatest', () => {
  const years = { unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' }
  const onset = (fields: object) => valuesOf({ resourceType: 'Condition', ...fields }, 'onset-age')
  const year = 365.25 * 24 * 3600
  const canonical = (low: number, high: number) => ({ canonical: { unit: 's', low, high } })
  assert.equal(onset({ onsetAge: { value: 52, ...years } }), [
    quantity(52, { ...years, ...canonical(52 * year, 52 * year) }),
  ])
  assert.equal(onset({ onsetRange: { low: { value: 40, ...years }, high: { value: 50 } } }), [
    { type: 'quantity', value: 40, low: 40, high: 50, ...years, ...canonical(40 * year, 50 * year) },
  ])
  assert.equal(onset({ onsetRange: { high: { value: 50, ...years } } }), [
    {
      type: 'quantity',
      value: 50,
      low: Number.NEGATIVE_INFINITY,
      high: 50,
      ...years,
      ...canonical(Number.NEGATIVE_INFINITY, 50 * year),
    },
  ])
  const valueSampledData = {
    origin: { value: 10, unit: 'mV' },
    factor: 2,
    data: '1 E -3 4 U',
    period: 1,
    dimensions: 1,
  }
  assert.equal(valuesOf({ resourceType: 'Observation', valueSampledData }, 'value-quantity'), [
    { type: 'quantity', value: 4, low: 4, high: 18, unit: 'mV' },
  ])
})

// URIs, positions, composites

test('a URI is kept as written; a canonical with a version is found without it too', () => {
  const valueSet = { resourceType: 'ValueSet', url: 'http://example.org/ValueSet/colours' }
  assert.equal(valuesOf(valueSet, 'url'), [{ type: 'uri', value: 'http://example.org/ValueSet/colours' }])
  assert.equal(valuesOf(patient, '_profile'), [
    { type: 'uri', value: 'http://example.org/StructureDefinition/patient|2.0' },
    { type: 'uri', value: 'http://example.org/StructureDefinition/patient' },
  ])
  assert.equal(valuesOf(patient, '_source'), [{ type: 'uri', value: 'urn:import:1' }])
})

test('a location gives its position', () => {
  const location = (position: unknown) => valuesOf({ resourceType: 'Location', position }, 'near')
  assert.equal(location({ longitude: -3.7, latitude: 40.4 }), [
    { type: 'position', latitude: 40.4, longitude: -3.7 },
  ])
  assert.equal(location({ longitude: -3.7, latitude: 140 }), [])
  assert.equal(location({ longitude: -3.7 }), [])
})

test('the components of a composite come from one element', () => {
  const values = extractSearchValues(observation).filter(
    (value) => value.param === 'component-code-value-quantity',
  )
  assert.is(values.length, 2)
  assert.equal(values[0], {
    param: 'component-code-value-quantity',
    type: 'composite',
    components: [
      [{ param: 'component-code', type: 'token', system: 'http://loinc.org', code: '8480-6' }],
      [
        {
          param: 'component-value-quantity',
          ...quantity(120, {
            system: 'http://unitsofmeasure.org',
            code: 'mm[Hg]',
            unit: 'mmHg',
            canonical: { unit: 'g.m-1.s-2', low: 15998640, high: 15998640 },
          }),
        },
      ],
    ],
  })
})

test('a composite takes in the resource itself where its expression says so, and needs every component', () => {
  const whole = { ...observation, valueQuantity: { value: 1 } }
  assert.is(valuesOf(whole, 'combo-code-value-quantity').length, 3)
  assert.is(valuesOf(whole, 'code-value-quantity').length, 1)
  assert.is(valuesOf(observation, 'code-value-quantity').length, 0)
})

test('code-value-date reads DateTime as dateTime', () => {
  const values = valuesOf({ ...observation, valueDateTime: '2024' }, 'code-value-date')
  assert.is(values.length, 1)
})

test('%resource in a component goes back to the resource', () => {
  const sequence = {
    resourceType: 'MolecularSequence',
    coordinateSystem: 0,
    referenceSeq: { chromosome: { coding: [{ code: '7' }] } },
    variant: [{ start: 5, end: 6 }],
  }
  const [value] = extractSearchValues(sequence).filter(
    (each) => each.param === 'chromosome-variant-coordinate',
  )
  assert.ok(value?.type === 'composite')
  assert.equal(value.components[0], [{ param: 'chromosome', type: 'token', code: '7' }])
  assert.equal(value.components[1], [{ param: 'variant-start', type: 'number', value: 5, low: 5, high: 5 }])
})

test('DocumentReference.relationship pairs the code with the target, though R4 names the parameters the other way', () => {
  const relatesTo = [{ code: 'replaces', target: { reference: 'DocumentReference/d2' } }]
  const [value] = extractSearchValues({ resourceType: 'DocumentReference', relatesTo }).filter(
    (each) => each.param === 'relationship',
  )
  assert.ok(value?.type === 'composite')
  assert.equal(value.components, [
    [
      {
        param: 'relation',
        type: 'token',
        system: 'http://hl7.org/fhir/document-relationship-type',
        code: 'replaces',
      },
    ],
    [{ param: 'relatesto', type: 'reference', targetType: 'DocumentReference', targetId: 'd2' }],
  ])
})

const wordsIn = (resource: object, words?: 'none' | 'text' | 'content') => {
  const options = words === undefined ? {} : { words }
  const values = extractSearchValues({ resourceType: 'Patient', ...resource } as AnyResource, options)
  return Object.fromEntries(
    values.flatMap((each) => (each.type === 'words' ? [[each.param, each.words]] : [])),
  )
}

test('_text has the words of the narrative without markup and entities, each once', () => {
  const div =
    '<div xmlns="http://www.w3.org/1999/xhtml"><p class="x">Bone&#160;<b>M</b>\u00e9tastases</p><p>AT&amp;T l&eacute;sion bone</p></div>'
  const text = { status: 'generated', div }
  assert.equal(wordsIn({ text }), { _text: ['bone', 'metastases', 'at', 't', 'lesion'] })
  assert.equal(wordsIn({ text }, 'none'), {})
  assert.equal(wordsIn({ text: { div: '<div></div>' } }), {})
  assert.equal(wordsIn({ name: [{ family: 'x' }] }), {})
})

test('_content has the words of all texts, but of no ids, addresses, dates and bytes', () => {
  const resource = {
    id: 'secret',
    text: { div: '<div>Hello <i>world</i></div>' },
    birthDate: '2024-02-01',
    name: [{ family: 'N\u00fa\u00f1ez', given: ['Ana'] }],
    identifier: [{ system: 'urn:oid:1.2', value: 'MRN-77' }],
    managingOrganization: { reference: 'Organization/acme', display: 'Acme Clinic' },
    photo: [{ contentType: 'image/png', url: 'http://x.example/y', data: 'aGVsbG8=', title: 'A face' }],
    extension: [{ url: 'http://e.example', valueString: 'extended' }],
    contained: [{ resourceType: 'Organization', id: 'o', name: 'Inside' }],
    maritalStatus: { coding: [{ system: 'http://s.example', code: 'M', display: 'Married' }] },
    multipleBirthInteger: 3,
  }
  assert.equal(
    new Set(wordsIn(resource, 'content')._content),
    new Set('hello world nunez ana mrn 77 acme clinic image png a face extended inside m married'.split(' ')),
  )
  assert.equal(wordsIn(resource, 'content')._text, ['hello', 'world'])
})

test('hostile narratives take time in proportion', () => {
  const start = performance.now()
  for (const piece of ['<', '<a ', '<!--', '&', '&#', '"<'])
    wordsIn({ text: { div: piece.repeat(300_000) } }, 'content')
  assert.ok(performance.now() - start < 5000)
})

// Odd content

test('many equal values are given once, and different ones all', () => {
  const coding = Array.from({ length: 30 }, (_, at) => ({ system: 's', code: `c${at % 20}` }))
  assert.is(valuesOf({ ...observation, code: { coding } }, 'code').length, 20)
})

test('a primitive that is only an extension gives nothing', () => {
  const extension = [{ url: 'http://example.org/absent', valueCode: 'unknown' }]
  const odd = {
    resourceType: 'Patient',
    _birthDate: { extension },
    name: [{ given: [null, 'Eva'], _given: [{ extension }, null] }],
  }
  assert.equal(valuesOf(odd, 'birthdate'), [])
  assert.equal(valuesOf(odd, 'given'), [string('Eva')])
})

test('an unknown type gives what every resource has', () => {
  assert.equal(extractSearchValues({ resourceType: 'Foo', id: 'a', code: { text: 'x' } }), [
    { param: '_id', type: 'token', code: 'a' },
  ])
  for (const resourceType of ['toString', '__proto__', 'constructor', 7, null, { toString: 1 }] as string[]) {
    assert.equal(extractSearchValues({ resourceType, id: 'a' }).length, 1)
  }
})

test.run()
