import type { WriteResult } from '@anamnesis/core'
import * as binary from '../binary.js'
import { bucketOf } from '../ids.js'
import { instantOf, type Sequence } from '../sequence.js'
import type { Statement } from '../statement.js'
import type { PreparedChange } from './prepare.js'

/** A row that `put_resources` returns. */
export interface PutRow {
  readonly version: number
  readonly seq: bigint
  readonly created: boolean
  readonly changed: boolean
}

const parameterCount = 43
const text = `select version, seq, created, changed from put_resources(${Array.from(
  { length: parameterCount },
  (_, index) => `$${index + 1}`,
).join(', ')})`

/** The one call that applies changes to different resources. */
export function putStatement(changes: readonly PreparedChange[], sequence: Sequence): Statement {
  const column = <T>(pick: (change: PreparedChange) => T) => changes.map(pick)
  const patients = sideRows(changes, ({ furtherPatients }) => furtherPatients)
  const strings = sideRows(changes, ({ row }) => row.strings)
  const dates = sideRows(changes, ({ row }) => row.dates)
  const quantities = sideRows(changes, ({ row }) => row.quantities)
  const codes = sideRows(changes, ({ row }) => row.codes)
  return {
    name: 'put',
    text,
    values: [
      binary.int2Array(column(({ type }) => type)),
      binary.textArray(column(({ change }) => change.id)),
      binary.int4Array(column(({ home }) => home)),
      binary.int4Array(column(({ bucket }) => bucket)),
      binary.charArray(column(({ method }) => method)),
      binary.boolArray(column(({ claim }) => claim)),
      binary.boolArray(column(({ fresh }) => fresh)),
      binary.int4Array(column(({ change }) => change.expect ?? null)),
      binary.int8Array(column(() => sequence.next())),
      binary.textArray(column(({ patient }) => patient)),
      binary.timestamptzArray(column(({ row }) => row.date)),
      binary.timestamptzArray(column(({ row }) => row.dateEnd)),
      binary.int8Array(column(({ row }) => row.code)),
      binary.int8Array(column(({ row }) => row.codeFull)),
      binary.float8Array(column(({ row }) => row.quantity)),
      binary.int2Array(column(({ sides }) => sides)),
      ...ragged(column(({ row }) => row.tokens)),
      ...ragged(column(({ row }) => row.units)),
      binary.textArray(column(({ change }) => change.head)),
      binary.textArray(column(({ change }) => change.tail)),
      patients.positions,
      binary.int4Array(patients.rows.map(bucketOf)),
      binary.textArray(patients.rows),
      strings.positions,
      binary.int8Array(strings.rows.map(({ param }) => param)),
      binary.textArray(strings.rows.map(({ value }) => value)),
      binary.int8Array(strings.rows.map(({ exact }) => exact)),
      dates.positions,
      binary.int8Array(dates.rows.map(({ param }) => param)),
      binary.timestamptzArray(dates.rows.map(({ low }) => low)),
      binary.timestamptzArray(dates.rows.map(({ high }) => high)),
      quantities.positions,
      binary.int8Array(quantities.rows.map(({ param }) => param)),
      binary.float8Array(quantities.rows.map(({ low }) => low)),
      binary.float8Array(quantities.rows.map(({ high }) => high)),
      ...ragged(quantities.rows.map(({ units }) => units)),
      codes.positions,
      binary.int8Array(codes.rows.map(({ code }) => code)),
      binary.int8Array(codes.rows.map(({ codeFull }) => codeFull)),
      binary.boolArray(codes.rows.map(({ first }) => first)),
    ],
  }
}

/** Flattens lists of hashes: all of them, and where each list ends. */
export function ragged(lists: readonly (readonly bigint[])[]): [Buffer, Buffer] {
  let end = 0
  const ends = lists.map((list) => (end += list.length))
  return [binary.int8Array(lists.flat()), binary.int4Array(ends)]
}

function sideRows<T>(changes: readonly PreparedChange[], pick: (change: PreparedChange) => readonly T[]) {
  const positions: number[] = []
  const rows: T[] = []
  for (const [index, change] of changes.entries()) {
    for (const row of pick(change)) {
      positions.push(index + 1)
      rows.push(row)
    }
  }
  return { positions: binary.int4Array(positions), rows }
}

export function toWriteResult({ change }: PreparedChange, row: PutRow): WriteResult {
  const { type, id } = change
  const content = row.changed && change.kind !== 'delete' ? contentOf(change, row.version, row.seq) : ''
  return { type, id, ...row, content }
}

/** The text that the database stores as well. */
export function contentOf({ head, tail }: PreparedChange['change'], version: number, seq: bigint): string {
  return `${head}${version}","lastUpdated":"${new Date(instantOf(seq)).toISOString()}"${tail}`
}
