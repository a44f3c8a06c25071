import fc from 'fast-check'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as binary from '../src/binary.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

const test = suite('binary arrays')
let database: TestDatabase
let client: pg.Client

test.before(async () => {
  database = await startPostgres()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
test.after(async () => {
  await client?.end()
  await database?.stop()
})

/** PostgreSQL reads the array and says each element as text. */
async function readBack(array: Buffer, type: string): Promise<(string | null)[]> {
  const { rows } = await client.query<{ value: string | null }>(
    `select value::text from unnest($1::${type}[]) value`,
    [array],
  )
  return rows.map(({ value }) => value)
}

const cases: [string, fc.Arbitrary<unknown>, (values: never) => Buffer, (value: never) => string][] = [
  ['smallint', fc.integer({ min: -32768, max: 32767 }), binary.int2Array, String],
  ['int', fc.integer(), binary.int4Array, String],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), binary.int8Array, String],
  ['boolean', fc.boolean(), binary.boolArray, String],
  [
    'text',
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    binary.textArray,
    String,
  ],
]

for (const [type, values, encode, expected] of cases) {
  test(`PostgreSQL reads ${type} arrays of any length, nulls included, as they were`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(values)), async (array) => {
        const read = await readBack(encode(array as never), type)
        assert.equal(
          read,
          array.map((value) => (value === null ? null : expected(value as never))),
        )
      }),
      { numRuns: 50 },
    )
  })
}

test('PostgreSQL reads doubles exactly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ noNaN: true })), async (array) => {
      const read = await readBack(binary.float8Array(array), 'double precision')
      assert.equal(
        read.map(Number),
        array.map((value) => value),
      )
    }),
    { numRuns: 50 },
  )
})

test('instants keep their millisecond, and infinities are PostgreSQL infinities', async () => {
  const instants = [0, -1, 1_700_000_000_123, Date.UTC(9999, 11, 31), -62_135_596_800_000]
  const { rows } = await client.query<{ value: string }>(
    'select extract(epoch from value)::text as value from unnest($1::timestamptz[]) value',
    [binary.timestamptzArray(instants)],
  )
  assert.equal(
    rows.map(({ value }) => Math.round(Number(value) * 1000)),
    instants,
  )
  assert.equal(await readBack(binary.timestamptzArray([Infinity, -Infinity]), 'timestamptz'), [
    'infinity',
    '-infinity',
  ])
})

test.run()
