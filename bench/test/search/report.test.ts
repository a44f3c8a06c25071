import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cell } from '../../src/search/measure-shape.js'
import { report } from '../../src/search/report.js'
import type { Shape } from '../../src/search/shape.js'

const shape: Shape = {
  name: 'identifier',
  example: 'Patient?identifier=x',
  counts: 'matches',
  page: 20,
  ratioLimit: 1.5,
  asks: { dense: [], sparse: [], zero: [] },
}
const cell = (p50: number, p99: number): Cell => ({ p50, p99, requests: 300, found: [1, 3] })
const runs = (small: Cell, large: Cell) => [
  { resources: 10_000, cells: new Map([['identifier/dense', small]]) },
  { resources: 1_000_000, cells: new Map([['identifier/dense', large]]) },
]

const test = suite('report')

test('gives both sizes and their ratio', () => {
  const { table, breaches } = report([shape], runs(cell(2, 3), cell(2.5, 12.34)))
  assert.match(table, '| identifier | dense | 2.00 | 3.00 | 1 to 3 | 2.50 | 12.3 | 1 to 3 | 1.25 |')
  assert.equal(breaches, [])
})

test('marks and lists a ratio over the limit', () => {
  const { table, breaches } = report([shape], runs(cell(2, 3), cell(3.2, 12)))
  assert.match(table, '| **1.60** |')
  assert.equal(breaches, ['identifier, dense: ratio 1.60 is over 1.5'])
})

test('marks and lists a p99 over a second', () => {
  const { table, breaches } = report([shape], runs(cell(2, 3), cell(2, 1001)))
  assert.match(table, '| **1001** |')
  assert.equal(breaches, ['identifier, dense: p99 1001 ms is over 1000 ms'])
})

test('shows what the server refuses, and lists it', () => {
  const { table, breaches } = report([shape], runs(cell(2, 3), { refused: '400 no' }))
  assert.match(table, '| **refused** |')
  assert.equal(breaches, ['identifier, dense: refused at 1,000,000 (400 no)'])
})

test.run()
