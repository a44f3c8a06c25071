import type { ResourceFacts } from '../../search/match.js'
import type { HistoryEntry, StoredResource } from '../storage.js'

/** One version as memory holds it: what the contract returns and what a search knows. Never changed once made. */
export interface MemoryVersion extends HistoryEntry, ResourceFacts {
  /** The set of search parameters that the values were extracted by. */
  readonly generation: bigint
}

/** The part of a version that leaves storage, as an object of the caller's own. */
export function toStored({ type, id, version, seq, deleted, content }: MemoryVersion): StoredResource {
  return { type, id, version, seq, deleted, content }
}
