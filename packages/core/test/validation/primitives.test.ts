import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as primitives from '../../src/validation/primitives.js'

const test = suite('primitives')

type Check = keyof typeof primitives
const checks: Readonly<Record<Check, (value: unknown) => boolean>> = { ...primitives }

/** Per check: values that are of the type, and values that are not. */
const examples: Readonly<Record<Check, readonly [valid: readonly unknown[], invalid: readonly unknown[]]>> = {
  isBoolean: [
    [true, false],
    ['true', 0, 1, null],
  ],
  isString: [
    ['a', ' ', 'a\u00a0b', 'línea\r\n\ttab', '<b>', '😀', '\u0001'],
    ['', 'a\u0000', 'a\u000b', 'a\f', 1, null, ['a'], {}],
  ],
  isMarkdown: [['# a\n* b'], ['', 1]],
  isXhtml: [['<div xmlns="http://www.w3.org/1999/xhtml"/>'], ['', {}]],
  isId: [
    ['a', 'A-1.b', 'x'.repeat(64)],
    ['', 'x'.repeat(65), 'a_b', 'a b', 'á', 'a\n', 1],
  ],
  isCode: [
    ['a', 'a b', 'a-b/c', '>='],
    ['', ' a', 'a ', 'a  b', 'a\n', 1],
  ],
  isUri: [
    ['urn:a', 'a', 'http://example.org/á?b=c#d', '|'],
    ['', 'a b', 'a\n', '\t', 1],
  ],
  isUrl: [['http://example.org'], ['a b', '']],
  isCanonical: [['http://example.org/a|1.0#b'], ['a b', '']],
  isOid: [
    ['urn:oid:1.2.3', 'urn:oid:2.16.0.840', 'urn:oid:0.0'],
    [
      'urn:oid:1',
      'urn:oid:3.1',
      'urn:oid:1.02',
      'urn:oid:1..2',
      'urn:oid:1.2.',
      'urn:oid:1.a',
      '1.2.3',
      'urn:oid:1.2\n',
      1,
    ],
  ],
  isUuid: [
    ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    [
      'c757873d-ec9a-4326-a141-556f43239520',
      'urn:uuid:C757873D-EC9A-4326-A141-556F43239520',
      'urn:uuid:1',
      1,
    ],
  ],
  isDate: [
    ['2024', '2024-02', '2024-02-29', '2000-02-29', '0001-12-31', '9999-04-30'],
    [
      '0000',
      '24',
      '2024-13',
      '2024-00',
      '2024-02-30',
      '2023-02-29',
      '1900-02-29',
      '2024-04-31',
      '2024-01-32',
      '2024-1-1',
      '2024-01-01T00:00:00Z',
      '2024-01-01\n',
      2024,
      '',
    ],
  ],
  isDateTime: [
    [
      '2024',
      '2024-02',
      '2024-02-29',
      '2024-02-29T00:00:00Z',
      '2024-06-30T23:59:60.123456789+14:00',
      '2024-02-29T14:30:00-05:30',
    ],
    [
      '2024-02-29T14:30',
      '2024-02-29T14:30Z',
      '2024-02-29T14:30:00',
      '2024-02-30T14:30:00Z',
      '2024-02-29T24:00:00Z',
      '2024-02-29T14:60:00Z',
      '2024-02-29T14:30:00+15:00',
      '2024-02-29 14:30:00Z',
      '2024-02-29T14:30:00.Z',
      '',
    ],
  ],
  isInstant: [
    ['2024-02-29T14:30:00Z', '2024-02-29T14:30:00.1+01:00'],
    ['2024', '2024-02-29', '2024-02-29T14:30:00', '2023-02-29T14:30:00Z', 0],
  ],
  isTime: [
    ['00:00:00', '23:59:60', '14:30:00.5'],
    ['24:00:00', '14:30', '14:30:00Z', '4:30:00', ''],
  ],
  isBase64Binary: [
    ['AAEC', 'AAE=', 'AA==', 'AA\n EC', '  AAEC\r\n'],
    ['', ' ', 'AAE', 'A===', '=AAA', 'AA=A', 'AA_-', 'A', 1],
  ],
  isDecimal: [
    [0, -1.5, 1e-9, 1e300],
    ['1', Number.NaN, Number.POSITIVE_INFINITY, null, {}, [1]],
  ],
  isInteger: [
    [0, -2_147_483_648, 2_147_483_647],
    [1.5, 2_147_483_648, -2_147_483_649, '1', null],
  ],
  isUnsignedInt: [
    [0, 2_147_483_647],
    [-1, 0.5, 2_147_483_648],
  ],
  isPositiveInt: [
    [1, 2_147_483_647],
    [0, -1, 2_147_483_648],
  ],
}

for (const [check, [valid, invalid]] of Object.entries(examples) as [Check, (typeof examples)[Check]][]) {
  test(`${check} tells what is of the type`, () => {
    for (const value of valid) assert.is(checks[check](value), true, JSON.stringify(value))
    for (const value of invalid) assert.is(checks[check](value), false, JSON.stringify(value))
  })
}

test('an integer that keeps its digits is written without fraction and exponent', () => {
  const lossless = (value: string) => ({ isLosslessNumber: true, toString: () => value })
  assert.ok(primitives.isInteger(lossless('-12')))
  assert.ok(primitives.isDecimal(lossless('1.50')))
  assert.not.ok(primitives.isInteger(lossless('1.0')))
  assert.not.ok(primitives.isInteger(lossless('1e2')))
  assert.not.ok(primitives.isDecimal(lossless('1e400')))
})

/** The regular expressions of R4's StructureDefinitions, for the types whose checks are written in another way. */
const published: Partial<Readonly<Record<Check, RegExp>>> = {
  isCode: /^[^\s]+(\s[^\s]+)*$/,
  isOid: /^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/,
  isTime: /^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?$/,
  isInstant:
    /^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))$/,
}

test('agrees with the published regular expressions', () => {
  for (const [check, pattern] of Object.entries(published) as [Check, RegExp][]) {
    const alphabet =
      check === 'isCode' ? ['a', ' ', '\n'] : ['0', '1', '2', '6', '.', ':', 'urn:oid:', '-', 'T', 'Z', '+']
    const text = fc.oneof(
      fc.stringMatching(pattern),
      fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((parts) => parts.join('')),
      // One character taken out of a valid value.
      fc.tuple(fc.stringMatching(pattern), fc.nat()).map(([value, at]) => {
        const index = at % value.length
        return value.slice(0, index) + value.slice(index + 1)
      }),
    )
    fc.assert(
      fc.property(text, (value) => {
        assert.is(checks[check](value), pattern.test(value), `${check}(${JSON.stringify(value)})`)
      }),
    )
  }
})

test('a date is valid exactly when the calendar has it', () => {
  const number = (least: number, most: number, width: number) =>
    fc.integer({ min: least, max: most }).map((value) => String(value).padStart(width, '0'))
  fc.assert(
    fc.property(number(1, 9999, 4), number(0, 13, 2), number(0, 32, 2), (year, month, day) => {
      const text = `${year}-${month}-${day}`
      const date = new Date(`${text}T00:00:00Z`)
      assert.is(primitives.isDate(text), !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text))
    }),
    { numRuns: 1000 },
  )
})

test.run()
