/** Limits that bound what one request may cost. Crossing one is answered with an OperationOutcome that names it. */
export interface Limits {
  /** Bytes of a request body after decompression. */
  readonly bodyBytes: number
  /** Entries of a batch or transaction. */
  readonly bundleEntries: number
  /** Levels of nesting in JSON. */
  readonly jsonDepth: number
  /** Bytes of a URL, path and query. */
  readonly urlBytes: number
  /** Resources per page when `_count` is absent. */
  readonly defaultCount: number
  /** The largest page. */
  readonly maxCount: number
}

export const defaultLimits: Limits = Object.freeze({
  bodyBytes: 64 * 1024 * 1024,
  bundleEntries: 10_000,
  jsonDepth: 100,
  urlBytes: 64 * 1024,
  defaultCount: 20,
  maxCount: 1000,
})
