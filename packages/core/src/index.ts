// The public API of @anamnesis/core: named exports, nothing else.
export type {
  CompartmentDefinition,
  CompositeComponent,
  Definitions,
  ElementDefinition,
  SearchParameter,
  SearchParameterType,
} from './definitions/definitions.js'
export { r4 } from './definitions/r4.js'
export { type ErrorCode, errorCodes } from './errors/codes.js'
export { FhirError, type FhirErrorOptions } from './errors/fhir-error.js'
export { type ErrorResponse, errorCodeSystem, toErrorResponse } from './errors/outcome.js'
export { assembleContent, contentOf } from './fhir/content.js'
export { setSource, sourceOf } from './fhir/digits.js'
export { type ParsedJson, parseJson, prettyJson, stringifyJson } from './fhir/json.js'
export type {
  AnyResource,
  Bundle,
  BundleEntry,
  OperationOutcome,
  OperationOutcomeIssue,
  Resource,
  ResourceOf,
  ResourceType,
} from './fhir/types.js'
export { defaultLimits, type Limits } from './interactions/limits.js'
export { type AnyJobDefinition, defineJob, type JobContext, type JobDefinition } from './jobs/define.js'
export type { Jobs } from './jobs/jobs.js'
export { memory } from './memory.js'
export type { Clock, Principal, RequestContext } from './plugin/context.js'
export {
  type AnyProvider,
  definePlugin,
  type Plugin,
  type PluginContext,
  type PluginDefinition,
  type PluginParts,
} from './plugin/define.js'
export {
  defineResource,
  type HandledInteraction,
  type Handler,
  type HistoryInput,
  type ResourceDefinition,
  type ResourceHandlers,
  refuse,
  type SearchInput,
} from './plugin/handlers.js'
export {
  type Changed,
  type CommittedChange,
  type HookKind,
  type HookName,
  type Hooks,
  hookKinds,
  type PendingWrite,
} from './plugin/hooks.js'
export type { FhirRequest, FhirResponse } from './plugin/http.js'
export type * from './plugin/interaction.js'
export { type BootReportEntry, type LifecycleLimits, renderBootReport } from './plugin/lifecycle.js'
export { defineOperation, OperationAnswer, type OperationDefinition } from './plugin/operation.js'
export { BootError, PluginError, type PluginPhase } from './plugin/plugin-error.js'
export { ResourceResult, type ResultFacts } from './plugin/result.js'
export type { Route } from './plugin/route.js'
export {
  definitionsService,
  type Engine,
  engineService,
  jobsService,
  type Secrets,
  searchParametersService,
  secretsService,
  storageService,
} from './plugin/services.js'
export {
  type AnyToken,
  defineExtensionPoint,
  defineService,
  type ExtensionPoint,
  type OptionalService,
  optional,
  type ProvidedValue,
  type ServiceToken,
  type UsedValue,
} from './plugin/tokens.js'
export { withAccess } from './search/access.js'
export {
  type Canonical,
  canonicalReferences,
  canonicalsOf,
  includesType,
  refersByCanonical,
} from './search/canonical.js'
export { patientsOf } from './search/compartments.js'
export { distanceBetween, earthRadius, type Position } from './search/distance.js'
export { containedParameter, extractSearchValues } from './search/extract.js'
export type { ResourceFacts } from './search/match.js'
export { type FactSource, matchesAll } from './search/match.js'
export { normalizeString } from './search/normalize.js'
export type * from './search/query.js'
export type * from './search/values.js'
export { wordsOf } from './search/words.js'
export { defineSearchParameter, type PluginSearchParameter } from './search-parameters/define.js'
export type { Indexed } from './search-parameters/parameter-set.js'
export type { SearchParameters } from './search-parameters/service.js'
export type { ParameterState, ParameterStatus } from './search-parameters/status.js'
export type { IndexingOptions } from './server/indexing.js'
export { createFhirServer, type FhirServer, type FhirServerOptions } from './server.js'
export { comparePlaces, fromPageKey, type Place, placeOf, toPageKey } from './storage/memory/order.js'
export { memoryStorage } from './storage/memory.js'
export type {
  Change,
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  IndexEntry,
  Job,
  JobStore,
  ResourceKey,
  SearchExplanation,
  SearchPage,
  Storage,
  StorageReader,
  StorageTransaction,
  StoredResource,
  WriteResult,
} from './storage/storage.js'
export type { ValidationLevel } from './validation/level.js'
export { validateStructure } from './validation/structure.js'
export {
  createValidator,
  type ValidateOptions,
  type Validator,
  type ValidatorOptions,
} from './validation/validator.js'
export { version } from './version.js'
