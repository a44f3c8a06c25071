import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type FactSource, matches, type ResourceFacts } from '../../src/search/match.js'
import { matchesInstants, matchesNumbers } from '../../src/search/match-ranges.js'
import type { Clause, Prefix } from '../../src/search/query.js'
import type { SearchValue } from '../../src/search/values.js'

const test = suite('matches')

const nobody: FactSource = { get: () => undefined, all: () => [], compartmentParameters: () => [] }

const facts = (...values: SearchValue[]): ResourceFacts => ({
  type: 'Patient',
  id: 'p1',
  seq: 1000n << 20n,
  patients: ['p1'],
  values,
})

const param = (code: string, type: 'token' | 'string' | 'reference' | 'uri' | 'quantity') => ({
  code,
  type,
  url: '',
  description: '',
})

/** Which prefixes a stored range satisfies, in the order of the specification. */
function prefixesOf(test: (prefix: Prefix) => boolean): string {
  return (['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const).filter(test).join(' ')
}

test('date prefixes compare the stored range with the searched one, here [10, 20)', () => {
  const satisfied = (low: number, high: number) =>
    prefixesOf((prefix) => matchesInstants({ low, high }, { prefix, low: 10, high: 20 }))
  assert.is(satisfied(10, 20), 'eq ge le ap', 'the same range')
  assert.is(satisfied(12, 15), 'eq ge le ap', 'inside')
  assert.is(satisfied(20, 30), 'ne gt ge sa', 'right after')
  assert.is(satisfied(0, 10), 'ne lt le eb', 'right before')
  assert.is(satisfied(5, 15), 'ne lt le ap', 'over the start')
  assert.is(satisfied(15, 25), 'ne gt ge ap', 'over the end')
  assert.is(satisfied(0, 30), 'ne gt lt ge le ap', 'around')
  assert.is(satisfied(15, Number.POSITIVE_INFINITY), 'ne gt ge ap', 'open at the end')
  assert.is(satisfied(Number.NEGATIVE_INFINITY, 15), 'ne lt le ap', 'open at the start')
})

test('number prefixes but eq, ne and ap compare with the number itself, here 10 within [9.5, 10.5)', () => {
  const satisfied = (low: number, high = low) =>
    prefixesOf((prefix) => matchesNumbers({ low, high }, { prefix, value: 10, low: 9.5, high: 10.5 }))
  assert.is(satisfied(10), 'eq ge le ap')
  assert.is(satisfied(10.2), 'eq gt ge sa ap')
  assert.is(satisfied(9.5), 'eq lt le eb ap', 'the low bound is in')
  assert.is(satisfied(10.5), 'ne gt ge sa', 'the high bound is out')
  assert.is(satisfied(3), 'ne lt le eb')
  assert.is(satisfied(8, 12), 'ne gt lt ge le ap', 'a Range around it')
  assert.is(satisfied(10, 12), 'ne gt ge le ap', 'a Range that starts there')
})

test('a token without a system is not one with it', () => {
  const clause = (system: string | undefined, code?: string): Clause => ({
    kind: 'token',
    param: param('identifier', 'token'),
    values: [{ ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) }],
  })
  const bare = facts({ param: 'identifier', type: 'token', code: '1' })
  const full = facts({ param: 'identifier', type: 'token', system: 's', code: '1' })
  const holds = (each: Clause) => [matches(each, bare, nobody), matches(each, full, nobody)]
  assert.equal(holds(clause(undefined, '1')), [true, true])
  assert.equal(holds(clause('', '1')), [true, false])
  assert.equal(holds(clause('s', '1')), [false, true])
  assert.equal(holds(clause('s')), [false, true])
  assert.equal(holds(clause(undefined, '2')), [false, false])
})

test('values of another parameter do not count', () => {
  const clause: Clause = { kind: 'token', param: param('gender', 'token'), values: [{ code: 'male' }] }
  assert.is(matches(clause, facts({ param: 'active', type: 'token', code: 'male' }), nobody), false)
  const missing: Clause = { kind: 'missing', param: param('gender', 'token'), missing: true }
  assert.is(matches(missing, facts({ param: 'active', type: 'token', code: 'male' }), nobody), true)
})

test('a canonical reference matches with its version and without', () => {
  const stored = facts({ param: 'instantiates', type: 'reference', url: 'http://x/a', urlVersion: '2' })
  const holds = (url: string) =>
    matches(
      { kind: 'reference', param: param('instantiates', 'reference'), values: [{ url }] },
      stored,
      nobody,
    )
  assert.equal(['http://x/a', 'http://x/a|2', 'http://x/a|1', 'http://x'].map(holds), [
    true,
    true,
    false,
    false,
  ])
})

test('with a system the code of a quantity is exact, without one the unit counts too', () => {
  const stored = facts({
    param: 'value',
    type: 'quantity',
    value: 5,
    low: 5,
    high: 5,
    system: 'u',
    code: 'mm[Hg]',
    unit: 'mmHg',
  })
  const holds = (unit: { system?: string; code?: string }) =>
    matches(
      {
        kind: 'quantity',
        param: param('value', 'quantity'),
        values: [{ prefix: 'eq', value: 5, low: 4.5, high: 5.5, ...unit }],
      },
      stored,
      nobody,
    )
  assert.is(holds({}), true)
  assert.is(holds({ code: 'mmHg' }), true)
  assert.is(holds({ code: 'mm[Hg]' }), true)
  assert.is(holds({ system: 'u', code: 'mm[Hg]' }), true)
  assert.is(holds({ system: 'u', code: 'mmHg' }), false)
  assert.is(holds({ system: 'v', code: 'mm[Hg]' }), false)
})

test('uri hierarchies go by path segments in both directions', () => {
  const holds = (modifier: 'below' | 'above', value: string, searched: string) =>
    matches(
      { kind: 'uri', param: param('url', 'uri'), modifier, values: [searched] },
      facts({ param: 'url', type: 'uri', value }),
      nobody,
    )
  assert.is(holds('below', 'http://a/b/c', 'http://a/b'), true)
  assert.is(holds('below', 'http://a/b/c', 'http://a/b/'), true)
  assert.is(holds('below', 'http://a/bc', 'http://a/b'), false)
  assert.is(holds('below', 'http://a/b', 'http://a/b'), true)
  assert.is(holds('above', 'http://a/b', 'http://a/b/c'), true)
  assert.is(holds('above', 'http://a/b/c', 'http://a/b'), false)
})

test('the parts of a composite meet in one element', () => {
  const element = (code: string, value: string): SearchValue => ({
    param: 'pair',
    type: 'composite',
    components: [[{ param: 'code', type: 'token', code }], [{ param: 'text', type: 'string', value }]],
  })
  const asks = (code: string, text: string): Clause => ({
    kind: 'composite',
    param: { code: 'pair', type: 'composite', url: '', description: '' },
    values: [
      [
        { kind: 'token', param: param('code', 'token'), values: [{ code }] },
        { kind: 'string', param: param('text', 'string'), values: [text] },
      ],
    ],
  })
  const stored = facts(element('a', 'one'), element('b', 'two'))
  assert.is(matches(asks('a', 'one'), stored, nobody), true)
  assert.is(matches(asks('a', 'two'), stored, nobody), false)
})

test('a token modifier that needs terminology is an error, never an answer', () => {
  const clause: Clause = {
    kind: 'token',
    param: param('code', 'token'),
    modifier: 'in',
    values: [{ code: 'vs' }],
  }
  assert.throws(() => matches(clause, facts({ param: 'code', type: 'token', code: 'a' }), nobody), TypeError)
})

test.run()
