import { type ConformanceSource, firstOf } from '../definitions/conformance.js'
import { openPackages } from '../definitions/packages/open-packages.js'
import type { PackageLog, PackageSource } from '../definitions/packages/package-source.js'
import { r4Conformance } from '../definitions/r4-conformance.js'
import { openArchives } from '../terminology/archive/open-archives.js'
import { r4Terminology } from '../terminology/bundled.js'
import { grammars } from '../terminology/grammars/grammars.js'
import { createMembership, type Membership } from '../terminology/membership.js'
import type { TerminologyParts } from '../terminology/sources.js'

/** Where definitions and terminology on this machine are found; plain data, so that a worker opens the same. */
export interface LocalOptions {
  /** FHIR packages: `package.tgz` files or folders. */
  readonly packages: readonly string[]
  /** Folder for unpacked packages; `false` for none. */
  readonly packageCache?: string | false
  /** Folder of imported code systems. */
  readonly terminologyFolder?: string
}

/** Definitions and terminology that are at hand without storage. */
export interface LocalKnowledge {
  /** Packages first, then R4's own. */
  readonly definitions: ConformanceSource
  readonly terminology: TerminologyParts
  readonly membership: Membership
  readonly packages: PackageSource | undefined
  close(): void
}

/** @throws PackageError for packages that cannot be used, Error for a code system's file that is damaged. */
export async function openLocal(options: LocalOptions, log?: PackageLog): Promise<LocalKnowledge> {
  const packages =
    options.packages.length === 0
      ? undefined
      : await openPackages(options.packages, {
          ...(options.packageCache === undefined ? {} : { cacheDir: options.packageCache }),
          ...(log === undefined ? {} : { log }),
        })
  const archives =
    options.terminologyFolder === undefined ? [] : await openArchives(options.terminologyFolder)
  const brought: ConformanceSource = packages ?? { find: () => undefined }
  // Asked for other types than it has, the terminology finds nothing.
  const definitions = firstOf(brought, r4Conformance, r4Terminology as ConformanceSource)
  const terminology: TerminologyParts = {
    definitions: firstOf(brought, r4Conformance),
    bundled: r4Terminology,
    archives,
    grammars,
  }
  return {
    definitions,
    terminology,
    membership: createMembership(terminology),
    packages,
    close() {
      packages?.close()
      for (const archive of archives) archive.close()
    },
  }
}
