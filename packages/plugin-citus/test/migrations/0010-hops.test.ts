import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hash64 } from '../../src/hash64.js'
import { bucketOf, newId } from '../../src/ids.js'
import type { PostgresStorage } from '../../src/index.js'
import { startPostgres, type TestDatabase } from '../support/postgres.js'
import { openStorage } from '../support/storage.js'

const test = suite('functions for following references')
let database: TestDatabase
let storage: PostgresStorage

test.before(async () => {
  database = await startPostgres()
  storage = await openStorage(database.url)
})
test.after(async () => {
  await storage?.stop()
  await database?.stop()
})

async function column(expression: string, values: readonly string[]): Promise<unknown[]> {
  const rows = await database.query<{ value: unknown }>(
    `select ${expression} as value from unnest($1::text[]) with ordinality k(text, n) order by n`,
    [values],
  )
  return rows.map(({ value }) => value)
}

test('SQL hashes as the writers do', async () => {
  const vectors = ['', 'abc', 'Observation.code=8480-6', 'Patient.family?', 'señor 🩺']
  assert.equal(await column('hash64(text)::text', vectors), [
    '-2039914840885289964',
    '-5010229573455851542',
    '5754161472076511642',
    '3872578382648177841',
    '-6888035380388784978',
  ])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), async (texts) => {
      const told = texts.map((text) => text.replaceAll('\0', ''))
      assert.equal(
        await column('hash64(text)::text', told),
        told.map((text) => String(hash64(text))),
      )
    }),
  )
})

test('SQL finds the bucket of an id as the writers do', async () => {
  const ids = [
    ...Array.from({ length: 50 }, () => newId()),
    ...Array.from({ length: 50 }, () => randomBytes(8).toString('base64url')),
    ...['ffff0000000000000000', '00000000000000000000', 'FFFF0000000000000000', 'a', 'a.b-c'],
  ]
  assert.equal(await column('bucket_of(text)', ids), ids.map(bucketOf))
})

test('every local reference of a text is among its reference ids', async () => {
  const id = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/)
  const form = fc.constantFrom(
    (each: string) => `Encounter/${each}`,
    (each: string) => `Encounter/${each}/_history/2`,
    (each: string) => `http://localhost/fhir/Encounter/${each}`,
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(id, form)), fc.string(), async (references, noise) => {
      const content = JSON.stringify({
        resourceType: 'Observation',
        note: [{ text: noise }],
        list: references.map(([each, write]) => ({ reference: write(each), display: `é "${noise}"` })),
      })
      const [row] = await database.query<{ ids: string[] }>(
        "select array(select id from reference_ids($1, 'Encounter') id) as ids",
        [content.replaceAll('\0', '')],
      )
      for (const [each] of references) assert.ok(row!.ids.includes(each), `${each} in ${content}`)
    }),
  )
})

test.run()
