export type { Definitions, SearchParameter } from './definitions/definitions.js'
export { FhirError } from './errors/fhir-error.js'
export { normalizeString } from './search/normalize.js'
export type * from './search/query.js'
export type * from './search/values.js'
export type {
  Change,
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  ResourceKey,
  SearchPage,
  Storage,
  StorageReader,
  StorageTransaction,
  StoredResource,
  WriteResult,
} from './storage/storage.js'
