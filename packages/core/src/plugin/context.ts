import type { Logger } from 'pino'
import type { StorageTransaction } from '../storage/storage.js'

/** Who makes a request, as an `authenticate` hook found out. */
export interface Principal {
  /** Stable identifier of the account or client. */
  readonly id: string
  /** Shown in logs of administration and in audit, e.g. a username. */
  readonly name?: string
  readonly roles: readonly string[]
  /** SMART scopes. */
  readonly scopes?: readonly string[]
  /** The account's own record, e.g. `Patient/1`. */
  readonly fhirUser?: string
  /** What plugins add: purpose of use, token id, launch context. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Everything that an interaction knows of the request it serves. */
export interface RequestContext {
  /** Sent back as `X-Request-Id` and written to every log line of the request. */
  readonly requestId: string
  readonly principal: Principal | undefined
  /** Base URL of the server as the client sees it, without a trailing slash, e.g. `https://fhir.example.org/fhir`. */
  readonly baseUrl: string
  /** `Prefer: handling=`; lenient by default. */
  readonly handling: 'strict' | 'lenient'
  /** `Prefer: validation=`: how much of a resource is checked, where the server lets requests choose. */
  readonly validation?: string | undefined
  readonly log: Logger
  readonly clock: Clock
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Network address of the client, as far as the proxy settings let it be known. */
  readonly remoteAddress: string | undefined
  /** The database transaction that the interaction is part of: set for entries of a transaction bundle. */
  readonly transaction?: StorageTransaction
}

/** The current time in milliseconds since the epoch; injected so that tests can set it. */
export type Clock = () => number
