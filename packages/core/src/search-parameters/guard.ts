import type { Definitions } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import type { StorageTransaction } from '../storage/storage.js'
import { refusal } from './fault.js'
import { judge, judgeAll, type NamedParameter } from './judge.js'
import { enterInTurn, readStored, type StoredParameter } from './stored.js'

/** A SearchParameter on its way to storage, or its deletion. */
export interface PendingParameter {
  readonly id: string
  /** Absent for a deletion. */
  readonly resource?: AnyResource
  /** Where it sits in the request: `Bundle.entry[3].resource`. */
  readonly path?: string
}

/**
 * Lets SearchParameters into storage one transaction at a time, and none that is active and cannot be used: each is
 * judged beside those that are stored and those that come with it.
 *
 * @throws FhirError `invalid-search-parameter` with an issue for each fault.
 */
export async function admit(
  definitions: Definitions,
  pending: readonly PendingParameter[],
  tx: StorageTransaction,
  clock: () => number,
): Promise<void> {
  await enterInTurn(tx, clock)
  const active = pending.filter(({ resource }) => resource?.status === 'active')
  if (active.length === 0) return
  const replaced = new Set(pending.map(({ id }) => id))
  const others = await judgeStored(
    definitions,
    (await readStored(tx)).filter(({ row }) => !replaced.has(row.id)),
  )
  // A composite may come in one bundle with what it is made of.
  const isComposite = ({ resource }: PendingParameter) => resource?.type === 'composite'
  for (const each of [...active.filter((one) => !isComposite(one)), ...active.filter(isComposite)]) {
    const judgement = await judge(definitions, each.resource as AnyResource, others)
    if (judgement.kind === 'refused') throw refusal(judgement.faults, each.path)
    if (judgement.kind === 'custom') {
      others.push({ name: each.path ?? `SearchParameter/${each.id}`, definition: judgement.definition })
    }
  }
}

async function judgeStored(
  definitions: Definitions,
  stored: readonly StoredParameter[],
): Promise<NamedParameter[]> {
  const judged = await judgeAll(definitions, stored)
  return [...judged].flatMap(([id, judgement]) =>
    judgement.kind === 'custom' ? [{ name: `SearchParameter/${id}`, definition: judgement.definition }] : [],
  )
}
