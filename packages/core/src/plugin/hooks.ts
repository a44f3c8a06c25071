import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { SearchQuery } from '../search/query.js'
import type { Change, StorageTransaction, WriteResult } from '../storage/storage.js'
import type { Principal, RequestContext } from './context.js'
import type { FhirRequest, FhirResponse } from './http.js'
import type { Interaction } from './interaction.js'

/** What a `beforeWrite` hook is told of the write. */
export interface PendingWrite {
  readonly kind: 'create' | 'update'
  readonly type: string
  /** Absent for a create whose id storage gives later. */
  readonly id?: string
}

/** A change with what it did: what hooks around the commit see. */
export interface CommittedChange {
  readonly change: Change
  readonly result: WriteResult
  /** The resource as written; absent for a delete. Frozen by agreement: change it in `beforeWrite`. */
  readonly resource?: AnyResource
  /** What validation said of it and let pass. */
  readonly warnings?: readonly OperationOutcomeIssue[]
}

/** A changed resource, or nothing to leave it as it is. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing at all
export type Changed = AnyResource | undefined | void

/**
 * Every hook, its moment and its power. Hooks of several plugins run in boot order.
 */
export interface Hooks {
  /**
   * Before anything else of a request. Return who makes it, or nothing to let the next hook try; the first answer wins.
   * Throw FhirError `unauthenticated` for credentials that are wrong.
   */
  readonly authenticate?: (
    request: FhirRequest,
    ctx: RequestContext,
  ) => Promise<Principal | undefined> | Principal | undefined
  /** Before an interaction runs, entries of bundles included. Throwing refuses it; changes nothing. */
  readonly authorize?: (interaction: Interaction, ctx: RequestContext) => Promise<void> | void
  /**
   * Row-level access: gets each typed query before storage runs it and returns it, narrowed. Reads by id, history and
   * conditional matches are narrowed through a query of their own, so returning `{ kind: 'nothing' }` hides them too.
   */
  readonly narrow?: (query: SearchQuery, ctx: RequestContext) => Promise<SearchQuery> | SearchQuery
  /**
   * After the handlers, before validation: return the resource to write (a changed copy, or nothing to leave it).
   * Throwing refuses the write; in a transaction bundle, all of it. May run again when the database retries.
   */
  readonly beforeWrite?: (
    resource: AnyResource,
    write: PendingWrite,
    ctx: RequestContext,
  ) => Promise<Changed> | Changed
  /**
   * Inside the transaction, after storage has taken the changes. May read and write through `tx`; throwing rolls back
   * everything. May run again when the database retries.
   */
  readonly beforeCommit?: (
    changes: readonly CommittedChange[],
    tx: StorageTransaction,
    ctx: RequestContext,
  ) => Promise<void> | void
  /**
   * On each resource that leaves (reads, matches, includes, history, representations): return it, changed, to redact.
   * Registering one makes every read parse its text. Throwing fails the request.
   */
  readonly beforeReturn?: (resource: AnyResource, ctx: RequestContext) => Promise<Changed> | Changed
  /**
   * With the response ready and nothing sent, whether it is an answer or a refusal. May change the response's headers;
   * throwing fails the request in its place.
   */
  readonly beforeRespond?: (
    response: FhirResponse,
    request: FhirRequest,
    ctx: RequestContext,
  ) => Promise<void> | void
  /**
   * After the commit of the outermost transaction, all at once, with every change that it made; not waited for by the
   * response. What was rolled back is never heard of. Failures are logged.
   */
  readonly afterCommit?: (changes: readonly CommittedChange[], ctx: RequestContext) => Promise<void> | void
  /** After the response was handed over, refusals included, all at once. Failures are logged. */
  readonly afterResponse?: (
    response: FhirResponse,
    request: FhirRequest,
    ctx: RequestContext,
  ) => Promise<void> | void
}

export type HookName = keyof Hooks

/** `first`: the first answer wins. `series`: in order, a throw ends it. `waterfall`: each gets what the one before gave. `parallel`: at once, failures logged. */
export type HookKind = 'first' | 'series' | 'waterfall' | 'parallel'

/** The kind of every hook. Leaving one out does not compile. */
export const hookKinds = {
  authenticate: 'first',
  authorize: 'series',
  narrow: 'waterfall',
  beforeWrite: 'waterfall',
  beforeCommit: 'series',
  beforeReturn: 'waterfall',
  beforeRespond: 'series',
  afterCommit: 'parallel',
  afterResponse: 'parallel',
} as const satisfies Record<HookName, HookKind>
