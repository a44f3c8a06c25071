/**
 * `usable`: searches may use it. `indexing`: a job brings the index up to date. `failed`: it cannot be used, see `reason`.
 * `built-in`: it describes a parameter of R4, which is used as R4 defines it. The others are the resource's own status:
 * stored, not used.
 */
export type ParameterState = 'draft' | 'retired' | 'unknown' | 'built-in' | 'indexing' | 'usable' | 'failed'

/** Where a SearchParameter resource stands. */
export interface ParameterStatus {
  /** Of the SearchParameter resource. */
  readonly id: string
  readonly url: string
  readonly code: string
  readonly base: readonly string[]
  readonly state: ParameterState
  readonly reason?: string
  /** The reindex job that works, or failed, on it. */
  readonly job?: string
  /** Of that job, while it runs. */
  readonly done?: number
  readonly total?: number
}
