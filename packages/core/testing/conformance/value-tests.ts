import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { SearchParameter } from '../../src/definitions/definitions.js'
import type {
  Clause,
  Prefix,
  ReferenceCriterion,
  SearchQuery,
  TokenCriterion,
} from '../../src/search/query.js'
import type { QuantityValue, SearchValue } from '../../src/search/values.js'
import type { Storage } from '../../src/storage/storage.js'
import { put } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { Oracle } from './oracle.js'
import { namesOf } from './queries.js'

interface Bounds {
  readonly low: number
  readonly high: number
}

/** A value without its parameter's name, and a clause without its parameter: what one kind of parameter is about. */
interface Kind {
  readonly type: SearchParameter['type']
  readonly value: (param: string) => fc.Arbitrary<SearchValue>
  readonly clause: (param: SearchParameter) => fc.Arbitrary<Clause>
  readonly needs?: readonly StorageFeature[]
  /** A resource has one value at most. */
  readonly single?: boolean
  /** The type and the parameter that have such values; one that no definition knows, where absent. */
  readonly of?: readonly [type: string, code: string]
}

const one = <T>(...items: readonly T[]) => fc.constantFrom(...items)
const orList = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 })
/** A record of some type, without the members that are undefined. */
const record = <Result extends object>(model: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .record(model)
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, each]) => each !== undefined)) as Result)

const prefix = one<Prefix>('eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap')
const bounds = (points: readonly number[]) =>
  fc
    .tuple(one(...points), one(...points))
    .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }))
    .filter(({ low, high }) => Number.isFinite(low) || Number.isFinite(high))
const points = [Number.NEGATIVE_INFINITY, -1, 0, 0.5, 1, 2.5, Number.POSITIVE_INFINITY]
const instants = [Number.NEGATIVE_INFINITY, 0, 1, 86_400_000, 1e12, Number.POSITIVE_INFINITY]
const range = one(-1, 0, 0.5, 1, 2.5).chain((value) =>
  one(0.05, 0.5, 2).map((half) => ({ value, low: value - half, high: value + half })),
)
const searchedRange = fc.tuple(range, prefix).map(([each, first]) => ({ ...each, prefix: first }))
const canonicalUnits = ['g', 'm.s-2']
const texts = ['Ñandú', 'nandu', 'nandu x', 'x', 'José', '']
const urls = ['http://a/b', 'http://a', 'urn:x:1']
const versions = ['1', '1.2', '1.2.3', '1.20', '2']
const words = ['uno', 'dos', 'tres']
const positions = [
  { latitude: 41.39, longitude: 2.17 },
  { latitude: 41.4, longitude: 2.2 },
  { latitude: -41, longitude: 179.99 },
  { latitude: -41, longitude: -179.99 },
  { latitude: 89.99, longitude: 0 },
  { latitude: 89.99, longitude: 180 },
]

const code = one('a', 'b', 'a|b')
const system = one('urn:s', 'urn:t', undefined)
const criterion = record<TokenCriterion>({
  system: one('urn:s', '', undefined),
  code: one('a', 'b', undefined),
}).map((each) => ('system' in each || 'code' in each ? each : { code: 'a' }))

