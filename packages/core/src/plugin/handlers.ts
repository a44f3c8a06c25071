import { FhirError } from '../errors/fhir-error.js'
import type { AnyResource, ResourceOf, ResourceType } from '../fhir/types.js'
import type { SearchQuery } from '../search/query.js'
import type { HistoryPage, HistoryQuery, SearchPage } from '../storage/storage.js'
import type { RequestContext } from './context.js'
import type {
  CreateInteraction,
  DeleteInteraction,
  PatchInteraction,
  ReadInteraction,
  UpdateInteraction,
  VreadInteraction,
} from './interaction.js'
import type { ResourceResult } from './result.js'

/**
 * A link of the onion around one interaction of one resource type. Call `next` to go inwards (with a changed input if
 * need be) and return what it gave, changed or not; return without `next` to replace what storage would do; throw a
 * FhirError to refuse. The innermost `next` is storage.
 */
export type Handler<Input, Output> = (
  input: Input,
  ctx: RequestContext,
  next: (input?: Input) => Promise<Output>,
) => Promise<Output>

/** Input of a search handler: the query after every `narrow` hook. */
export interface SearchInput {
  readonly type: string
  readonly query: SearchQuery
}

/** Input of a history handler, instance and type level alike. */
export interface HistoryInput {
  readonly type: string
  readonly query: HistoryQuery
}

/** The interactions of a resource type that handlers can wrap, with what they take and give. */
export interface ResourceHandlers<R = AnyResource> {
  /** `undefined` is answered with 404, a deleted version with 410. */
  readonly read?: Handler<ReadInteraction, ResourceResult<R> | undefined>
  readonly vread?: Handler<VreadInteraction, ResourceResult<R> | undefined>
  /** Runs before `beforeWrite`; the resource has no id yet. */
  readonly create?: Handler<CreateInteraction<R>, ResourceResult<R>>
  readonly update?: Handler<UpdateInteraction<R>, ResourceResult<R>>
  /** The patched resource passes through `beforeWrite` and validation like an update. */
  readonly patch?: Handler<PatchInteraction, ResourceResult<R>>
  readonly delete?: Handler<DeleteInteraction, ResourceResult<R>>
  readonly search?: Handler<SearchInput, SearchPage>
  readonly history?: Handler<HistoryInput, HistoryPage>
}

/** The name of an interaction that a resource handler can wrap. */
export type HandledInteraction = keyof ResourceHandlers

/** Handlers of one resource type, as `defineResource` freezes them. */
export interface ResourceDefinition {
  readonly type: string
  readonly handlers: ResourceHandlers
}

/**
 * Handlers for one resource type; the shapes follow the type: `defineResource('Patient', { create(input) { input.resource.name } })`.
 * Where several plugins handle the same interaction of a type, the plugin that comes first in the boot order is outermost.
 */
export function defineResource<T extends ResourceType>(
  type: T,
  handlers: ResourceHandlers<ResourceOf<T>>,
): ResourceDefinition {
  return Object.freeze({ type, handlers: Object.freeze({ ...handlers }) as unknown as ResourceHandlers })
}

/** A handler that refuses an interaction with 405; the CapabilityStatement then leaves the interaction out. */
export const refuse = async (): Promise<never> => {
  throw new FhirError(
    'method-not-allowed',
    'This server does not offer this interaction for this resource type.',
  )
}
