import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createLimits } from '../../src/validation/limits.js'

const test = suite('limits of the benchmark of validation')

test('what holds is printed, and what is missed is listed with its limit', () => {
  const lines: string[] = []
  const limits = createLimits((line) => lines.push(line))
  limits.atLeast('checks', 2000, 2000, '/s')
  limits.atLeast('creates', 0.59, 0.6, '')
  limits.atMost('start', 300, 300, ' ms')
  limits.atMost('stop', 301, 300, ' ms')
  assert.equal(limits.missed, ['creates: 0.59 (at least 0.6)', 'stop: 301 ms (at most 300 ms)'])
  assert.equal(
    lines.map((line) => line.slice(0, 6)),
    ['held  ', 'MISSED', 'held  ', 'MISSED'],
  )
})

test('a figure that could not be measured is missed', () => {
  const limits = createLimits(() => undefined)
  limits.atLeast('ratio', Number.NaN, 0.6, '')
  limits.atMost('time', Number.NaN, 300, ' ms')
  assert.is(limits.missed.length, 2)
})

test.run()
