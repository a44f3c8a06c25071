import type { ArchiveWriter } from '../archive-writer.js'
import type { Distribution, DistributionFile } from './distribution.js'
import type { ImportWatch } from './reading.js'

/** What a person may decide about an import. */
export interface ImportChoices {
  /** Version of the code system, where the distribution does not tell it. */
  readonly version?: string
  /** Language that is wanted, e.g. `en`, `es`; where the distribution has several. */
  readonly language?: string
}

/** What an archive is called. */
export interface ImportedSystem {
  readonly system: string
  readonly version: string
  /** Of the file, without ending. */
  readonly name: string
}

/** Reads one kind of distribution. */
export interface Importer {
  /** As the command takes it: `loinc`. */
  readonly kind: string
  readonly title: string
  /** The files that it would read; empty where the distribution is of another kind. */
  filesOf(distribution: Distribution, choices: ImportChoices): readonly DistributionFile[]
  /**
   * Tells the writer everything.
   *
   * @throws ImportError where the distribution is not as published
   */
  read(
    distribution: Distribution,
    writer: ArchiveWriter,
    choices: ImportChoices,
    watch: ImportWatch,
  ): Promise<ImportedSystem>
}

/** Name for a file: letters, digits, dots and hyphens only. */
export function nameOf(system: string, version: string): string {
  const parts = `${system} ${version}`.split(/[^A-Za-z0-9.]+/)
  return parts
    .filter((part) => part !== '')
    .join('-')
    .slice(0, 120)
}
