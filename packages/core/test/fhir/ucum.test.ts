import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { canonicalUnit, ucumSystem } from '../../src/fhir/ucum.js'
import { extractSearchValues } from '../../src/search/extract.js'
import { matchesValues, type ValueClause } from '../../src/search/match-values.js'
import { parseSearch } from '../../src/search/parse.js'

const test = suite('canonicalUnit')

/** An amount as `[amount, unit]`, in base units. */
function inBase(value: number, code: string): [number, string] | undefined {
  const unit = canonicalUnit(code)
  return unit && [unit.toBase(value), unit.unit]
}

const equalAmounts: [number, string, number, string][] = [
  [5.4, 'mg', 0.0054, 'g'],
  [5.4, 'mg/dL', 54, 'mg/L'],
  [5.4, 'mg/dL', 0.054, 'kg/m3'],
  [7.2, '10*3/uL', 7.2, '10*9/L'],
  [7.2, '10*3/uL', 7200, '/uL'],
  [120, 'mm[Hg]', 15.99864, 'kPa'],
  [37, 'Cel', 98.6, '[degF]'],
  [37, 'Cel', 310.15, 'K'],
  [212, '[degF]', 100, 'Cel'],
  [60, '/min', 1, '/s'],
  [60, '{beats}/min', 60, '/min'],
  [5, '%', 0.05, '1'],
  [5, '%', 50, 'mg/g'],
  [3, '{score}', 3, '1'],
  [154.3, '[lb_av]', 69989.302691, 'g'],
  [70, 'kg', 70000, 'g'],
  [180, 'cm', 1.8, 'm'],
  [24.5, 'kg/m2', 2.45, 'g/cm2'],
  [90, 'mL/min/{1.73_m2}', 90, 'mL/min'],
  [140, 'mmol/L', 0.14, 'mol/L'],
  [140, 'meq/L', 140, 'mmol/L'],
  [1, '[iU]/mL', 1, 'k[iU]/L'],
  [1, 'm[IU]/mL', 1, '[iU]/L'],
  [35, 'U/L', 0.035, 'kU/L'],
  [1, 'a', 365.25, 'd'],
]

test('equal amounts in different units are equal', () => {
  for (const [value, code, other, otherCode] of equalAmounts) {
    assert.equal(inBase(value, code), inBase(other, otherCode), `${value} ${code} is ${other} ${otherCode}`)
  }
})

test('units of different kinds have different base units', () => {
  const kinds = [
    'g',
    'm',
    'g/L',
    'mol/L',
    'K',
    's',
    '/s',
    '1',
    '[iU]',
    '[iU]/L',
    "[arb'U]",
    '[CFU]',
    '[pH]',
    'dB',
  ]
  assert.is(new Set(kinds.map((code) => canonicalUnit(code)?.unit)).size, kinds.length)
})

test('a logarithmic unit keeps its scale, on which more is more', () => {
  assert.equal(inBase(7.35, '[pH]'), [7.35, '[pH]'])
  assert.equal(inBase(60, 'dB'), [60, 'dB'])
})

test('two arbitrary units in one code compare with the same code only', () => {
  assert.equal(inBase(2, '[iU]/[CFU]'), [2, '[iU]/[CFU]'])
})

test('units that the library defines wrongly compare with themselves only', () => {
  for (const code of ['[diop]', '[mesh_i]', '[degRe]', 'Oe', 'Gb', 'Bd'])
    assert.is(canonicalUnit(code)?.unit, code)
})

test('what is no UCUM code is undefined', () => {
  const invalid = [
    'mmHg',
    'mm Hg',
    'lbs',
    'IU/L',
    'BPM',
    'gram',
    'mg ',
    ' mg',
    '',
    'mg/',
    'mg//dL',
    '{a',
    '2mg',
    'µg',
  ]
  const hostile = [
    'toString',
    'constructor',
    '__proto__',
    '('.repeat(90),
    'm.'.repeat(5000),
    '10*400',
    '10*-400',
  ]
  for (const code of [...invalid, ...hostile]) assert.is(canonicalUnit(code), undefined, code.slice(0, 20))
})

