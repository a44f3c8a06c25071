import type { ConformanceSource, ConformanceType } from '../conformance.js'
import type { Manifest } from './manifest.js'

/** Where notes of opening go; a pino logger fits. */
export interface PackageLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** How packages are opened; all have defaults. */
export interface PackageOptions {
  /**
   * Folder for the unpacked form of packages, so that later starts take milliseconds; instances may share it. By default
   * `anamnesis/packages` in the user's cache folder; `false` keeps everything in memory.
   */
  readonly cacheDir?: string | false
  /** Characters of JSON whose parsed form is kept for the next question; 64 Mi by default. */
  readonly keptCharacters?: number
  readonly log?: PackageLog
}

/** One package, folder or Bundle that was opened. */
export interface PackageInfo extends Manifest {
  /** As the setting names it. */
  readonly path: string
  /** Resources by type, of all types. Examples do not count. */
  readonly counts: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

/** A definition that can be found. */
export interface PackageEntry {
  readonly url: string
  readonly version?: string
  /** Name of the package that brings it. */
  readonly package: string
}

/** The definitions that packages bring. Contents are parsed at the first question. */
export interface PackageSource extends ConformanceSource {
  /**
   * Finds by `url` and exact version; else the highest that a partial version (`1.2`) stands for; without version the
   * highest. Of equal versions that of the package that was named first. A NamingSystem is found by each of its unique ids
   * that is a URI.
   */
  find: ConformanceSource['find']
  /** What there is of a type, each URL and version once, without opening anything. */
  list(type: ConformanceType): readonly PackageEntry[]
  readonly packages: readonly PackageInfo[]
  /** Of all packages, and on how they fit together, e.g. a dependency that is not there. */
  readonly warnings: readonly string[]
  /** Lets go of the files. Nothing is found afterwards. */
  close(): void
}
