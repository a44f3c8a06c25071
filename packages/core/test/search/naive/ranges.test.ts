import { suite } from 'uvu'
import { compare, each, encoded, pairs, prefixes } from './pairs.js'
import { comparators, decimals, times, ucumSystem, ucumUnits } from './resource-arbitraries.js'

const test = suite('a naive reading of the specification, every range under every prefix')

const absent = undefined

const writtenNumbers = [
  ...decimals.map(String),
  '5.40',
  '5.0',
  '1e2',
  '1.0e2',
  '1e0',
  '85e-2',
  '-0.5',
  '+5',
  '05',
]

test('numbers and ranges of numbers under every prefix', async () => {
  const points = decimals.map((probabilityDecimal) => ({ prediction: [{ probabilityDecimal }] }))
  const ranges = pairs(decimals, [absent, ...decimals])
    .filter(([low, high]) => high === absent || low <= high)
    .flatMap(([low, high]) => [
      {
        prediction: [
          {
            probabilityRange: { low: { value: low }, ...(high === absent ? {} : { high: { value: high } }) },
          },
        ],
      },
      ...(high === absent ? [{ prediction: [{ probabilityRange: { high: { value: low } } }] }] : []),
    ])
  const written = pairs(prefixes, writtenNumbers).map((parts) => parts.join(''))
  await compare(
    each('RiskAssessment', [...points, ...ranges]),
    'RiskAssessment',
    encoded('probability', written),
  )
})

test('quantities with every comparator under every prefix, in every unit', async () => {
  const units = [{}, { unit: 'mg' }, ...ucumUnits.map((code) => ({ system: ucumSystem, code }))]
  const quantities = pairs(
    pairs([-1, 0, 0.85, 5, 850, 0.005, 0.07, 5000], [absent, ...comparators]),
    units,
  ).map(([[value, comparator], unit]) => ({
    value,
    ...(comparator === absent ? {} : { comparator }),
    ...unit,
  }))
  const resources = each(
    'Observation',
    quantities.map((valueQuantity) => ({ valueQuantity })),
  )
  const asked = ['', '||mg', '||kg', `|${ucumSystem}|mg`, `|${ucumSystem}|g`, `|${ucumSystem}|cm`]
  const written = pairs(
    pairs(prefixes, ['-1', '0', '0.85', '5', '5.0', '850', '0.005', '0.00007', '5e3']),
    asked,
  )
  await compare(resources, 'Observation', [
    ...encoded(
      'value-quantity',
      written.map(([number, unit]) => `${number.join('')}${unit}`),
    ),
    '_sort=value-quantity',
    '_sort=-value-quantity',
  ])
})

test('sampled data under every prefix, by its least and its greatest sample', async () => {
  const data = ['0.5 E', '3', '-1 U 2.5', 'L E', '1 2 3 4 5 6 7', '10 -0.1']
  const sampled = pairs(pairs([-1, 0, 0.1, 0.3, 0.8, 5.4], [absent, 0.1, 0.3, 2]), data).map(
    ([[value, factor], each]) => ({
      origin: { value, unit: 'mg' },
      period: 10,
      ...(factor === absent ? {} : { factor }),
      dimensions: 1,
      data: each,
    }),
  )
  const resources = each(
    'Observation',
    sampled.map((valueSampledData) => ({ valueSampledData })),
  )
  const written = pairs(prefixes, [
    '0.85',
    '0.3',
    '0.09',
    '1.1',
    '6',
    '0.60',
    '5.41',
    '-0.93||mg',
    '0',
    '7||mg',
  ])
  await compare(resources, 'Observation', [
    ...['value-quantity', 'combo-value-quantity'].flatMap((name) =>
      encoded(
        name,
        written.map((parts) => parts.join('')),
      ),
    ),
    '_sort=value-quantity',
    '_sort=-value-quantity',
  ])
})

test('dates, periods and timings under every prefix', async () => {
  const periods = pairs([absent, ...times], [absent, ...times.filter((_, index) => index % 2 === 0)]).flatMap(
    ([start, end]) =>
      start === absent && end === absent
        ? []
        : [{ effectivePeriod: { ...(start && { start }), ...(end && { end }) } }],
  )
  const timings = pairs(times.slice(0, 6), times.slice(6)).map((event) => ({ effectiveTiming: { event } }))
  const bounded = times.map((end) => ({
    effectiveTiming: { event: ['2000-01-01'], repeat: { boundsPeriod: { end } } },
  }))
  const finer = [
    '2000-01-01T00:00:00.2Z',
    '2000-01-01T00:00:00.25Z',
    '2000-01-01T00:00:00.250999Z',
    '2000-01-01T00:00:00+14:00',
    '1999-12-31T12:00:00-12:00',
    '1999-12-31T23:59:59.999Z',
    // Where a tenth of the way from now ends, and beyond.
    '1997-12-01',
    '1998-08-15',
    '2001-12-31',
    '2003-02-01',
  ]
  const points = [...times, ...finer].map((effectiveDateTime) => ({ effectiveDateTime }))
  const resources = each('Observation', [...points, ...periods, ...timings, ...bounded])
  const written = pairs(prefixes, [
    ...times,
    '2000-01-01T00:00',
    '2000-01-01T00:00Z',
    '2000-01-01T00:00:00.25Z',
    '2000-01-01T14:00:00+14:00',
    '1996-02-29',
    '2024-06-05',
  ])
  await compare(resources, 'Observation', [
    ...encoded(
      'date',
      written.map((parts) => parts.join('')),
    ),
    '_sort=date',
    '_sort=-date',
  ])
})

test.run()
