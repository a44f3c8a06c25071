import type {
  Clause,
  Include,
  ReferenceValue,
  ResourceKey,
  SearchQuery,
  StoredResource,
} from '@anamnesis/core'
import { int8Array } from '../binary.js'
import { hash64 } from '../hash64.js'
import type { PostgresStorageOptions } from '../options.js'
import { toConditions } from '../sql/condition.js'
import { newContext, type RawRow, toResource } from '../sql/search.js'
import { simplify } from '../sql/simplify.js'
import type { Queryable, Statement } from '../statement.js'
import { parameterKey, referenceKey } from '../token-keys.js'
import { typeNumber } from '../types.js'
import { readMany } from './read.js'

type Options = Pick<PostgresStorageOptions, 'definitions' | 'extract'>

interface Included {
  readonly includes: readonly StoredResource[]
  readonly truncated: boolean
}

/**
 * What `_include` and `_revinclude` add to a page: first what its matches lead to, then, for `:iterate`, what the added
 * ones lead to, until nothing new comes (https://hl7.org/fhir/R4/search.html#revinclude).
 */
export async function collectIncludes(
  database: Queryable,
  options: Options,
  matches: readonly StoredResource[],
  { include, revinclude, access = [] }: Pick<SearchQuery, 'include' | 'revinclude' | 'access'>,
  limit: number,
): Promise<Included> {
  const seen = new Set(matches.map(nameOf))
  const includes: StoredResource[] = []
  let from = matches
  for (let round = 0; from.length > 0; round++) {
    const isActive = ({ iterate }: Include) => round === 0 || iterate
    // One more than there is room for tells that some are left out; those already seen take no room.
    const room = limit - includes.length + seen.size + 1
    const found = [
      ...(await targets(database, options, from, include.filter(isActive), seen, access)),
      ...(await referrers(database, options, from, revinclude.filter(isActive), room, access)),
    ]
    const added: StoredResource[] = []
    for (const resource of found) {
      const name = nameOf(resource)
      if (seen.has(name)) continue
      if (includes.length === limit) return { includes, truncated: true }
      seen.add(name)
      includes.push(resource)
      added.push(resource)
    }
    from = added
  }
  return { includes, truncated: false }
}

function nameOf({ type, id }: ResourceKey): string {
  return `${type}/${id}`
}

async function targets(
  database: Queryable,
  { definitions, extract }: Options,
  from: readonly StoredResource[],
  includes: readonly Include[],
  seen: ReadonlySet<string>,
  access: readonly Clause[],
): Promise<StoredResource[]> {
  const sources = new Set(includes.map(({ source }) => source))
  const keys = new Map<string, ResourceKey>()
  for (const { type, content } of from) {
    if (!sources.has(type) || !extract) continue
    const references = extract(JSON.parse(content)).filter(
      (value): value is ReferenceValue => value.type === 'reference',
    )
    for (const { param, targetType, targetId } of references) {
      if (targetType === undefined || targetId === undefined || !definitions.isResourceType(targetType))
        continue
      const wanted = includes.some(
        (include) =>
          include.source === type &&
          (include.param === '*' || include.param.code === param) &&
          (include.target === undefined || include.target === targetType),
      )
      const key = { type: targetType, id: targetId }
      if (wanted && !seen.has(nameOf(key))) keys.set(nameOf(key), key)
    }
  }
  if (keys.size === 0) return []
  const read = await readMany(database, definitions, [...keys.values()], access)
  return read.filter((resource) => resource !== undefined && !resource.deleted) as StoredResource[]
}

/** One statement per `_revinclude`; the lookup in GIN is fenced off from the order of the rows. */
async function referrers(
  database: Queryable,
  { definitions }: Options,
  to: readonly StoredResource[],
  includes: readonly Include[],
  limit: number,
  access: readonly Clause[],
): Promise<StoredResource[]> {
  const found: StoredResource[] = []
  for (const { source, param, target } of includes) {
    const parameters =
      param === '*'
        ? [...definitions.searchParameters(source).values()].filter(({ type }) => type === 'reference')
        : [param]
    const hashes = to
      .filter(({ type }) => target === undefined || target === type)
      .flatMap(({ type, id }) =>
        parameters.map(({ code }) => hash64(referenceKey(parameterKey(source, code), type, id))),
      )
    if (hashes.length === 0) continue
    const rows = await database.query<RawRow>(referrersStatement(definitions, source, hashes, limit, access))
    found.push(...rows.map((row) => toResource(definitions, row)))
  }
  return found
}

function referrersStatement(
  definitions: Options['definitions'],
  source: string,
  hashes: readonly bigint[],
  limit: number,
  access: readonly Clause[],
): Statement {
  const context = newContext(definitions, [source])
  const list = context.parameters.add(int8Array(hashes), 'bigint[]')
  const type = context.parameters.add(typeNumber(definitions, source), 'smallint')
  const most = context.parameters.add(limit, 'int')
  const conditions = toConditions(context, simplify(access, [source]))
  return {
    ...(conditions.length === 0 ? { name: 'revinclude' } : {}),
    purpose: `_revinclude: finds every ${source} that refers to the page through the index of tokens`,
    text: `with found as materialized (
        select bucket, type, id, seq from resource where tokens && ${list} and not deleted),
      page as materialized (select f.* from found f ${
        conditions.length === 0
          ? ''
          : `
        join resource r on r.bucket = f.bucket and r.type = f.type and r.id = f.id`
      }
        where ${[`f.type = ${type}`, ...conditions].join(' and ')} order by f.seq limit ${most})
      select r.type, r.id, r.version, r.seq, r.content from page p
      join resource r on r.bucket = p.bucket and r.type = p.type and r.id = p.id order by r.seq`,
    values: context.parameters.values,
  }
}
