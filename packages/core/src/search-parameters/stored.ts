import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { SearchQuery } from '../search/query.js'
import type { StorageReader, StorageTransaction, StoredResource } from '../storage/storage.js'

/** A SearchParameter resource as stored. */
export interface StoredParameter {
  readonly row: Pick<StoredResource, 'id' | 'version' | 'seq'>
  readonly resource: AnyResource
}

const everything: SearchQuery = {
  types: ['SearchParameter'],
  where: [],
  include: [],
  revinclude: [],
  sort: [],
  count: 1,
  total: 'none',
}

/** Every live SearchParameter resource, the one that was changed longest ago first. */
export async function readStored(reader: StorageReader): Promise<StoredParameter[]> {
  const found: StoredParameter[] = []
  for await (const { id, version, seq, content } of reader.stream(everything)) {
    found.push({ row: { id, version, seq }, resource: readable(content) })
  }
  return found.sort((a, b) => (a.row.seq < b.row.seq ? -1 : 1))
}

/** Content that cannot be read is no active parameter; it must not keep the others from being used. */
function readable(content: string): AnyResource {
  try {
    return parseJson(content).value as AnyResource
  } catch {
    return { resourceType: 'SearchParameter' }
  }
}

/** `seq` of the newest change of any SearchParameter resource, deletions included. */
export async function newestChange(reader: StorageReader): Promise<bigint | undefined> {
  const { entries } = await reader.history({ type: 'SearchParameter', count: 1 })
  return entries[0]?.seq
}

/** A clock of another instance may be ahead of this one by so much; more than that is a fault of the installation. */
const longestWait = 5000

/**
 * Makes changes of SearchParameters happen one after the other, each with a later instant than all before it, whatever
 * the clocks of the instances say: the newest instant tells an instance whether it knows all parameters, and a row by
 * which ones it was indexed.
 */
export async function enterInTurn(tx: StorageTransaction, clock: () => number): Promise<void> {
  await tx.claim(['core.search-parameters'])
  const newest = await newestChange(tx)
  if (newest === undefined) return
  const ahead = Number(newest >> 20n) - clock() + 1
  if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(ahead, longestWait)))
}
