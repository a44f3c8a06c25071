import type { Definitions } from '../../definitions/definitions.js'
import type { FactSource } from '../../search/match.js'
import type { SearchValue } from '../../search/values.js'
import type { MemoryVersion } from './version.js'

/** All versions of each resource, oldest first, by type and id. */
export type VersionTable = Map<string, Map<string, readonly MemoryVersion[]>>

/**
 * What one reader sees: the committed versions, covered by those that its own transaction has written.
 * A resource's list of versions is replaced, never changed, so a view needs no copy of what it does not write.
 */
export class View implements FactSource {
  readonly #committed: VersionTable
  readonly #written: VersionTable = new Map()
  readonly #compartments: Definitions['compartments']

  constructor(committed: VersionTable, compartments: Definitions['compartments']) {
    this.#committed = committed
    this.#compartments = compartments
  }

  versions(type: string, id: string): readonly MemoryVersion[] {
    return this.#written.get(type)?.get(id) ?? this.#committed.get(type)?.get(id) ?? []
  }

  current(type: string, id: string): MemoryVersion | undefined {
    return this.versions(type, id).at(-1)
  }

  get(type: string, id: string): MemoryVersion | undefined {
    const current = this.current(type, id)
    return current?.deleted ? undefined : current
  }

  *all(type: string): Iterable<MemoryVersion> {
    for (const versions of this.histories(type)) {
      const current = versions.at(-1)
      if (current && !current.deleted) yield current
    }
  }

  /** The versions of each resource of a type, deleted ones included. */
  *histories(type: string): Iterable<readonly MemoryVersion[]> {
    const written = this.#written.get(type)
    for (const [id, versions] of this.#committed.get(type) ?? []) {
      if (!written?.has(id)) yield versions
    }
    if (written) yield* written.values()
  }

  types(): Iterable<string> {
    return new Set([...this.#committed.keys(), ...this.#written.keys()])
  }

  compartmentParameters(compartment: string, type: string): readonly string[] {
    return this.#compartments.get(compartment)?.resource[type] ?? []
  }

  append(version: MemoryVersion): void {
    const versions = [...this.versions(version.type, version.id), version]
    putVersions(this.#written, version.type, version.id, versions)
  }

  /** Replaces the search values of a live version, for everybody at once. */
  reindex(type: string, id: string, values: readonly SearchValue[], generation: bigint): void {
    const versions = this.#committed.get(type)?.get(id)
    const current = versions?.at(-1)
    if (!versions || !current) return
    putVersions(this.#committed, type, id, [...versions.slice(0, -1), { ...current, values, generation }])
  }

  /** Makes what was written visible to everybody. */
  commit(): void {
    for (const [type, resources] of this.#written) {
      for (const [id, versions] of resources) putVersions(this.#committed, type, id, versions)
    }
  }
}

function putVersions(
  table: VersionTable,
  type: string,
  id: string,
  versions: readonly MemoryVersion[],
): void {
  let resources = table.get(type)
  if (!resources) {
    resources = new Map()
    table.set(type, resources)
  }
  resources.set(id, versions)
}
