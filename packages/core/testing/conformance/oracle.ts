import { r4 } from '../../src/definitions/r4.js'
import { type FactSource, matchesAll, type ResourceFacts } from '../../src/search/match.js'
import type { Clause, SearchQuery } from '../../src/search/query.js'
import { comparePlaces, placeOf } from '../../src/storage/memory/order.js'
import type { Change, WriteResult } from '../../src/storage/storage.js'
import { nameOf } from './changes.js'

/** What a storage must answer: the facts of what was written, filtered and sorted one by one. */
export class Oracle implements FactSource {
  readonly #facts = new Map<string, ResourceFacts>()

  /** Takes note of a write that succeeded. */
  wrote(changes: readonly Change[], results: readonly WriteResult[]): void {
    for (const [index, change] of changes.entries()) {
      const { type, id, patients, values, kind } = change
      const seq = results[index]?.seq
      if (seq === undefined) throw new Error(`no result for ${nameOf(change)}`)
      if (kind === 'delete') this.#facts.delete(nameOf(change))
      else this.#facts.set(nameOf(change), { type, id, seq, patients, values })
    }
  }

  get(type: string, id: string): ResourceFacts | undefined {
    return this.#facts.get(nameOf({ type, id }))
  }

  all(type: string): ResourceFacts[] {
    return [...this.#facts.values()].filter((facts) => facts.type === type)
  }

  compartmentParameters(compartment: string, type: string): readonly string[] {
    return r4.compartments.get(compartment)?.resource[type] ?? []
  }

  /** Whether there is such a resource and rules let it through. */
  sees(rules: readonly Clause[], name: string): boolean {
    const facts = this.#facts.get(name)
    return facts !== undefined && matchesAll(rules, facts, this)
  }

  /** The names of all matches, in the order asked for. */
  search({ types, where, sort }: SearchQuery): string[] {
    return [...this.#facts.values()]
      .filter((facts) => types.includes(facts.type) && matchesAll(where, facts, this))
      .map((facts) => ({ name: nameOf(facts), place: placeOf(facts, sort) }))
      .sort((a, b) => comparePlaces(a.place, b.place, sort))
      .map(({ name }) => name)
  }
}
