import type { WriteResult } from '@anamnesis/core'
import * as binary from '../binary.js'
import { bucketOf } from '../ids.js'
import { instantOf, type Sequence } from '../sequence.js'
import type { Statement } from '../statement.js'
import type { PreparedChange } from './prepare.js'
import { columnArrays, sideArrays, sideRows } from './side-arrays.js'

/** A row that `put_resources` returns. */
export interface PutRow {
  readonly version: number
  readonly seq: bigint
  readonly created: boolean
  readonly changed: boolean
}

const parameterCount = 64
const text = `select version, seq, created, changed from put_resources(${Array.from(
  { length: parameterCount },
  (_, index) => `$${index + 1}`,
).join(', ')})`

/** The one call that applies changes to different resources. */
export function putStatement(changes: readonly PreparedChange[], sequence: Sequence): Statement {
  const column = <T>(pick: (change: PreparedChange) => T) => changes.map(pick)
  const rows = column(({ row }) => row)
  const patients = sideRows(changes, ({ furtherPatients }) => furtherPatients)
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
      binary.int8Array(column(({ change }) => change.generation ?? 0n)),
      ...columnArrays(
        rows,
        column(({ sides }) => sides),
      ),
      binary.textArray(column(({ change }) => change.head)),
      binary.textArray(column(({ change }) => change.tail)),
      patients.positions,
      binary.int4Array(patients.rows.map(bucketOf)),
      binary.textArray(patients.rows),
      ...sideArrays(rows),
    ],
  }
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
