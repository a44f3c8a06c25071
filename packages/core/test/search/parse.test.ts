import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clauseOf, plain, read, refused } from './parse-support.js'

const test = suite('parseSearch: values')

test('a search without parameters asks for everything of its type, twenty at a time', () => {
  assert.equal(read('Patient').query, {
    types: ['Patient'],
    where: [],
    include: [],
    revinclude: [],
    sort: [],
    count: 20,
    total: 'default',
  })
})

test('repeated parameters are ANDed and commas are ORed', () => {
  assert.equal(plain(read('Patient?given=a,b&given=c').query.where), [
    { kind: 'string', param: 'given', values: ['a', 'b'] },
    { kind: 'string', param: 'given', values: ['c'] },
  ])
})

test('backslashes keep separators in a value', () => {
  assert.equal(clauseOf('Patient?family=a\\,b\\|c\\$d\\\\,e'), {
    kind: 'string',
    param: 'family',
    values: ['a,b|c$d\\', 'e'],
  })
  assert.equal(clauseOf('Patient?identifier=s\\|t|a\\,b'), {
    kind: 'token',
    param: 'identifier',
    values: [{ system: 's|t', code: 'a,b' }],
  })
  refused('Patient?family=a\\b', 'invalid-search', /backslash/)
  refused('Patient?family=a\\', 'invalid-search', /backslash/)
})

test('strings take :exact and :contains', () => {
  assert.equal(clauseOf('Patient?name:exact=José'), {
    kind: 'string',
    param: 'name',
    modifier: 'exact',
    values: ['José'],
  })
  assert.equal(clauseOf('Patient?name:contains=os'), {
    kind: 'string',
    param: 'name',
    modifier: 'contains',
    values: ['os'],
  })
})

test('tokens come in four forms', () => {
  assert.equal(clauseOf('Observation?code=http://loinc.org|8480-6,8462-4,|local,http://x|'), {
    kind: 'token',
    param: 'code',
    values: [
      { system: 'http://loinc.org', code: '8480-6' },
      { code: '8462-4' },
      { system: '', code: 'local' },
      { system: 'http://x' },
    ],
  })
})

