/** The kind of the job that brings the index up to date. */
export const reindexKind = 'reindex'

/** What a reindex job is asked for. */
export interface ReindexInput {
  /** Absent: every type with outdated resources. */
  readonly types?: readonly string[]
  /** Also what is up to date. */
  readonly force?: boolean
  /** The format towards which a release reindexes what an older one indexed. */
  readonly format?: number
  /** `id/seq` of the SearchParameters that it is for. */
  readonly parameters?: readonly string[]
}

/** How far a reindex job is with one type. */
export interface TypeProgress {
  readonly type: string
  /** The generation that it works towards, decimal digits. */
  readonly target: string
  readonly done: number
  readonly total: number
  /** `seq` of the last resource of this pass, decimal digits. */
  readonly after?: string
  readonly passes: number
  /** True once a count has shown that nothing is outdated. */
  readonly complete: boolean
}

/** How far a reindex job is. */
export interface ReindexProgress {
  readonly types: readonly TypeProgress[]
  /** Over all types. */
  readonly done: number
  readonly total: number
  /** Resources per second. */
  readonly rate: number
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly phase: 'counting' | 'indexing' | 'checking' | 'done'
}
