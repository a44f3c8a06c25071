/** A request as the engine sees it, free of any HTTP framework: what `server.handle` takes. */
export interface FhirRequest {
  readonly method: string
  /** Path and query, e.g. `/fhir/Patient?name=x`. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Raw bytes; `undefined` without a body. A string is read as UTF-8 text. */
  readonly body?: Uint8Array | string | undefined
  readonly remoteAddress?: string
  /** Origin that the client called, where a trusted proxy says so; else the `host` header makes it. */
  readonly origin?: string
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal
}

/** A response, ready to be sent. */
export interface FhirResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array | undefined
}