test('tokens take :not, :text and :of-type', () => {
  assert.equal(clauseOf('Patient?gender:not=male'), {
    kind: 'token',
    param: 'gender',
    modifier: 'not',
    values: [{ code: 'male' }],
  })
  assert.equal(clauseOf('Condition?code:text=head|ache'), {
    kind: 'token',
    param: 'code',
    modifier: 'text',
    values: [{ code: 'head|ache' }],
  })
  assert.equal(clauseOf('Patient?identifier:of-type=http://t|MR|12'), {
    kind: 'token',
    param: 'identifier',
    modifier: 'of-type',
    values: [{ code: '12', ofType: { system: 'http://t', code: 'MR' } }],
  })
  refused('Patient?identifier:of-type=MR|12', 'invalid-search', /type's system\|code and the value/)
})

test('references are ids, typed ids, and absolute URLs', () => {
  const values = (url: string) => (clauseOf(url) as { values: unknown }).values
  assert.equal(values('Observation?subject=Patient/1,2'), [{ type: 'Patient', id: '1' }, { id: '2' }])
  assert.equal(values('Observation?patient=1'), [{ type: 'Patient', id: '1' }])
  assert.equal(values('Observation?subject:Patient=1'), [{ type: 'Patient', id: '1' }])
  assert.equal(values('Observation?subject:Patient=Patient/1'), [{ type: 'Patient', id: '1' }])
  assert.equal(values('Observation?subject=https://here.example/fhir/Patient/1'), [
    { type: 'Patient', id: '1' },
  ])
  assert.equal(values('Observation?subject=https://there.example/fhir/Patient/1'), [
    { url: 'https://there.example/fhir/Patient/1' },
  ])
  assert.equal(values('Observation?subject=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6'), [
    { url: 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
  ])
  assert.equal(clauseOf('Observation?subject:identifier=http://mrn|7'), {
    kind: 'reference',
    param: 'subject',
    modifier: 'identifier',
    values: [{ identifier: { system: 'http://mrn', code: '7' } }],
  })
})

test('references that cannot be are refused', () => {
  refused('Observation?subject:Patient=Group/1', 'invalid-search', /asks for a Patient/)
  refused('Observation?subject=patient/1', 'invalid-search', /Did you mean Patient\?/)
  refused('Observation?subject=a b', 'invalid-search', /expected an id/)
  refused(
    'Observation?subject=Patient/1/_history/2',
    'unsupported-search',
    /without a version: write Patient\/1 /,
  )
})

test('dates become ranges of their precision, with prefixes', () => {
  assert.equal(clauseOf('Patient?birthdate=1970-02,ge2000'), {
    kind: 'date',
    param: 'birthdate',
    values: [
      { prefix: 'eq', low: Date.UTC(1970, 1), high: Date.UTC(1970, 2) },
      { prefix: 'ge', low: Date.UTC(2000, 0), high: Date.UTC(2001, 0) },
    ],
  })
})

test('ap widens a date by a tenth of its distance from now', () => {
  const day = 86_400_000
  const { values } = clauseOf('Patient?birthdate=ap2023-12-12') as { values: { low: number; high: number }[] }
  // From the end of 12 December to 1 January are 19 days.
  assert.equal(values, [
    { prefix: 'ap', low: Date.UTC(2023, 11, 12) - 1.9 * day, high: Date.UTC(2023, 11, 13) + 1.9 * day },
  ])
})

test('bad dates are refused with the reason', () => {
  for (const bad of [
    '2024-13',
    '2024-02-30',
    'yesterday',
    '20240101',
    'gt',
    '2024-1-1',
    '2024-01-01T25:00:00Z',
  ]) {
    refused(`Patient?birthdate=${bad}`, 'invalid-search', /expected a date such as/)
  }
  refused('Patient?birthdate=xx2024', 'invalid-search', /xx is no prefix/)
  refused('Observation?date=2024-01-01T10:00:00+02:00', 'invalid-search', /%2B/)
  assert.equal(refused('Patient?birthdate=soon', 'invalid-search', /"soon"/).expression, [
    'Patient?birthdate',
  ])
})

test('numbers carry the range of their implicit precision', () => {
  assert.equal(clauseOf('RiskAssessment?probability=gt0.8,100'), {
    kind: 'number',
    param: 'probability',
    values: [
      { prefix: 'gt', value: 0.8, low: 0.75, high: 0.85 },
      { prefix: 'eq', value: 100, low: 99.5, high: 100.5 },
    ],
  })
  assert.equal(clauseOf('RiskAssessment?probability=ap100'), {
    kind: 'number',
    param: 'probability',
    values: [{ prefix: 'ap', value: 100, low: 90, high: 110 }],
  })
  refused('RiskAssessment?probability=high', 'invalid-search', /expected a number/)
  refused('RiskAssessment?probability=0x10', 'invalid-search', /expected a number/)
})

test('quantities take a unit, or a system and a code', () => {
  const range = { prefix: 'eq', value: 5.4, low: 5.35, high: 5.45 }
  assert.equal(clauseOf('Observation?value-quantity=5.4,5.4||mg,lt5.4|http://unitsofmeasure.org|mg'), {
    kind: 'quantity',
    param: 'value-quantity',
    values: [
      range,
      { ...range, code: 'mg' },
      {
        ...range,
        prefix: 'lt',
        system: 'http://unitsofmeasure.org',
        code: 'mg',
        canonical: { unit: 'g', value: 0.0054, low: 0.00535, high: 0.00545 },
      },
    ],
  })
  refused('Observation?value-quantity=5.4|mg', 'invalid-search', /number\|system\|code/)
  refused('Observation?value-quantity=mg', 'invalid-search', /expected a number/)
})

test('uris take :below and :above', () => {
  assert.equal(clauseOf('ValueSet?url:below=http://acme.org/fhir'), {
    kind: 'uri',
    param: 'url',
    modifier: 'below',
    values: ['http://acme.org/fhir'],
  })
})

test('composites have a clause for each component', () => {
  assert.equal(clauseOf('Observation?code-value-quantity=http://loinc.org|8480-6$gt140||mmHg'), {
    kind: 'composite',
    param: 'code-value-quantity',
    values: [
      [
        { kind: 'token', param: 'code', values: [{ system: 'http://loinc.org', code: '8480-6' }] },
        {
          kind: 'quantity',
          param: 'value-quantity',
          values: [{ prefix: 'gt', value: 140, low: 139.5, high: 140.5, code: 'mmHg' }],
        },
      ],
    ],
  })
  refused(
    'Observation?code-value-quantity=8480-6',
    'invalid-search',
    /expected code\$value-quantity, 2 parts/,
  )
})

test(':missing goes with every type', () => {
  for (const [type, code] of [
    ['Patient', 'gender'],
    ['Patient', 'family'],
    ['Patient', 'birthdate'],
    ['Observation', 'subject'],
    ['Observation', 'value-quantity'],
    ['Observation', 'code-value-quantity'],
    ['ValueSet', 'url'],
    ['RiskAssessment', 'probability'],
  ]) {
    assert.equal(clauseOf(`${type}?${code}:missing=true`), { kind: 'missing', param: code, missing: true })
  }
  refused('Patient?gender:missing=yes', 'invalid-search', /true or false/)
})

test('_id and _lastUpdated are clauses of their own', () => {
  assert.equal(clauseOf('Patient?_id=a,b'), { kind: 'id', ids: ['a', 'b'] })
  assert.equal(clauseOf('Patient?_lastUpdated=ge2024'), {
    kind: 'lastUpdated',
    values: [{ prefix: 'ge', low: Date.UTC(2024, 0), high: Date.UTC(2025, 0) }],
  })
  assert.equal(clauseOf('Patient?_lastUpdated:missing=true'), { kind: 'nothing' })
  refused('Patient?_id=Patient/1', 'invalid-search', /expected an id/)
  refused('Patient?_id:exact=1', 'invalid-search', /no modifier/)
})

test('_tag, _profile, _security and _source are parameters of every resource', () => {
  const kinds = read('Encounter?_tag=a|b&_security=c&_profile=http://p&_source=http://s').query.where
  assert.equal(
    kinds.map(({ kind }) => kind),
    ['token', 'token', 'uri', 'uri'],
  )
})

test('an empty value or alternative is refused: it would find everything', () => {
  refused('Patient?name=', 'invalid-search', /expected a value/)
  refused('Patient?name=a,,b', 'invalid-search', /has an empty one/)
  refused('Patient?name=%20', 'invalid-search', /expected a text/)
  refused('Patient?name=%CC%81', 'invalid-search', /expected a text/)
  refused('Patient?identifier=|', 'invalid-search', /expected code/)
})

test('a modifier that the type lacks is refused, with those it has', () => {
  const error = refused(
    'Patient?name:exct=a',
    'invalid-search',
    /exact, contains or missing.* Did you mean exact\?/,
    'lenient',
  )
  assert.equal(error.expression, ['Patient?name:exct'])
  refused('Patient?birthdate:exact=2000', 'invalid-search', /no modifier :exact/)
  refused('Observation?subject:Practitionr=1', 'invalid-search', /Group, Device, Patient|Patient/)
  refused('Observation?subject:Medication=1', 'invalid-search', /no modifier :Medication/)
})

test('what the server cannot do is refused as unsupported, with the reason', () => {
  refused(
    'Condition?_content=a',
    'unsupported-search',
    /fullText is 'text', and would have to be 'content'/,
    'lenient',
  )
  refused('Condition?_query=a', 'unsupported-search', /no named queries, found "a"/, 'lenient')
  refused('Condition?_list=$current-problems', 'unsupported-search', /functional lists/, 'lenient')
})

test('token modifiers that terminology resolves are let through', () => {
  for (const modifier of ['in', 'not-in']) {
    assert.equal(clauseOf(`Condition?code:${modifier}=http://vs|1,ValueSet/a`), {
      kind: 'token',
      param: 'code',
      modifier,
      values: [{ code: 'http://vs|1' }, { code: 'ValueSet/a' }],
    })
  }
  assert.equal(clauseOf('Condition?code:below=http://x|y'), {
    kind: 'token',
    param: 'code',
    modifier: 'below',
    values: [{ system: 'http://x', code: 'y' }],
  })
  refused('Condition?code:in=a', 'invalid-search', /URL of a value set, such as http:\/\/.*, found "a"/)
})

test('references take :below and :above, of canonical versions and of places in a hierarchy', () => {
  assert.equal(clauseOf('PlanDefinition?depends-on:below=http://x/Library/a|1.2,http://y'), {
    kind: 'reference',
    param: 'depends-on',
    modifier: 'below',
    values: [{ url: 'http://x/Library/a', version: '1.2' }, { url: 'http://y' }],
  })
  assert.equal(clauseOf('Encounter?location:above=1,Location/2'), {
    kind: 'reference',
    param: 'location',
    modifier: 'above',
    values: [
      { type: 'Location', id: '1' },
      { type: 'Location', id: '2' },
    ],
  })
})

test('a shared parameter points to what the element of its type may point to', () => {
  assert.equal(clauseOf('AllergyIntolerance?patient=1'), {
    kind: 'reference',
    param: 'patient',
    values: [{ type: 'Patient', id: '1' }],
  })
})

test('_list asks for members of stored lists', () => {
  assert.equal(clauseOf('Patient?_list=42,43'), {
    kind: 'has',
    type: 'List',
    param: 'item',
    where: [{ kind: 'id', ids: ['42', '43'] }],
  })
  refused('Patient?_list=List/42', 'invalid-search', /such as _list=42, found "List\/42"/)
})

test('near is a position and a distance in metres, 25 km unless said', () => {
  const near = (text: string) =>
    (clauseOf(`Location?near=${encodeURIComponent(text)}`) as { values: unknown }).values
  assert.equal(near('41.4|-2.1|5|km'), [{ latitude: 41.4, longitude: -2.1, distance: 5000 }])
  assert.equal(near('41.4|-2.1|5'), [{ latitude: 41.4, longitude: -2.1, distance: 5000 }])
  assert.equal(near('41.4|-2.1'), [{ latitude: 41.4, longitude: -2.1, distance: 25_000 }])
  assert.equal(near('0|0|2|[mi_i],1|1|300|m'), [
    { latitude: 0, longitude: 0, distance: 3218.688 },
    { latitude: 1, longitude: 1, distance: 300 },
  ])
  assert.equal((clauseOf('Encounter?location.near=0|0') as { kind: string }).kind, 'chain')
  refused(
    'Location?near=91|0',
    'invalid-search',
    /latitude from -90 to 90 .* such as 41.39\|2.16\|5\|km, found "91"/,
  )
  refused('Location?near=0|0|5|mi', 'invalid-search', /units m, km, .* found "mi"/)
  refused('Location?near=0|0|-5', 'invalid-search', /distance of at least 0/)
  refused('Location?near=0', 'invalid-search', /latitude\|longitude/)
  refused('Location?_sort=near', 'invalid-search', /has no order/)
})

test.run()
