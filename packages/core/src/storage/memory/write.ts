import { FhirError } from '../../errors/fhir-error.js'
import type { Change, WriteResult } from '../storage.js'
import type { Sequence } from './sequence.js'
import type { MemoryVersion } from './version.js'
import type { View } from './view.js'

/** Applies one change to what a transaction has written. */
export function applyChange(view: View, change: Change, sequence: Sequence): WriteResult {
  const { type, id } = change
  const current = view.current(type, id)
  checkExpectation(change, current)
  const live = current !== undefined && !current.deleted
  if (change.kind === 'delete' && !live) {
    return {
      type,
      id,
      version: current?.version ?? 0,
      seq: current?.seq ?? 0n,
      created: false,
      changed: false,
      content: '',
    }
  }
  const version = (current?.version ?? 0) + 1
  const seq = sequence.next(current?.seq)
  const next = nextVersion(change, version, seq, current)
  view.append(next)
  const created = change.kind !== 'delete' && !live
  return { type, id, version, seq, created, changed: true, content: next.content }
}

function checkExpectation({ kind, type, id, expect }: Change, current: MemoryVersion | undefined): void {
  const version = current?.version ?? 0
  // A tombstone is no resource: what must not exist may have been deleted.
  const held = expect === 0 ? !current || current.deleted : expect === version
  if (expect !== undefined && !held) {
    const wanted = expect === 0 ? 'not to exist' : `to be at version ${expect}`
    const found = version === 0 ? 'does not exist' : `is at version ${version}`
    throw new FhirError(
      'version-conflict',
      `Expected ${type}/${id} ${wanted}, but it ${found}. Read it and try again.`,
    )
  }
  if (kind === 'create' && current && !current.deleted) {
    throw new FhirError(
      'write-conflict',
      `Cannot create ${type}/${id}: a resource with this id exists. Update it instead.`,
    )
  }
}

function nextVersion(
  { kind, type, id, head, tail, values, patients, generation = 0n }: Change,
  version: number,
  seq: bigint,
  current: MemoryVersion | undefined,
): MemoryVersion {
  if (kind === 'delete') {
    // The compartment outlives the content: whoever could see the resource may learn that it is gone.
    const kept = current?.patients ?? []
    return {
      type,
      id,
      version,
      seq,
      deleted: true,
      content: '',
      method: 'DELETE',
      patients: kept,
      values: [],
      generation,
    }
  }
  const lastUpdated = new Date(Number(seq >> 20n)).toISOString()
  return {
    type,
    id,
    version,
    seq,
    deleted: false,
    content: `${head}${version}","lastUpdated":"${lastUpdated}"${tail}`,
    method: kind === 'create' ? 'POST' : 'PUT',
    patients: [...patients],
    values: structuredClone(values),
    generation,
  }
}
