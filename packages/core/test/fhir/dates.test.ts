import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDateRange } from '../../src/fhir/dates.js'

const test = suite('parseDateRange')
const at = (iso: string) => Date.parse(iso)

const spans: readonly (readonly [text: string, low: string, high: string])[] = [
  ['2013', '2013-01-01T00:00:00Z', '2014-01-01T00:00:00Z'],
  ['2013-01', '2013-01-01T00:00:00Z', '2013-02-01T00:00:00Z'],
  ['2013-12', '2013-12-01T00:00:00Z', '2014-01-01T00:00:00Z'],
  ['2013-01-14', '2013-01-14T00:00:00Z', '2013-01-15T00:00:00Z'],
  ['2012-02-29', '2012-02-29T00:00:00Z', '2012-03-01T00:00:00Z'],
  ['2013-01-14T10:00', '2013-01-14T10:00:00Z', '2013-01-14T10:01:00Z'],
  ['2013-01-14T10:00:05Z', '2013-01-14T10:00:05Z', '2013-01-14T10:00:06Z'],
  ['2013-01-14T10:00:05.5Z', '2013-01-14T10:00:05.500Z', '2013-01-14T10:00:05.600Z'],
  ['2013-01-14T10:00:05.123Z', '2013-01-14T10:00:05.123Z', '2013-01-14T10:00:05.124Z'],
  ['2013-01-14T10:00:05.123456Z', '2013-01-14T10:00:05.123Z', '2013-01-14T10:00:05.124Z'],
  ['2013-01-14T10:00:05+02:00', '2013-01-14T08:00:05Z', '2013-01-14T08:00:06Z'],
  ['2013-01-14T23:30:00-05:30', '2013-01-15T05:00:00Z', '2013-01-15T05:00:01Z'],
  ['2015-06-30T23:59:60Z', '2015-06-30T23:59:59Z', '2015-07-01T00:00:00Z'],
]

for (const [text, low, high] of spans) {
  test(`${text} stands for the span of its precision`, () => {
    assert.equal(parseDateRange(text), { low: at(low), high: at(high) })
  })
}

test('a year below 100 is that year', () => {
  assert.equal(parseDateRange('0050')?.low, at('0050-01-01T00:00:00Z'))
})

test('what is no date, or names a day or time that does not exist, is refused', () => {
  const wrong = [
    ...[
      '',
      '13',
      '2013-1',
      '2013-13',
      '2013-00',
      '2013-02-30',
      '2013-02-29',
      '2013-01-00',
      '2013-01-32',
      '0000',
    ],
    ...['2013-01-14T', '2013-01-14T10', '2013-01-14T24:00', '2013-01-14T10:60', '2013-01-14T10:00:61'],
    ...[
      '2013-01-14T10:00+15:00',
      '2013-01-14T10:00+02:60',
      '2013-01-14T10:00:05.Z',
      ' 2013',
      '2013\n',
      'today',
    ],
  ]
  assert.equal(
    wrong.filter((text) => parseDateRange(text) !== undefined),
    [],
  )
})

test('an instant lies in the span of every shorter way to write it', () => {
  const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(dates, (date) => {
      const iso = date.toISOString()
      for (const length of [4, 7, 10, 16, 19, 21, 23]) {
        const text = length > 10 ? `${iso.slice(0, length)}Z` : iso.slice(0, length)
        const range = parseDateRange(text)
        assert.ok(range && range.low <= date.getTime() && date.getTime() < range.high, text)
      }
    }),
  )
})

test.run()
