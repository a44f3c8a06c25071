import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clauseOf, plain, read, refused } from './parse-support.js'

const test = suite('parseSearch: _filter')

const filtered = (type: string, filter: string) => clauseOf(`${type}?_filter=${encodeURIComponent(filter)}`)
const asked = (url: string) => plain(read(url).query.where[0])
const rejects = (filter: string, message: RegExp, code = 'invalid-search', type = 'Patient') =>
  refused(`${type}?_filter=${encodeURIComponent(filter)}`, code, message, 'lenient')

const string = (param: string, modifier: string | undefined, value: string) => ({
  kind: 'string',
  param,
  ...(modifier === undefined ? {} : { modifier }),
  values: [value],
})

test('the examples of the specification are understood', () => {
  assert.equal(filtered('Patient', 'name co "pet"'), string('name', 'contains', 'pet'))
  assert.equal(filtered('Patient', 'given eq "peter" and birthdate ge 2014-10-10'), {
    kind: 'and',
    clauses: [string('given', 'equals', 'peter'), asked('Patient?birthdate=ge2014-10-10')],
  })
  assert.equal(
    filtered('Observation', 'code eq http://loinc.org|1234-5'),
    asked('Observation?code=http://loinc.org|1234-5'),
  )
  assert.equal(filtered('Observation', 'subject:Patient.name co "pet"'), {
    kind: 'chain',
    param: 'subject',
    targets: [{ type: 'Patient', where: [string('name', 'contains', 'pet')] }],
  })
})

test('and and or have no precedence: they are read from left to right', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((value) => string('family', 'equals', value))
  assert.equal(filtered('Patient', 'family eq a and family eq b or family eq c'), {
    kind: 'or',
    clauses: [{ kind: 'and', clauses: [a, b] }, c],
  })
  assert.equal(filtered('Patient', 'family eq a or family eq b and family eq c'), {
    kind: 'and',
    clauses: [{ kind: 'or', clauses: [a, b] }, c],
  })
  assert.equal(filtered('Patient', 'family eq a or (family eq b and family eq c)'), {
    kind: 'or',
    clauses: [a, { kind: 'and', clauses: [b, c] }],
  })
  assert.equal(filtered('Patient', 'not (family eq a) AND family eq b'), {
    kind: 'and',
    clauses: [{ kind: 'not', clauses: [a] }, b],
  })
  assert.equal(filtered('Patient', '(family eq a or family eq b) or family eq c'), {
    kind: 'or',
    clauses: [{ kind: 'or', clauses: [a, b] }, c],
  })
})

test('each type has its operators', () => {
  assert.equal(filtered('Patient', 'family sw "a, b"'), string('family', undefined, 'a, b'))
  assert.equal(filtered('Patient', 'family ew "\\"\\u00e9|$"'), string('family', 'ends', '"é|$'))
  assert.equal(filtered('Patient', 'birthdate pr true'), {
    kind: 'missing',
    param: 'birthdate',
    missing: false,
  })
  assert.equal(filtered('Patient', 'birthdate pr false'), {
    kind: 'missing',
    param: 'birthdate',
    missing: true,
  })
  for (const prefix of ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']) {
    assert.equal(
      filtered('Observation', `date ${prefix} 2024-02`),
      asked(`Observation?date=${prefix}2024-02`),
    )
    assert.equal(
      filtered('Observation', `value-quantity ${prefix} "5.4||mg"`),
      asked(`Observation?value-quantity=${prefix}5.4||mg`),
    )
    assert.equal(
      filtered('RiskAssessment', `probability ${prefix} 0.8`),
      asked(`RiskAssessment?probability=${prefix}0.8`),
    )
  }
  assert.equal(filtered('Encounter', 'date po 2024-02'), {
    kind: 'date',
    param: 'date',
    values: [{ prefix: 'ap', low: Date.UTC(2024, 1), high: Date.UTC(2024, 2) }],
  })
  assert.equal(filtered('Condition', 'code sb http://x|y'), asked('Condition?code:above=http://x|y'))
  assert.equal(filtered('Condition', 'code ss http://x|y'), asked('Condition?code:below=http://x|y'))
  assert.equal(filtered('Condition', 'code in http://vs'), asked('Condition?code:in=http://vs'))
  assert.equal(filtered('Observation', 'subject re Patient/4'), asked('Observation?subject=Patient/4'))
  assert.equal(filtered('Patient', '_id eq a'), { kind: 'id', ids: ['a'] })
  assert.equal(filtered('Patient', '_lastUpdated gt 2024'), asked('Patient?_lastUpdated=gt2024'))
  assert.equal(
    filtered('Observation', 'code-value-quantity eq 8480-6$gt140'),
    asked('Observation?code-value-quantity=8480-6$gt140'),
  )
})