const kinds: Readonly<Record<string, Kind>> = {
  token: {
    type: 'token',
    value: (param) =>
      record<SearchValue>({ param: fc.constant(param), type: fc.constant('token' as const), system, code }),
    clause: (param) =>
      record<Clause>({
        kind: fc.constant('token' as const),
        param: fc.constant(param),
        modifier: one('not' as const, undefined),
        values: orList(criterion),
      }),
  },
  text: {
    type: 'token',
    needs: ['token-text'],
    value: (param) =>
      record<SearchValue>({
        param: fc.constant(param),
        type: fc.constant('token' as const),
        code,
        text: one(...texts, undefined),
      }),
    clause: (param) =>
      fc.record({
        kind: fc.constant('token' as const),
        param: fc.constant(param),
        modifier: fc.constant('text' as const),
        values: orList(one(...texts, 'N', 'ñandú X', '%').map((each) => ({ code: each }))),
      }),
  },
  string: {
    type: 'string',
    needs: ['string-exact', 'string-contains'],
    value: (param) => one(...texts).map((value) => ({ param, type: 'string', value })),
    clause: (param) =>
      record<Clause>({
        kind: fc.constant('string' as const),
        param: fc.constant(param),
        modifier: one('exact' as const, 'contains', 'equals', 'ends', undefined),
        values: orList(one(...texts, 'u', 'du')),
      }),
  },
  reference: {
    type: 'reference',
    value: (param) =>
      fc.oneof(
        one('1', '2').map((targetId) => ({
          param,
          type: 'reference' as const,
          targetType: 'Patient',
          targetId,
        })),
        record<SearchValue>({
          param: fc.constant(param),
          type: fc.constant('reference'),
          url: one(...urls),
          urlVersion: one(...versions, undefined),
        }),
      ),
    clause: (param) =>
      fc.oneof(
        fc.record({
          kind: fc.constant('reference' as const),
          param: fc.constant({ ...param, target: ['Patient', 'Group'] }),
          values: orList(
            one({ type: 'Patient', id: '1' }, { id: '2' }, { url: urls[0]! }, { url: `${urls[0]}|1` }),
          ),
        }),
        fc.record({
          kind: fc.constant('reference' as const),
          param: fc.constant(param),
          modifier: one('below' as const, 'above' as const),
          values: orList(
            record<ReferenceCriterion>({
              url: one(...urls),
              version: one(...versions, undefined),
            }),
          ),
        }),
      ),
  },
  uri: {
    type: 'uri',
    needs: ['uri', 'uri-hierarchy'],
    value: (param) => one(...urls).map((value) => ({ param, type: 'uri', value })),
    clause: (param) =>
      record<Clause>({
        kind: fc.constant('uri' as const),
        param: fc.constant(param),
        modifier: one('below' as const, 'above' as const, undefined),
        values: orList(one(...urls, 'http://a/b/c')),
      }),
  },
  date: {
    type: 'date',
    value: (param) => bounds(instants).map(({ low, high }) => ({ param, type: 'date', low, high: high + 1 })),
    clause: (param) =>
      fc.record({
        kind: fc.constant('date' as const),
        param: fc.constant(param),
        values: orList(
          fc
            .tuple(prefix, bounds(instants.filter(Number.isFinite)))
            .map(([first, { low, high }]) => ({ prefix: first, low, high: high + 1 })),
        ),
      }),
  },
  number: {
    type: 'number',
    needs: ['number'],
    value: (param) => bounds(points).map((each) => ({ param, type: 'number', value: each.low, ...each })),
    clause: (param) =>
      fc.record({
        kind: fc.constant('number' as const),
        param: fc.constant(param),
        values: orList(searchedRange),
      }),
  },
  quantity: {
    type: 'quantity',
    needs: ['quantity'],
    value: (param) =>
      record<QuantityValue & { readonly bounds: Bounds }>({
        param: fc.constant(param),
        type: fc.constant('quantity' as const),
        system,
        code: one('mg', 'g', undefined),
        unit: one('mg', 'gramo', undefined),
        bounds: bounds(points),
        canonical: fc.option(
          fc.tuple(one(...canonicalUnits), bounds(points)).map(([unit, each]) => ({ unit, ...each })),
          { nil: undefined, freq: 2 },
        ),
      }).map(
        ({ bounds: { low, high }, ...rest }): SearchValue => ({
          ...rest,
          value: low,
          low,
          high,
        }),
      ),
    clause: (param) =>
      fc.record({
        kind: fc.constant('quantity' as const),
        param: fc.constant(param),
        values: orList(
          fc.oneof(
            fc.tuple(searchedRange, criterion).map(([each, unit]) => ({ ...each, ...unit })),
            searchedRange,
            fc.tuple(searchedRange, range, one(...canonicalUnits)).map(([each, canonical, unit]) => ({
              ...each,
              system: 'urn:s',
              code: 'mg',
              canonical: { ...canonical, unit },
            })),
          ),
        ),
      }),
  },
  words: {
    type: 'special',
    single: true,
    value: (param) => fc.uniqueArray(one(...words)).map((all) => ({ param, type: 'words', words: all })),
    clause: (param) =>
      fc
        .uniqueArray(one(...words, 'cuatro'), { minLength: 1 })
        .map((all) => ({ kind: 'words', param, words: all })),
  },
  position: {
    type: 'special',
    value: (param) => one(...positions).map((each) => ({ param, type: 'position', ...each })),
    clause: (param) =>
      fc.record({
        kind: fc.constant('near' as const),
        param: fc.constant(param),
        values: orList(
          fc
            .tuple(one(...positions), one(0, 1, 3_000, 10_000, 1_000_000, 21_000_000))
            .map(([each, distance]) => ({ ...each, distance })),
        ),
      }),
  },
}

const parameter = (name: string, type: SearchParameter['type']): SearchParameter => ({
  code: name,
  type,
  url: `urn:test:${name}`,
  description: name,
})

/** Composites of two kinds, or of three. */
const shapes = [
  ['token', 'token'],
  ['token', 'quantity'],
  ['token', 'date'],
  ['token', 'string'],
  ['token', 'reference'],
  ['number', 'number'],
  ['string', 'token', 'number'],
  ['uri', 'date', 'quantity'],
] as const

function compositeOf(shape: readonly string[]): Kind {
  const parts = shape.map((name) => kinds[name]!)
  return {
    type: 'composite',
    needs: ['composite', ...parts.flatMap(({ needs = [] }) => needs)],
    value: (param) =>
      fc
        .tuple(
          ...parts.map((part, index) => fc.array(part.value(`c${index}`), { minLength: 1, maxLength: 2 })),
        )
        .map((components) => ({ param, type: 'composite', components })),
    clause: (param) =>
      orList(fc.tuple(...parts.map((part, index) => part.clause(parameter(`c${index}`, part.type))))).map(
        (values) => ({ kind: 'composite', param, values }),
      ),
  }
}

