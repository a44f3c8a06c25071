import fc from 'fast-check'
import { r4 } from '../../../src/definitions/r4.js'
import { patientsOf } from '../../../src/search/compartments.js'
import { extractSearchValues } from '../../../src/search/extract.js'
import { parseSearch } from '../../../src/search/parse.js'
import type { SearchQuery } from '../../../src/search/query.js'
import { memoryStorage } from '../../../src/storage/memory.js'
import type { Storage } from '../../../src/storage/storage.js'
import { type Identified, nameOf, put, remove } from '../../../testing/conformance/changes.js'
import { namesOf } from '../../../testing/conformance/queries.js'
import { type Known, known, NaiveServer } from './evaluation/server.js'
import { partsOf } from './evaluation/written.js'
import { resources } from './resource-arbitraries.js'

const baseUrl = 'http://localhost/fhir'
const now = Date.UTC(2024, 5, 5, 5, 5, 5)

/** Random examples per property, as the environment asks: `ANAMNESIS_PROPERTY_RUNS=20` runs twenty times as many. */
const runs = Number(process.env.ANAMNESIS_PROPERTY_RUNS ?? 1)

export function examples<T>(count: number): fc.Parameters<T> {
  return { numRuns: count * runs, endOnFailure: true, includeErrorInReport: true }
}

/** The same resources twice: in memory storage, by way of the extractors, and as JSON in the naive server. */
export class Both {
  readonly storage: Storage = memoryStorage()
  readonly #written = new Map<string, Known>()

  static async holding(batches: readonly (readonly Identified[])[], deleted: readonly number[] = []) {
    const both = new Both()
    for (const batch of batches) await both.write(batch)
    const written = batches.flat()
    for (const index of deleted) {
      const gone = written[index % Math.max(1, written.length)]
      if (gone) await both.remove(gone)
    }
    return both
  }

  async write(batch: readonly Identified[]): Promise<void> {
    const changes = batch.map((resource) => {
      const values = extractSearchValues(resource, { baseUrl })
      return put(resource, { kind: 'update', values, patients: patientsOf(resource, values) })
    })
    for (const result of await this.storage.write(changes)) {
      this.#written.set(nameOf(result), known(result.content, result.seq))
    }
  }

  async remove({ resourceType: type, id }: Identified): Promise<void> {
    await this.storage.write([remove({ type, id })])
    this.#written.delete(nameOf({ type, id }))
  }

  naive(url: string): string[] {
    return new NaiveServer([...this.#written.values()], { baseUrl, now }).search(url)
  }

  async found(url: string): Promise<string[]> {
    return namesOf(await this.storage.search(queryOf(url, { count: 1000 })))
  }
}

/** The URL as the server reads it, at a fixed time. */
export function queryOf(url: string, overrides: Partial<SearchQuery> = {}): SearchQuery {
  const { path } = partsOf(url)
  const [type = '', id] = path
  const member = path.length === 2 ? '*' : path.at(-1)
  const { query } = parseSearch(
    {
      types: member === undefined || member === '*' ? undefined : [member],
      parameters: [...new URLSearchParams(url.split(/\?(.*)/s)[1])],
      ...(id === undefined ? {} : { compartment: { type, id } }),
      handling: 'strict',
    },
    { definitions: r4, baseUrl, now },
  )
  return { ...query, ...overrides }
}

/** More resources than the arbitraries have ids for; what refers to them finds those without a suffix. */
const many = fc.noBias(
  fc
    .tuple(resources, fc.constantFrom('', '', '-1', '-2', '-3', '-4'))
    .map(([resource, suffix]) => ({ ...resource, id: `${resource.id}${suffix}` })),
)

/** Batches of resources, each written in one transaction, and some that are deleted afterwards. */
export const content = fc
  .record({
    batches: fc.array(fc.array(many, { minLength: 40, maxLength: 80, size: 'max' }), {
      minLength: 1,
      maxLength: 3,
      size: 'max',
    }),
    deleted: fc.array(fc.nat(200), { maxLength: 3 }),
  })
  .map(({ batches, deleted }) => ({ batches, fill: () => Both.holding(batches, deleted) }))
