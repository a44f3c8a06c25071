/** One pass over all resources, in seconds. */
export interface Pass {
  readonly wall: number
  /** Of all threads of the process: compiling and collecting garbage count. */
  readonly cpu: number
}

/** What validating Synthea's resources took. */
export interface Checks {
  readonly resources: number
  /** Characters of the bundles as JSON. */
  readonly characters: number
  /** Resources with an issue that is an error. */
  readonly wrong: number
  /** Milliseconds of the very first resource, everything that is loaded for it included. */
  readonly first: number
  readonly cold: Pass
  /** The latter half of the cold pass: warmed up, but none of its resources was seen before. */
  readonly unseen: Pass & { readonly resources: number }
  readonly warm: readonly Pass[]
  /** Resident megabytes: with the parsed resources, and after the last pass. */
  readonly memory: { readonly before: number; readonly after: number }
}

/** What the start of a server took, in milliseconds, and its resident megabytes then. */
export interface Start {
  readonly ready: number
  readonly firstWrite: number
  readonly rss: number
}

/** Megabytes a second of CPU time, of the text in its own format. */
export interface Formats {
  readonly json: { readonly megabytes: number; readonly read: number; readonly written: number }
  readonly xml: { readonly megabytes: number; readonly read: number; readonly written: number }
}