test('open ends stay open', () => {
  for (const code of ['mg', 'Cel', '[iU]/L', '[pH]']) {
    assert.is(canonicalUnit(code)?.toBase(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
    assert.is(canonicalUnit(code)?.toBase(Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY)
  }
})

test('the order of amounts is that of their base units, and nothing throws or writes to the console, whatever the code', () => {
  const pieces = [
    'm',
    'g',
    'k',
    'L',
    '/',
    '.',
    '2',
    '-1',
    '{x}',
    '[iU]',
    'Cel',
    '[degF]',
    '[pH]',
    'cd',
    '10*',
    '(',
    ')',
    'mol',
    '[lb_av]',
    '{',
    '[',
    'U',
  ]
  const code = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(''))
  const amount = fc.double({ noNaN: true, min: -1e12, max: 1e12 })
  const log = console.log
  const written: unknown[] = []
  console.log = (...texts) => written.push(texts)
  try {
    fc.assert(
      fc.property(code, amount, amount, (code, a, b) => {
        const unit = canonicalUnit(code)
        if (unit === undefined) return true
        const [low, high] = a <= b ? [a, b] : [b, a]
        return unit.toBase(low) <= unit.toBase(high)
      }),
      { numRuns: 2000 },
    )
  } finally {
    console.log = log
  }
  assert.equal(written, [])
})

// Search

function finds(searched: string, valueQuantity: object): boolean {
  const { query } = parseSearch(
    { types: ['Observation'], parameters: [['value-quantity', searched]], handling: 'strict' },
    { definitions: r4, baseUrl: '' },
  )
  const values = extractSearchValues({ resourceType: 'Observation', valueQuantity })
  return matchesValues(
    query.where[0] as ValueClause,
    values.filter(({ param }) => param === 'value-quantity'),
  )
}

const ucum = (value: number, code: string) => ({ value, system: ucumSystem, code })

test('a quantity in UCUM is found in whatever unit it was written', () => {
  assert.ok(finds(`5.4|${ucumSystem}|mg`, ucum(0.0054, 'g')))
  assert.ok(finds(`5.4|${ucumSystem}|mg`, ucum(5400, 'ug')))
  assert.not(finds(`5.4|${ucumSystem}|mg`, ucum(5.4, 'g')))
  assert.not(finds(`5.4|${ucumSystem}|mg`, ucum(0.0054, 'L')))
  assert.ok(finds(`37.0|${ucumSystem}|Cel`, ucum(98.6, '[degF]')))
})

test('implicit precision is that of the number as written', () => {
  assert.ok(finds(`5.4|${ucumSystem}|mg`, ucum(0.00535, 'g')))
  assert.not(finds(`5.4|${ucumSystem}|mg`, ucum(0.00545, 'g')))
  assert.not(finds(`5.40|${ucumSystem}|mg`, ucum(0.00535, 'g')))
})

test('prefixes compare across units', () => {
  assert.ok(finds(`gt5.4|${ucumSystem}|mg`, ucum(0.0055, 'g')))
  assert.not(finds(`gt5.4|${ucumSystem}|mg`, ucum(0.0054, 'g')))
  assert.ok(finds(`ge5.4|${ucumSystem}|mg`, ucum(0.0054, 'g')))
  assert.ok(finds(`lt38|${ucumSystem}|Cel`, ucum(98.6, '[degF]')))
  assert.ok(finds(`ap100|${ucumSystem}|mg`, ucum(0.109, 'g')))
  assert.ok(finds(`lt7.4|${ucumSystem}|[pH]`, ucum(7.3, '[pH]')))
  assert.ok(finds(`le1|${ucumSystem}|mg`, { ...ucum(0.0005, 'g'), comparator: '<' }))
})

test('a code that is no UCUM code is compared as it is written', () => {
  assert.ok(finds(`120|${ucumSystem}|mmHg`, ucum(120, 'mmHg')))
  assert.not(finds(`120|${ucumSystem}|mmHg`, ucum(120, 'mm[Hg]')))
  assert.ok(finds('5.4|urn:units|mg', { value: 5.4, system: 'urn:units', code: 'mg' }))
  assert.not(finds('5.4|urn:units|mg', { value: 0.0054, system: 'urn:units', code: 'g' }))
})

test('without a system the number is compared as it is written', () => {
  assert.ok(finds('5.4||mg', ucum(5.4, 'mg')))
  assert.not(finds('5.4||mg', ucum(0.0054, 'g')))
  assert.ok(finds('5.4', ucum(5.4, 'g')))
})

test.run()
