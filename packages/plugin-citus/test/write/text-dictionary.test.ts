import { type Clause, r4, type SearchQuery } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hash64 } from '../../src/hash64.js'
import type { PostgresStorage } from '../../src/index.js'
import { Pool } from '../../src/pool.js'
import type { Statement } from '../../src/statement.js'
import { parameterKey, textKey } from '../../src/token-keys.js'
import { TextDictionary } from '../../src/write/text-dictionary.js'
import { codeOf, observation, put } from '../support/changes.js'
import { startPostgres, type TestDatabase } from '../support/postgres.js'
import { openStorage } from '../support/storage.js'

const test = suite('dictionary of texts')
let database: TestDatabase
let storage: PostgresStorage
let pool: Pool

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url, { maxConnections: 3 })
  pool = new Pool({ connectionString: database.url, maxConnections: 2 })
})
test.before.each(() => storage.clear())
test.after(async () => {
  await pool?.end()
  await storage?.stop()
  await database?.stop()
})

const parameter = parameterKey('Observation', 'code')
const text = (value: string) => ({ param: hash64(parameter), value, hash: hash64(textKey(parameter, value)) })
const stored = async () =>
  (await database.query<{ value: string }>('select value from search_text order by value')).map(
    ({ value }) => value,
  )
const named = (id: string, display: string, more: object = {}) =>
  put(observation(id, 'p', { code: { coding: [{ code: 'x', display }] }, ...more }))

const codeParam = r4.searchParameters('Observation').get('code')!
const asks = (code: string): Clause => ({
  kind: 'token',
  param: codeParam,
  modifier: 'text',
  values: [{ code }],
})
const query = (type: string, where: readonly Clause[]): SearchQuery => ({
  types: [type],
  where,
  include: [],
  revinclude: [],
  sort: [],
  count: 50,
  total: 'accurate',
})
const found = async (type: string, ...where: Clause[]) =>
  (await storage.search(query(type, where))).matches.map(({ id }) => id)

function recorded() {
  const statements: Statement[] = []
  const dictionary = new TextDictionary(() => ({
    query: async <Row>(statement: Statement) => {
      statements.push(statement)
      return pool.query<Row>(statement)
    },
  }))
  return { dictionary, statements }
}

test('a text is written once, whoever has it', async () => {
  const { dictionary, statements } = recorded()
  await dictionary.write([{ texts: [text('one'), text('two')] }, { texts: [text('one')] }])
  assert.equal(await stored(), ['one', 'two'])
  assert.is(dictionary.write([{ texts: [text('two')] }, { texts: [] }]), undefined)
  assert.is(statements.length, 1)
  const another = recorded()
  await another.dictionary.write([{ texts: [text('one'), text('three')] }])
  assert.equal(await stored(), ['one', 'three', 'two'])
})

test('writes that come while one is under way share the next statement', async () => {
  const { dictionary, statements } = recorded()
  const all = Array.from({ length: 50 }, (_, index) => `text ${String(index).padStart(2, '0')}`)
  await Promise.all(
    all.map(async (value, index) => {
      if (index % 10 === 0) await new Promise(setImmediate)
      await dictionary.write([{ texts: [text(value)] }])
      const [row] = await pool.query<{ n: number }>({
        text: 'select count(*)::int as n from search_text where value = $1',
        values: [value],
      })
      assert.is(row?.n, 1, 'committed when its write resolves')
    }),
  )
  assert.equal(await stored(), all)
  assert.ok(statements.length < 10, `${statements.length} statements`)
})

