import { type Change, FhirError, type WriteResult } from '@anamnesis/core'
import { alreadyExists, expectationFailed } from '../errors.js'
import type { Sequence } from '../sequence.js'
import type { Statement } from '../statement.js'
import { insertStatement, isBareInsert } from './insert.js'
import type { PreparedChange } from './prepare.js'
import { type PutRow, putStatement, toWriteResult } from './put.js'

/** Runs one statement and gives its rows; failures come as the database tells them. */
export type Execute = <Row>(statement: Statement) => Promise<Row[]>

/**
 * Applies changes to different resources in one round trip.
 *
 * @throws FhirError `version-conflict`, `write-conflict` where a change may not be made.
 */
export async function applyWave(
  execute: Execute,
  changes: readonly PreparedChange[],
  sequence: Sequence,
): Promise<WriteResult[]> {
  if (changes.every(isBareInsert)) {
    const { statement, results } = insertStatement(changes, sequence)
    await execute(statement)
    return results
  }
  try {
    const rows = await execute<PutRow>(putStatement(changes, sequence))
    return changes.map((change, index) => toWriteResult(change, rows[index]!))
  } catch (error) {
    throw refusal(error, changes) ?? error
  }
}

function refusal(error: unknown, changes: readonly PreparedChange[]): FhirError | undefined {
  const { code, detail } = error as { readonly code?: string; readonly detail?: string }
  if (code !== expectationFailed && code !== alreadyExists) return undefined
  const [position = 1, version = 0] = (detail ?? '').split(',').map(Number)
  const { change } = changes[position - 1]!
  return code === alreadyExists ? existing(change) : conflict(change, version)
}

function conflict({ type, id, expect }: Change, version: number): FhirError {
  const wanted = expect === 0 ? 'not to exist' : `to be at version ${expect}`
  const found = version === 0 ? 'does not exist' : `is at version ${version}`
  return new FhirError(
    'version-conflict',
    `Expected ${type}/${id} ${wanted}, but it ${found}. Read it and try again.`,
  )
}

function existing({ type, id }: Change): FhirError {
  return new FhirError(
    'write-conflict',
    `Cannot create ${type}/${id}: a resource with this id exists. Update it instead.`,
  )
}