const all: Readonly<Record<string, Kind>> = {
  ...kinds,
  // Storage may keep what most searches are about in places of its own.
  'Observation.value-quantity': { ...kinds.quantity!, single: true, of: ['Observation', 'value-quantity'] },
  'Observation.date': { ...kinds.date!, single: true, of: ['Observation', 'date'] },
  'Observation.code': { ...kinds.token!, of: ['Observation', 'code'] },
  ...Object.fromEntries(shapes.map((shape) => [shape.join('-'), compositeOf(shape)])),
}

/** Writes one resource for each list of values. */
async function fill(
  storage: Storage,
  resourceType: string,
  lists: readonly (readonly SearchValue[])[],
): Promise<Oracle> {
  const oracle = new Oracle()
  await storage.clear()
  const changes = lists.map((values, index) =>
    put({ resourceType, id: `b${index}` }, { values, kind: 'update', patients: [] }),
  )
  oracle.wrote(changes, await storage.write(changes))
  return oracle
}

const queryOf = (resourceType: string, where: readonly Clause[]): SearchQuery => ({
  types: [resourceType],
  where,
  include: [],
  revinclude: [],
  sort: [],
  count: 100,
  total: 'accurate',
})

/** Of several types at once, each with values of its own. */
function severalTypes(define: Define): void {
  define(
    'words, positions and quantities are found in resources of several types',
    async (storage) => {
      const types = ['Basic', 'Location', 'Observation']
      const special = (name: string) => parameter(name, 'special')
      const quantity = parameter('value-quantity', 'quantity')
      const at = (type: string, n: number): SearchValue[] => [
        { param: '_content', type: 'words', words: ['all', type, n === 0 ? 'even' : 'odd'] },
        { param: 'near', type: 'position', latitude: n * 10, longitude: 0 },
        { param: quantity.code, type: 'quantity', value: n, low: n, high: n },
      ]
      await storage.write(
        types.flatMap((type) =>
          [0, 1].map((n) => put({ resourceType: type, id: `${n}` }, { values: at(type, n), patients: [] })),
        ),
      )
      await storage.write([
        put({ resourceType: 'Patient', id: '0' }, { values: at('Patient', 0), patients: [] }),
      ])
      const found = async (...where: Clause[]) =>
        namesOf(await storage.search({ ...queryOf('Basic', where), types })).sort()
      const words = (...all: string[]): Clause => ({ kind: 'words', param: special('_content'), words: all })
      const even = ['Basic/0', 'Location/0', 'Observation/0']
      assert.equal(await found(words('even', 'all')), even)
      assert.equal(await found(words('even', 'Location')), ['Location/0'])
      assert.equal(await found({ kind: 'not', clauses: [words('odd')] }), even)
      const near: Clause = {
        kind: 'near',
        param: special('near'),
        values: [{ latitude: 0, longitude: 0, distance: 1000 }],
      }
      assert.equal(await found(near), even)
      assert.equal(await found(near, words('Basic')), ['Basic/0'])
      const below: Clause = {
        kind: 'quantity',
        param: quantity,
        values: [{ prefix: 'lt', value: 1, low: 0.5, high: 1.5 }],
      }
      assert.equal(await found(below), even)
      assert.equal(await found({ kind: 'not', clauses: [below] }), ['Basic/1', 'Location/1', 'Observation/1'])
    },
    ['quantity'],
  )
}

/** Values of every kind, straight from the contract: what an extractor may give, and what a parser may ask. */
export function valueTests(define: Define, runs: number): void {
  severalTypes(define)
  for (const [name, kind] of Object.entries(all)) {
    const [type, code] = kind.of ?? ['Basic', `x-${name}`]
    const param = parameter(code, kind.type)
    define(
      `random ${name} values are found as a naive filter finds them`,
      async (storage) => {
        const lists = fc.array(fc.array(kind.value(param.code), { maxLength: kind.single ? 1 : 2 }), {
          minLength: 3,
          maxLength: 8,
        })
        const clauses = fc.array(
          fc.oneof(
            { weight: 6, arbitrary: kind.clause(param) },
            {
              weight: 1,
              arbitrary: kind.clause(param).map((clause) => ({ kind: 'not' as const, clauses: [clause] })),
            },
            ...(kind.type === 'special'
              ? []
              : [{ weight: 1, arbitrary: one<Clause>({ kind: 'missing', param, missing: true }) }]),
          ),
          { minLength: 8, maxLength: 8 },
        )
        await fc.assert(
          fc.asyncProperty(lists, clauses, async (values, asked) => {
            const oracle = await fill(storage, type, values)
            for (const clause of asked) {
              const query = queryOf(type, [clause])
              const page = await storage.search(query)
              assert.equal(namesOf(page), oracle.search(query), JSON.stringify(clause))
              assert.is(page.total, page.matches.length)
            }
          }),
          { numRuns: Math.ceil(runs / 4), endOnFailure: true },
        )
      },
      kind.needs,
    )
  }
}
