import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { instantOf, Sequence, seqAt } from '../src/sequence.js'

const test = suite('sequence')

test('a seq carries the instant of the clock', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  assert.is(instantOf(new Sequence(7, () => now).next()), now)
})

test('seqs of one process rise even where the clock stands still or goes back', () => {
  let now = 1_000_000
  const sequence = new Sequence(1, () => now)
  const made = Array.from({ length: 10_000 }, (_, n) => {
    if (n % 1500 === 0) now -= 1
    if (n % 4000 === 0) now += 5
    return sequence.next()
  })
  for (let n = 1; n < made.length; n++) assert.ok(made[n]! > made[n - 1]!)
  assert.ok(instantOf(made.at(-1)!) - now < 20, 'it runs ahead by a millisecond per 1,024 seqs')
})

test('seqs of different nodes differ in the same millisecond', () => {
  const made = [0, 1, 2, 1023].flatMap((node) => {
    const sequence = new Sequence(node, () => 5)
    return Array.from({ length: 1024 }, () => sequence.next())
  })
  assert.is(new Set(made).size, 4 * 1024)
})

test('a seq lifted into a later millisecond stays unique among its neighbours', () => {
  let now = 1000
  const sequence = new Sequence(3, () => now)
  // What `put` does with a version that follows another within a millisecond.
  const lifted = Array.from({ length: 500 }, () => (1001n << 20n) | (sequence.next() & 0xfffffn))
  now = 1001
  const next = Array.from({ length: 523 }, () => sequence.next())
  assert.is(new Set([...lifted, ...next]).size, 500 + 523)
})

test('seqAt is the lowest seq of its millisecond', () => {
  assert.is(instantOf(seqAt(1234)), 1234)
  assert.is(instantOf(seqAt(1234) - 1n), 1233)
})

test.run()
