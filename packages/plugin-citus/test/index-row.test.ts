import type { SearchValue } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hash64 } from '../src/hash64.js'
import { toIndexRow } from '../src/index-row.js'
import { indexedLength, stringKey } from '../src/normal-text.js'

const test = suite('index row')
const token = (param: string, code: string, system?: string): SearchValue => ({
  param,
  type: 'token',
  code,
  ...(system === undefined ? {} : { system }),
})

test('LOINC is promoted before local codes, which become rows of their own', () => {
  const row = toIndexRow('Observation', [
    token('code', 'HR', 'urn:local'),
    token('code', '8867-4', 'http://loinc.org'),
    token('code', 'plain'),
  ])
  assert.is(row.code, hash64('Observation.code=8867-4'))
  assert.is(row.codeFull, hash64('Observation.code|http://loinc.org|8867-4'))
  assert.equal(
    row.codes.map(({ code, first }) => [code, first]),
    [
      [hash64('Observation.code=HR'), true],
      [hash64('Observation.code=plain'), true],
    ],
  )
})

test('of codings with the same code in different systems, one is first', () => {
  const { code, codes } = toIndexRow('Observation', [
    token('code', 'x', 'http://loinc.org'),
    token('code', 'x', 'urn:a'),
    token('code', 'y', 'urn:a'),
    token('code', 'y', 'urn:b'),
    token('code', 'y', 'urn:b'),
  ])
  assert.is(code, hash64('Observation.code=x'))
  assert.equal(
    codes.map(({ first }) => first),
    [false, true, false],
  )
})

test('a token is found by code, by system and code, by system, and by presence', () => {
  const { tokens } = toIndexRow('Patient', [token('identifier', '1', 'urn:mrn'), token('identifier', '2')])
  assert.equal(
    new Set(tokens),
    new Set(
      [
        'Patient.identifier?',
        'Patient.identifier=1',
        'Patient.identifier|urn:mrn|1',
        'Patient.identifier^urn:mrn',
        'Patient.identifier=2',
        'Patient.identifier||2',
        'Patient.identifier^',
      ].map(hash64),
    ),
  )
})

test('a code with a bar is not taken for a system and a code', () => {
  const [barred] = [toIndexRow('Patient', [token('identifier', 'a|b')])]
  assert.not.ok(barred.tokens.includes(hash64('Patient.identifier|a|b')))
})

test('the promoted date and quantity need no side rows, the others do', () => {
  const row = toIndexRow('Observation', [
    { param: 'date', type: 'date', low: 1, high: 2 },
    { param: 'value-date', type: 'date', low: 3, high: 4 },
    { param: 'value-quantity', type: 'quantity', value: 5, low: 5, high: 5, code: 'mg' },
    { param: 'component-value-quantity', type: 'quantity', value: 6, low: 6, high: 6 },
  ])
  assert.equal([row.date, row.dateEnd, row.quantity], [1, 2, 5])
  assert.equal(
    row.dates.map(({ low }) => low),
    [3],
  )
  assert.equal(
    row.quantities.map(({ low }) => low),
    [6],
  )
})

test('parameters that are unions of others store nothing', () => {
  const row = toIndexRow('Observation', [
    token('combo-code', 'x'),
    { param: 'combo-value-quantity', type: 'quantity', value: 1, low: 1, high: 1 },
  ])
  assert.equal([row.tokens, row.quantities, row.quantity], [[], [], null])
})

test('a quantity is stored as written and in base units, each with the forms of its unit', () => {
  const { quantity, canonical, units } = toIndexRow('Observation', [
    {
      param: 'value-quantity',
      type: 'quantity',
      value: 2,
      low: 2,
      high: 2,
      system: 'http://unitsofmeasure.org',
      code: 'mg',
      unit: 'Milligramm',
      canonical: { unit: 'g', low: 0.002, high: 0.002 },
    },
  ])
  assert.equal([quantity, canonical], [2, 0.002])
  const forms = [
    'unit=mg',
    'unit=Milligramm',
    'unit|http://unitsofmeasure.org|mg',
    'unit^http://unitsofmeasure.org',
    'unit~g',
  ]
  assert.equal(new Set(units), new Set(forms.map(hash64)))
})

test('a composite of components has a row per combination of ranges, and leads there by its first hashed component', () => {
  const quantity = (value: number): SearchValue => ({
    param: 'q',
    type: 'quantity',
    value,
    low: value,
    high: value,
  })
  const { composites, tokens } = toIndexRow('Observation', [
    {
      param: 'component-code-value-quantity',
      type: 'composite',
      components: [
        [token('code', 'a'), token('code', 'b')],
        [quantity(1), quantity(2)],
      ],
    },
  ])
  assert.equal(
    composites.map(({ ranges }) => ranges.map(({ low }) => low)),
    [
      [Number.NaN, 1],
      [Number.NaN, 2],
    ],
  )
  const leading = hash64('Observation.component-code-value-quantity$0=b')
  assert.ok(tokens.includes(leading))
  assert.ok(composites.every((row) => row.tokens.includes(leading)))
})

test('a composite of the whole resource stores no more than that it is there', () => {
  const { composites, tokens } = toIndexRow('Observation', [
    {
      param: 'code-value-concept',
      type: 'composite',
      components: [[token('code', 'a')], [token('value-concept', 'b')]],
    },
  ])
  assert.equal(composites, [])
  assert.equal(tokens, [hash64('Observation.code-value-concept?')])
})

test('words are hashed apart from tokens, and texts of tokens are listed for the dictionary', () => {
  const row = toIndexRow('Observation', [
    { param: '_text', type: 'words', words: ['uno', 'dos'] },
    { param: 'code', type: 'token', code: 'x', text: 'Presión ARTERIAL' },
    { param: 'code', type: 'token', code: 'y', text: 'presion arterial' },
  ])
  assert.equal(row.words, [hash64('Observation._text=uno'), hash64('Observation._text=dos')])
  const hash = hash64('Observation.code:text=presion arterial')
  assert.equal(row.texts, [{ param: hash64('Observation.code'), value: 'presion arterial', hash }])
  assert.ok(row.tokens.includes(hash))
  assert.not.ok(row.tokens.includes(hash64('Observation._text?')))
})

test('a canonical reference is found by each version that it is below', () => {
  const { tokens } = toIndexRow('Observation', [
    { param: 'x', type: 'reference', url: 'http://a', urlVersion: '1.2.3' },
    { param: 'x', type: 'reference', url: 'http://b' },
  ])
  const forms = [
    'Observation.x?',
    'Observation.x=http://a',
    'Observation.x=http://a|1.2.3',
    'Observation.x~http://a|1',
    'Observation.x~http://a|1.2',
    'Observation.x~http://a|1.2.3',
    'Observation.x=http://b',
    'Observation.x~http://b',
  ]
  assert.equal(new Set(tokens), new Set(forms.map(hash64)))
})

test('strings are stored once, normalised and cut to a length that an index can hold', () => {
  const long = 'é'.repeat(5000)
  const { strings } = toIndexRow('Patient', [
    { param: 'family', type: 'string', value: 'Núñez' },
    { param: 'family', type: 'string', value: 'Núñez' },
    { param: 'family', type: 'string', value: long },
  ])
  assert.equal(
    strings.map(({ value }) => value),
    ['nunez', 'e'.repeat(indexedLength)],
  )
  assert.is(stringKey('a\0b'), 'ab')
})

test.run()
