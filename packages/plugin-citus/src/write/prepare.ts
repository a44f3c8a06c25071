import type { Change, Definitions } from '@anamnesis/core'
import { bucketFor, bucketOf, isServerMade } from '../ids.js'
import { type IndexRow, toIndexRow } from '../index-row.js'
import { typeNumber } from '../types.js'
import { sidesOf } from './side-arrays.js'

/** A change with all that can be known of it before its row is locked. */
export interface PreparedChange {
  readonly change: Change
  readonly type: number
  /** Where its id says that it is. */
  readonly home: number
  /** Where it is to be stored. */
  readonly bucket: number
  readonly method: 'P' | 'U' | 'D'
  /** Its id must be claimed in `resource_location`: without, two buckets could each get a resource with this id. */
  readonly claim: boolean
  /** A create whose random id nobody else can have, so that there is no row to look for. */
  readonly fresh: boolean
  readonly patient: string | null
  /** Its patients beside `patient`. */
  readonly furtherPatients: readonly string[]
  readonly row: IndexRow
  readonly sides: number
}

const methods = { create: 'P', update: 'U', delete: 'D' } as const
const emptyRow = toIndexRow('', [])

export function prepareChange(change: Change, definitions: Definitions): PreparedChange {
  const { kind, type, id, patients, values } = change
  const removed = kind === 'delete'
  const home = bucketOf(id)
  const bucket = removed ? home : bucketFor(type, id, patients)
  const fresh = kind === 'create' && change.expect === undefined && isServerMade(id)
  const row = removed ? emptyRow : toIndexRow(type, values)
  const patient = removed ? null : type === 'Patient' ? id : (patients[0] ?? null)
  const furtherPatients = removed ? [] : [...new Set(patients)].filter((each) => each !== patient)
  return {
    change,
    type: typeNumber(definitions, type),
    home,
    bucket,
    method: methods[kind],
    claim: !removed && !fresh && type !== 'Patient' && (bucket !== home || isMember(type, definitions)),
    fresh,
    patient,
    furtherPatients,
    row,
    sides: sidesOf(row, furtherPatients.length),
  }
}

function isMember(type: string, definitions: Definitions): boolean {
  return definitions.compartments.get('Patient')?.resource[type] !== undefined
}
