import * as binary from '../binary.js'
import type { IndexRow } from '../index-row.js'

/** Bits of `resource.sides`: which side tables have rows of a version. */
export const side = {
  string: 1,
  date: 2,
  quantity: 4,
  code: 8,
  compartment: 16,
  composite: 32,
  position: 64,
} as const

export function sidesOf(row: IndexRow, furtherPatients = 0): number {
  return (
    (row.strings.length > 0 ? side.string : 0) |
    (row.dates.length > 0 ? side.date : 0) |
    (row.quantities.length > 0 ? side.quantity : 0) |
    (row.codes.length > 0 ? side.code : 0) |
    (furtherPatients > 0 ? side.compartment : 0) |
    (row.composites.length > 0 ? side.composite : 0) |
    (row.positions.length > 0 ? side.position : 0)
  )
}

/** The columns of `resource` that come from search values, in the order in which the functions take them. */
export function columnArrays(rows: readonly IndexRow[], sides: readonly number[]): Buffer[] {
  const column = <T>(pick: (row: IndexRow) => T) => rows.map(pick)
  return [
    binary.timestamptzArray(column(({ date }) => date)),
    binary.timestamptzArray(column(({ dateEnd }) => dateEnd)),
    binary.int8Array(column(({ code }) => code)),
    binary.int8Array(column(({ codeFull }) => codeFull)),
    binary.float8Array(column(({ quantity }) => quantity)),
    binary.float8Array(column(({ canonical }) => canonical)),
    binary.int2Array(sides),
    ...ragged(column(({ tokens }) => tokens)),
    ...ragged(column(({ units }) => units)),
    ...ragged(column(({ words }) => words)),
  ]
}

/** The side rows, in the order in which the functions take them. */
export function sideArrays(rows: readonly IndexRow[]): Buffer[] {
  const strings = sideRows(rows, (row) => row.strings)
  const dates = sideRows(rows, (row) => row.dates)
  const quantities = sideRows(rows, (row) => row.quantities)
  const codes = sideRows(rows, (row) => row.codes)
  const composites = sideRows(rows, (row) => row.composites)
  const positions = sideRows(rows, (row) => row.positions)
  const ranges = composites.rows.flatMap((row) => row.ranges)
  return [
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
    binary.float8Array(quantities.rows.map(({ canonicalLow }) => canonicalLow)),
    binary.float8Array(quantities.rows.map(({ canonicalHigh }) => canonicalHigh)),
    ...ragged(quantities.rows.map(({ units }) => units)),
    codes.positions,
    binary.int8Array(codes.rows.map(({ code }) => code)),
    binary.int8Array(codes.rows.map(({ codeFull }) => codeFull)),
    binary.boolArray(codes.rows.map(({ first }) => first)),
    composites.positions,
    binary.int8Array(composites.rows.map(({ param }) => param)),
    ...ragged(composites.rows.map(({ tokens }) => tokens)),
    binary.float8Array(ranges.map(({ low }) => low)),
    binary.float8Array(ranges.map(({ high }) => high)),
    binary.float8Array(ranges.map(({ canonicalLow }) => canonicalLow)),
    binary.float8Array(ranges.map(({ canonicalHigh }) => canonicalHigh)),
    ends(composites.rows.map((row) => row.ranges)),
    binary.textArray(composites.rows.flatMap(({ texts }) => texts)),
    ends(composites.rows.map(({ texts }) => texts)),
    positions.positions,
    binary.int8Array(positions.rows.map(({ param }) => param)),
    binary.float8Array(positions.rows.map(({ latitude }) => latitude)),
    binary.float8Array(positions.rows.map(({ longitude }) => longitude)),
  ]
}

/** Flattens lists of hashes: all of them, and where each list ends. */
export function ragged(lists: readonly (readonly bigint[])[]): [Buffer, Buffer] {
  return [binary.int8Array(lists.flat()), ends(lists)]
}

function ends(lists: readonly (readonly unknown[])[]): Buffer {
  let end = 0
  return binary.int4Array(lists.map((list) => (end += list.length)))
}

/** What each of some items has of one kind, with the positions of the items (from 1). */
export function sideRows<Item, Row>(items: readonly Item[], pick: (item: Item) => readonly Row[]) {
  const positions: number[] = []
  const rows: Row[] = []
  for (const [index, item] of items.entries()) {
    for (const row of pick(item)) {
      positions.push(index + 1)
      rows.push(row)
    }
  }
  return { positions: binary.int4Array(positions), rows }
}
