import type { ConformanceSource, ConformanceType } from '../definitions/conformance.js'
import { parseCanonical } from '../fhir/references.js'
import type { AnyResource } from '../fhir/types.js'
import type { TerminologySource } from '../terminology/asking.js'
import type { MissingDefinition } from './contract.js'

interface Known {
  /** Absent where storage does not have it. */
  readonly resource?: AnyResource
  readonly seq?: string
}

/** Milliseconds after which storage is asked again: what another instance stores counts from then on. */
const freshFor = 5_000
/** Definitions that are remembered; past that, all are fetched again. */
const maxKnown = 500
/** Definitions that one check may have fetched: a resource can name any number of profiles. */
const maxFetched = 50

const fetched = new Set<ConformanceType>(['StructureDefinition', 'Questionnaire'])

/**
 * Profiles and questionnaires in storage, fetched when a check misses them and kept for some seconds. They are definitions
 * and no records of patients: everybody's resources are judged by the same ones.
 */
export class StoredDefinitions implements ConformanceSource {
  #known = new Map<string, Known>()
  /** What was known until the last expiry: what has not changed since is the same object again. */
  #previous: ReadonlyMap<string, Known> = new Map()
  readonly #clock: () => number
  #since = 0
  /** Changes with each definition that comes, goes or is another one than before. */
  revision = 0

  constructor(clock: () => number) {
    this.#clock = clock
  }

  find(type: ConformanceType, url: string, version?: string): AnyResource | undefined {
    return this.#known.get(keyOf(type, url, version))?.resource
  }

  /** Definitions that are remembered, those included that storage does not have. */
  get size(): number {
    return this.#known.size + this.#previous.size
  }

  /** What is known, for a worker. */
  entries(): readonly (readonly [key: string, resource: AnyResource])[] {
    return [...this.#known].flatMap(([key, { resource }]) => (resource ? [[key, resource] as const] : []))
  }

  /** Storage has changed, or may have. */
  expire(): void {
    this.#previous = this.#known
    this.#known = new Map()
  }

  /** Called before a check. */
  refresh(): void {
    if (this.#known.size === 0) return
    if (this.#clock() - this.#since > freshFor || this.#known.size > maxKnown) this.expire()
  }

  /** Fetches at most 50. @returns true if something was found: then the check says more. */
  async fetch(missing: readonly MissingDefinition[], source: TerminologySource): Promise<boolean> {
    let found = false
    let fetchedHere = 0
    for (const { type, canonical } of missing) {
      const { url, version } = parseCanonical(canonical)
      const key = keyOf(type, url, version)
      if (!fetched.has(type) || this.#known.has(key)) continue
      if (++fetchedHere > maxFetched) break
      if (this.#known.size === 0) this.#since = this.#clock()
      const row = await source.find(type as 'StructureDefinition' | 'Questionnaire', url, version)
      const previous = this.#previous.get(key)
      const seq = row && String(row.seq)
      if (row && previous?.seq === seq && previous) this.#known.set(key, previous)
      else this.#known.set(key, row ? { resource: JSON.parse(row.content), seq: String(row.seq) } : {})
      if (previous?.seq !== seq) this.revision++
      found ||= row !== undefined
    }
    return found
  }
}

function keyOf(type: string, url: string, version: string | undefined): string {
  return version === undefined ? `${type} ${url}` : `${type} ${url}|${version}`
}

/** The entries of another thread's `StoredDefinitions` as a source. */
export function definitionsOf(
  entries: readonly (readonly [key: string, resource: AnyResource])[],
): ConformanceSource {
  const known = new Map(entries)
  return { find: (type, url, version) => known.get(keyOf(type, url, version)) }
}