test('ne asks for what has a value, and none that is equal', () => {
  assert.equal(filtered('Patient', 'gender ne male'), {
    kind: 'and',
    clauses: [
      { kind: 'missing', param: 'gender', missing: false },
      { kind: 'not', clauses: [asked('Patient?gender=male')] },
    ],
  })
})

test('a filter in brackets holds of the same target as the rest of the path', () => {
  assert.equal(filtered('Observation', 'patient[gender eq male and active eq true].name sw "a"'), {
    kind: 'chain',
    param: 'patient',
    targets: [
      {
        type: 'Patient',
        where: [
          { kind: 'and', clauses: [asked('Patient?gender=male'), asked('Patient?active=true')] },
          string('name', undefined, 'a'),
        ],
      },
    ],
  })
  rejects(
    'component-code[status eq final].status eq final',
    /what a reference leads to, and component-code is a token/,
    'unsupported-search',
    'Observation',
  )
})

test('_filter goes with other parameters, and into chains and _has', () => {
  assert.equal(plain(read('Patient?gender=male&_filter=name co a&_filter=name co b').query.where), [
    asked('Patient?gender=male'),
    string('name', 'contains', 'a'),
    string('name', 'contains', 'b'),
  ])
  assert.equal(clauseOf('Patient?_has:Observation:patient:_filter=status eq final'), {
    kind: 'has',
    type: 'Observation',
    param: 'patient',
    where: [asked('Observation?status=final')],
  })
})

test('what cannot be read is refused with its place and an example', () => {
  rejects(
    'name',
    /at character 5 expected a space and an operator .*found its end.* A filter looks like given eq/,
  )
  rejects('name cö "a"', /at character 6 expected an operator/)
  rejects('name con "a"', /at character 6 .* Did you mean co\?/)
  rejects('name co', /at character 8 expected a space and a value/)
  rejects('name co "a', /at character 9 expected a text in double quotes/)
  rejects('name co "\\q"', /at character 9 expected a text in double quotes/)
  rejects('name co "a" name co "b"', /at character 13 expected and, or or the end, found "name co "b""/)
  rejects('(name co a', /at character 11 expected and, or or \)/)
  rejects('name co a)', /at character 10 expected and, or or the end/)
  rejects('and', /./)
  rejects(' ', /expected the name of a search parameter/)
  rejects(`${'('.repeat(60)}name co a`, /more than 50/, 'too-costly')
  rejects(Array(1001).fill('name co a').join(' or '), /too many comparisons/, 'too-costly')
})

test('what cannot be decided is refused with what can', () => {
  rejects(
    'gender eq male and gender co "a"',
    /at character 20, gender: gender is a token parameter, which takes eq, ne.*found co/,
    'unsupported-search',
  )
  rejects('birthdate gt soon', /at character 1, birthdate: expected a date such as .* found "gtsoon"/)
  rejects('birthdate eq ge2020', /expected a date/)
  rejects('nme co "a"', /nme is not a search parameter of Patient. Did you mean name\?/)
  rejects('patient.nme co "a"', /Did you mean name\?/, 'invalid-search', 'Observation')
  rejects('_text eq a', /cannot be used in a filter/, 'unsupported-search')
  rejects('organization:Organization eq a', /needs a name after it/)
  rejects(
    'part-of.part-of.part-of.part-of.part-of.part-of.status eq a',
    /more than 5 references/,
    'too-costly',
    'Encounter',
  )
})

test.run()
