import type { Definitions, IndexEntry } from '@anamnesis/core'
import * as binary from '../binary.js'
import { bucketOf } from '../ids.js'
import { type IndexRow, toIndexRow } from '../index-row.js'
import type { Statement } from '../statement.js'
import { typeNumber } from '../types.js'
import { columnArrays, sideArrays, sidesOf } from './side-arrays.js'

const parameterCount = 53
const text = `select index_resources(${Array.from({ length: parameterCount }, (_, index) => `$${index + 1}`).join(', ')}) as replaced`

/** What is indexed anew of one resource. */
export interface PreparedEntry {
  readonly entry: IndexEntry
  readonly row: IndexRow
}

/** Each resource once, its last entry. */
export function prepareEntries(entries: readonly IndexEntry[]): PreparedEntry[] {
  const last = new Map(entries.map((entry) => [`${entry.type}/${entry.id}`, entry]))
  return [...last.values()].map((entry) => ({ entry, row: toIndexRow(entry.type, entry.values) }))
}

/** The one call that replaces what is indexed of different resources. */
export function indexStatement(prepared: readonly PreparedEntry[], definitions: Definitions): Statement {
  const column = <T>(pick: (entry: IndexEntry) => T) => prepared.map(({ entry }) => pick(entry))
  const rows = prepared.map(({ row }) => row)
  return {
    name: 'index',
    text,
    values: [
      binary.int2Array(column(({ type }) => typeNumber(definitions, type))),
      binary.textArray(column(({ id }) => id)),
      binary.int4Array(column(({ id }) => bucketOf(id))),
      binary.int4Array(column(({ version }) => version)),
      binary.int8Array(column(({ generation }) => generation)),
      ...columnArrays(
        rows,
        rows.map((row) => sidesOf(row)),
      ),
      ...sideArrays(rows),
    ],
  }
}
