import { ArchiveWriter } from '../archive-writer.js'
import { importCodeSystem } from './code-system.js'
import { openDistribution } from './distribution.js'
import { ImportError } from './import-error.js'
import type { ImportChoices } from './importer.js'
import { loinc } from './loinc.js'
import { snomed } from './snomed.js'

/** The distributions that are known by their files. */
export const importers = [loinc, snomed] as const

/** What is to be imported. */
export interface ImportRequest extends ImportChoices {
  /** Folder or file. */
  readonly from: string
  /** Folder for the archive. */
  readonly into: string
  /** `loinc`, `snomed`, or the URL of a CodeSystem; by default what the files look like. */
  readonly system?: string
}

/** How an import goes on. */
export interface ImportProgress {
  /** A phase begins, of so many steps: bytes to read, facts to sort. */
  phase(name: 'reading' | 'writing', total: number): void
  update(done: number): void
}

/** An archive that was made. */
export interface Imported {
  readonly file: string
  readonly system: string
  readonly version: string
  readonly size: number
}

/**
 * Makes an archive of codes from a distribution. One of the same system and version is replaced when the new one is whole;
 * until then, and where it fails, nothing changes.
 *
 * @throws ImportError for what is no distribution, or not one as published
 */
export async function importArchive(
  request: ImportRequest,
  progress: ImportProgress,
  signal: AbortSignal,
): Promise<Imported> {
  const distribution = await openDistribution(request.from)
  let writer: ArchiveWriter | undefined
  try {
    const { system: kind } = request
    const importer = importers.find((each) =>
      kind === undefined ? each.filesOf(distribution, request).length > 0 : each.kind === kind,
    )
    if (kind !== undefined && !importer && !kind.includes(':')) {
      const known = importers.map((each) => each.kind).join(', ')
      throw new ImportError(`--system ${kind}: expected ${known} or the URL of a CodeSystem.`)
    }
    if (importer && importer.filesOf(distribution, request).length === 0) {
      throw new ImportError(`${request.from} does not look like ${importer.title}. Give its folder or zip.`)
    }
    if (!importer && /\.zip$/i.test(request.from)) {
      throw new ImportError(
        `${request.from} holds no distribution that is known. Unpack a package and give its folder.`,
      )
    }
    writer = new ArchiveWriter(request.into)
    const files = importer?.filesOf(distribution, request) ?? distribution.files
    progress.phase(
      'reading',
      files.reduce((sum, { bytes }) => sum + bytes, 0),
    )
    let read = 0
    const watch = {
      signal,
      read(bytes: number) {
        read += bytes
        progress.update(read)
      },
    }
    const imported = importer
      ? await importer.read(distribution, writer, request, watch)
      : await importCodeSystem(distribution, kind, writer, request, watch)
    progress.phase('writing', 1)
    let total = 0
    const { file, size } = await writer.finish(imported, signal, (done, of) => {
      if (total !== of) progress.phase('writing', of)
      total = of
      progress.update(done)
    })
    return { file, system: imported.system, version: imported.version, size }
  } finally {
    writer?.close()
    distribution.close()
  }
}
