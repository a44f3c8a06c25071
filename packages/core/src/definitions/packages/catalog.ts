import type { ConformanceType } from '../conformance.js'
import type { Place } from './contents.js'
import { compareVersions, versionMatches } from './versions.js'

/** A definition, and which of the packages brings it. */
export interface CatalogEntry extends Place {
  /** Index of the package. */
  readonly owner: number
}

/** Every definition of all packages by type and URL, the highest version first. */
export class Catalog {
  readonly #entries = new Map<string, CatalogEntry[]>()

  /** @param packages places by package, in the order of the setting */
  constructor(packages: readonly (readonly Place[])[]) {
    for (const [owner, places] of packages.entries()) {
      for (const place of places) {
        const key = `${place.type} ${place.url}`
        const list = this.#entries.get(key)
        const entry = { ...place, owner }
        if (list) list.push(entry)
        else this.#entries.set(key, [entry])
      }
    }
    // Sorting is stable: of equal versions the package that was named first stays first.
    for (const list of this.#entries.values()) {
      if (list.length > 1) list.sort((a, b) => compareVersions(b.version, a.version))
    }
  }

  find(type: ConformanceType, url: string, version?: string): CatalogEntry | undefined {
    const list = this.#entries.get(`${type} ${url}`)
    if (version === undefined) return list?.[0]
    return (
      list?.find((entry) => entry.version === version) ??
      list?.find((entry) => versionMatches(entry.version, version))
    )
  }

  /** Each URL and version once. */
  *list(type: ConformanceType): Generator<CatalogEntry> {
    for (const list of this.#entries.values()) {
      if (list[0]?.type !== type) continue
      for (const [index, entry] of list.entries()) {
        if (index === 0 || list[index - 1]?.version !== entry.version) yield entry
      }
    }
  }
}