test('a failure reaches everybody who waits for it, and the next write tries again', async () => {
  let broken = true
  const dictionary = new TextDictionary(() => ({
    query: (statement) => (broken ? Promise.reject(new Error('down')) : pool.query(statement)),
  }))
  const outcomes = await Promise.allSettled([
    dictionary.write([{ texts: [text('a')] }]),
    dictionary.write([{ texts: [text('b')] }]),
  ])
  assert.equal(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  broken = false
  await dictionary.write([{ texts: [text('a')] }])
  assert.equal(await stored(), ['a'])
})

test('dictionaries of several processes that write the same texts at once do not deadlock', async () => {
  const processes = Array.from({ length: 4 }, () => recorded().dictionary)
  const rounds = Array.from({ length: 20 }, (_, round) => round)
  for (const round of rounds) {
    const texts = Array.from({ length: 30 }, (_, index) => text(`r${round} ${index}`))
    await Promise.all(
      processes.map((dictionary, index) =>
        dictionary.write([{ texts: index % 2 ? [...texts].reverse() : texts }]),
      ),
    )
  }
  assert.is((await stored()).length, 600)
})

test('transactions that hold every connection still write new texts', async () => {
  let waiting = 0
  let open: () => void = () => undefined
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  await Promise.all(
    ['a', 'b', 'c'].map((id) =>
      storage.transaction(async (tx) => {
        if (++waiting === 3) open()
        await all
        await tx.write([named(id, `Text of ${id}`)])
      }),
    ),
  )
  assert.equal((await found('Observation', asks('text of'))).sort(), ['a', 'b', 'c'])
})

test('the texts of a transaction that fails are there, and lead nowhere', async () => {
  await storage
    .transaction(async (tx) => {
      await tx.write([named('a', 'Lost')])
      throw new Error('stop')
    })
    .catch(() => undefined)
  assert.equal(await stored(), ['lost'])
  assert.equal(await found('Observation', asks('lost')), [])
})

test('a text is found inside chains, _has, groups and access rules, and in history', async () => {
  const encounter = { resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'AMB' } }
  await storage.write([
    named('a', 'Presión', { encounter: { reference: 'Encounter/e' } }),
    named('b', 'Peso'),
    put(encounter as never),
    put({ resourceType: 'Patient', id: 'p' }),
    put({
      resourceType: 'DiagnosticReport',
      id: 'r',
      status: 'final',
      code: { text: 'Informe' },
      result: [{ reference: 'Observation/b' }],
    } as never),
  ])
  const patient = r4.searchParameters('Observation').get('patient')!
  const has = (code: string): Clause => ({
    kind: 'has',
    type: 'Observation',
    param: patient,
    where: [asks(code)],
  })
  assert.equal(await found('Patient', has('presion')), ['p'])
  assert.equal(await found('Patient', has('altura')), [])
  const result = r4.searchParameters('DiagnosticReport').get('result')!
  const chain = (code: string): Clause => ({
    kind: 'chain',
    param: result,
    targets: [{ type: 'Observation', where: [asks(code)] }],
  })
  assert.equal(await found('DiagnosticReport', chain('PES')), ['r'])
  assert.equal(await found('DiagnosticReport', chain('pres')), [])
  assert.equal(await found('Observation', { kind: 'not', clauses: [asks('pres')] }), ['b'])
  assert.equal(await found('Observation', { kind: 'or', clauses: [asks('pres'), asks('pes')] }), ['a', 'b'])
  assert.equal(await storage.match([query('Observation', [asks('pes')])]), [
    [{ type: 'Observation', id: 'b' }],
  ])
  const [seen, hidden] = await storage.read(
    [
      { type: 'Observation', id: 'a' },
      { type: 'Observation', id: 'b' },
    ],
    [asks('pres')],
  )
  assert.equal([seen?.id, hidden], ['a', undefined])
  const { entries } = await storage.history({ type: 'Observation', count: 10, access: [asks('pes')] })
  assert.equal(
    entries.map(({ id }) => id),
    ['b'],
  )
  assert.is(await storage.vread({ type: 'Observation', id: 'b' }, 1, [asks('pres')]), undefined)
})

test('a text is found up to the length that is stored', async () => {
  const long = 'é'.repeat(600)
  await storage.write([named('a', long), named('b', `${'é'.repeat(500)}x`)])
  assert.equal(await found('Observation', asks('e'.repeat(500))), ['a', 'b'])
  assert.equal(await found('Observation', asks('E'.repeat(512))), ['a'])
  assert.equal(await found('Observation', asks(long)), ['a'])
})

test('more texts than may be looked up are refused with the parameter and the remedy', async () => {
  await database.query(
    `insert into search_text (bucket, param, hash, value)
      select 0, $1, n, 'text ' || n from generate_series(1, 10001) n`,
    [String(hash64(parameter))],
  )
  assert.is(await codeOf(storage.search(query('Observation', [asks('text')]))), 'too-costly')
  const message = await storage.search(query('Observation', [asks('text')])).then(
    () => '',
    (error: Error) => error.message,
  )
  assert.match(message, /code:text.*"text".*Give more/)
  assert.equal(await found('Observation', asks('text 99')), [])
})

test.run()
