import type { WriteResult } from '@anamnesis/core'
import * as binary from '../binary.js'
import type { Sequence } from '../sequence.js'
import type { Statement } from '../statement.js'
import type { PreparedChange } from './prepare.js'
import { contentOf } from './put.js'
import { ragged } from './side-arrays.js'

/** True for a create that needs nothing but its own row. */
export function isBareInsert({ fresh, home, bucket, sides }: PreparedChange): boolean {
  return fresh && home === bucket && sides === 0
}

const text = `insert into resource (bucket, type, method, version, seq, date, date_end, code, code_full, quantity,
  canonical, generation, id, patient, units, tokens, words, content)
select c.bucket, c.type, 'P', 1, c.seq, c.date, c.date_end, c.code, c.code_full, c.quantity, c.canonical, c.generation,
  c.id, c.patient,
  nullif(($14::bigint[])[coalesce(($15::int[])[c.n - 1], 0) + 1 : ($15::int[])[c.n]], '{}'),
  nullif(($16::bigint[])[coalesce(($17::int[])[c.n - 1], 0) + 1 : ($17::int[])[c.n]], '{}'),
  nullif(($18::bigint[])[coalesce(($19::int[])[c.n - 1], 0) + 1 : ($19::int[])[c.n]], '{}'), c.content
from unnest($1::int[], $2::smallint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::bigint[],
  $8::double precision[], $9::double precision[], $10::bigint[], $11::text[], $12::text[], $13::text[])
  with ordinality c(bucket, type, seq, date, date_end, code, code_full, quantity, canonical, generation, id, patient,
    content, n)`

const single = `insert into resource (bucket, type, method, version, seq, date, date_end, code, code_full, quantity,
  canonical, generation, id, patient, units, tokens, words, content)
values ($1, $2, 'P', 1, $3, ($4::timestamptz[])[1], ($4::timestamptz[])[2], $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
  $15)`

/** One INSERT for creates that need only their own rows, and the results that it will have when it succeeds. */
export function insertStatement(
  changes: readonly PreparedChange[],
  sequence: Sequence,
): { readonly statement: Statement; readonly results: WriteResult[] } {
  const results = changes.map(({ change }) => {
    const { type, id } = change
    const seq = sequence.next()
    return { type, id, version: 1, seq, created: true, changed: true, content: contentOf(change, 1, seq) }
  })
  const only = changes.length === 1 ? changes[0] : undefined
  const statement = only ? singleInsert(only, results[0]!) : batchInsert(changes, results)
  return { statement, results }
}

function singleInsert(
  { type, bucket, patient, row, change }: PreparedChange,
  result: WriteResult,
): Statement {
  return {
    name: 'insert-one',
    text: single,
    values: [
      bucket,
      type,
      result.seq,
      binary.timestamptzArray([row.date, row.dateEnd]),
      row.code,
      row.codeFull,
      row.quantity,
      row.canonical,
      change.generation ?? 0n,
      change.id,
      patient,
      hashes(row.units),
      hashes(row.tokens),
      hashes(row.words),
      result.content,
    ],
  }
}

function hashes(list: readonly bigint[]): Buffer | null {
  return list.length > 0 ? binary.int8Array(list) : null
}

function batchInsert(changes: readonly PreparedChange[], results: readonly WriteResult[]): Statement {
  const column = <T>(pick: (change: PreparedChange) => T) => changes.map(pick)
  return {
    name: 'insert-many',
    text,
    values: [
      binary.int4Array(column(({ bucket }) => bucket)),
      binary.int2Array(column(({ type }) => type)),
      binary.int8Array(results.map(({ seq }) => seq)),
      binary.timestamptzArray(column(({ row }) => row.date)),
      binary.timestamptzArray(column(({ row }) => row.dateEnd)),
      binary.int8Array(column(({ row }) => row.code)),
      binary.int8Array(column(({ row }) => row.codeFull)),
      binary.float8Array(column(({ row }) => row.quantity)),
      binary.float8Array(column(({ row }) => row.canonical)),
      binary.int8Array(column(({ change }) => change.generation ?? 0n)),
      binary.textArray(column(({ change }) => change.id)),
      binary.textArray(column(({ patient }) => patient)),
      binary.textArray(results.map(({ content }) => content)),
      ...ragged(column(({ row }) => row.units)),
      ...ragged(column(({ row }) => row.tokens)),
      ...ragged(column(({ row }) => row.words)),
    ],
  }
}
