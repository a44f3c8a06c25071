// Resources that form a strict hierarchy, such as Location by partOf. https://hl7.org/fhir/R4/references.html
import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import { FhirError } from '../errors/fhir-error.js'
import type { AnyResource } from '../fhir/types.js'
import { extractSearchValues } from '../search/extract.js'
import type { SearchQuery } from '../search/query.js'
import type { StorageReader, StoredResource } from '../storage/storage.js'

const maxDepth = 20
const maxIds = 10_000

/** Ids around resources of one type in its hierarchy, themselves included. */
export interface Hierarchies {
  /**
   * @throws FhirError `invalid-search` for a type without hierarchy, `too-costly` where it is deeper than 20 levels or has
   * more than 10,000 ids.
   */
  below(type: string, ids: readonly string[]): Promise<string[]>
  above(type: string, ids: readonly string[]): Promise<string[]>
}

/**
 * Follows hierarchies level by level, each with one search.
 *
 * @param narrowed restricts a query to what the caller may see; what is hidden ends the way.
 */
export function createHierarchies(
  definitions: Definitions,
  reader: StorageReader,
  narrowed: (query: SearchQuery) => Promise<SearchQuery>,
  baseUrl: string,
): Hierarchies {
  async function walk(
    type: string,
    ids: readonly string[],
    next: (param: SearchParameter, level: readonly string[]) => AsyncIterable<string>,
  ): Promise<string[]> {
    const param = parentParameter(definitions, type)
    const found = new Set(ids)
    let level = [...found]
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > maxDepth) throw tooCostly(type, `more than ${maxDepth} levels`)
      const further: string[] = []
      for await (const id of next(param, level)) {
        if (found.has(id)) continue
        found.add(id)
        further.push(id)
        if (found.size > maxIds) throw tooCostly(type, `more than ${maxIds} resources`)
      }
      level = further
    }
    return [...found]
  }

  async function* rows(type: string, where: SearchQuery['where']): AsyncIterable<StoredResource> {
    const query = {
      types: [type],
      where,
      include: [],
      revinclude: [],
      sort: [],
      count: maxIds,
      total: 'none',
    }
    yield* reader.stream(await narrowed(query as SearchQuery))
  }

  return {
    below: (type, ids) =>
      walk(type, ids, async function* (param, level) {
        const values = level.map((id) => ({ type, id }))
        for await (const { id } of rows(type, [{ kind: 'reference', param, values }])) yield id
      }),
    above: (type, ids) =>
      walk(type, ids, async function* (param, level) {
        for await (const { content } of rows(type, [{ kind: 'id', ids: level }])) {
          for (const value of extractSearchValues(JSON.parse(content) as AnyResource, { baseUrl })) {
            if (value.param !== param.code || value.type !== 'reference') continue
            if (value.targetType === type && value.targetId !== undefined) yield value.targetId
          }
        }
      }),
  }
}

/** The parameter by which resources of a type name what they are part of, where that is of the same type. */
function parentParameter(definitions: Definitions, type: string): SearchParameter {
  const parameters = definitions.searchParameters(type)
  const param = parameters.get('partof') ?? parameters.get('part-of')
  const targets = param?.target ?? []
  if (param && (targets.includes(type) || targets.includes('Resource'))) return param
  throw new FhirError(
    'invalid-search',
    `${type} resources form no hierarchy; :below and :above go by parts, as of Location and Organization`,
  )
}

function tooCostly(type: string, what: string): FhirError {
  return new FhirError('too-costly', `the hierarchy of ${type} here has ${what}`)
}
