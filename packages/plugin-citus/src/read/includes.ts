import {
  type Canonical,
  type Clause,
  canonicalReferences,
  canonicalsOf,
  type Include,
  includesType,
  type ResourceKey,
  refersByCanonical,
  type SearchParameter,
  type SearchQuery,
  type SearchValue,
  type StoredResource,
} from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import type { PostgresStorageOptions } from '../options.js'
import { type RawRow, toResource } from '../sql/search.js'
import { tokensStatement } from '../sql/tokens-statement.js'
import type { Queryable } from '../statement.js'
import { parameterKey, referenceKey, urlKey } from '../token-keys.js'
import { readMany } from './read.js'

type Options = Pick<PostgresStorageOptions, 'definitions' | 'extract'>

interface Included {
  readonly includes: readonly StoredResource[]
  readonly truncated: boolean
}

/** What one round of includes needs. */
interface Round {
  readonly from: readonly StoredResource[]
  readonly seen: ReadonlySet<string>
  readonly access: readonly Clause[]
  /** Rows to read at most. */
  readonly room: number
}

/** What a round finds, and whether there was more than could be read. */
interface Found {
  readonly resources: readonly StoredResource[]
  readonly cut: boolean
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
  for (let n = 0; from.length > 0; n++) {
    const isActive = ({ iterate }: Include) => n === 0 || iterate
    // One more than there is room for tells that some are left out; those already seen take no room.
    const round: Round = { from, seen, access, room: limit - includes.length + seen.size + 1 }
    const found = [
      await targets(database, options, include.filter(isActive), round),
      ...(await referrers(database, options, revinclude.filter(isActive), round)),
    ]
    const added: StoredResource[] = []
    for (const resource of found.flatMap(({ resources }) => resources)) {
      const name = nameOf(resource)
      if (seen.has(name)) continue
      if (includes.length === limit) return { includes, truncated: true }
      seen.add(name)
      includes.push(resource)
      added.push(resource)
    }
    if (found.some(({ cut }) => cut)) return { includes, truncated: true }
    from = added
  }
  return { includes, truncated: false }
}

function nameOf({ type, id }: ResourceKey): string {
  return `${type}/${id}`
}

function valuesOf({ extract }: Options, { content }: StoredResource): readonly SearchValue[] {
  return extract?.(JSON.parse(content)) ?? []
}

/** The resources that those of a round refer to, by id with one statement and by canonical URL with another. */
async function targets(
  database: Queryable,
  options: Options,
  includes: readonly Include[],
  { from, seen, access, room }: Round,
): Promise<Found> {
  const { definitions } = options
  const keys = new Map<string, ResourceKey>()
  const references: {
    readonly include: Include
    readonly to: ReturnType<typeof canonicalReferences>[number]
  }[] = []
  for (const resource of from) {
    const active = includes.filter(({ source }) => source === resource.type)
    if (active.length === 0) continue
    const values = valuesOf(options, resource)
    for (const include of active) {
      for (const key of referencedKeys(values, include)) {
        if (definitions.isResourceType(key.type) && !seen.has(nameOf(key))) keys.set(nameOf(key), key)
      }
      references.push(...canonicalReferences(values, include).map((to) => ({ include, to })))
    }
  }
  const read = keys.size > 0 ? await readMany(database, definitions, [...keys.values()], access) : []
  const byId = read.filter((resource) => resource !== undefined && !resource.deleted) as StoredResource[]
  const canonical = references.length > 0 ? canonicalTypes(options) : []
  const hashes = references.flatMap(({ include, to }) =>
    canonical
      .filter((type) => includesType(include, type))
      .map((type) => hash64(urlKey(parameterKey(type, 'url'), to.url))),
  )
  if (hashes.length === 0) return { resources: byId, cut: false }
  const { resources, cut } = await withTokens(database, options, undefined, hashes, room, access)
  const byUrl = resources.filter((resource) =>
    canonicalsOf(valuesOf(options, resource)).some((canonical) =>
      references.some(
        ({ include, to }) => includesType(include, resource.type) && refersByCanonical(to, canonical),
      ),
    ),
  )
  return { resources: [...byId, ...byUrl], cut }
}

function referencedKeys(values: readonly SearchValue[], { param, target }: Include): ResourceKey[] {
  return values.flatMap((value) => {
    if (value.type !== 'reference' || (param !== '*' && value.param !== param.code)) return []
    const { targetType: type, targetId: id } = value
    return type === undefined || id === undefined || (target !== undefined && target !== type)
      ? []
      : [{ type, id }]
  })
}

/** What refers to the resources of a round: one statement per `_revinclude`. */
async function referrers(
  database: Queryable,
  options: Options,
  includes: readonly Include[],
  { from, access, room }: Round,
): Promise<Found[]> {
  const found: Found[] = []
  const canonical = new Set(includes.length > 0 ? canonicalTypes(options) : [])
  for (const include of includes) {
    const { source } = include
    const to = from.filter(({ type }) => include.target === undefined || include.target === type)
    const named = to
      .filter(({ type }) => includesType(include, type) && canonical.has(type))
      .flatMap((resource) => canonicalsOf(valuesOf(options, resource)))
    const hashes = referenceParameters(options, include).flatMap(({ code }) => {
      const key = parameterKey(source, code)
      return [
        ...to.map(({ type, id }) => hash64(referenceKey(key, type, id))),
        ...named.map(({ url }) => hash64(urlKey(key, url))),
      ]
    })
    if (hashes.length === 0) continue
    const { resources, cut } = await withTokens(database, options, source, hashes, room, access)
    const isMeant = (resource: StoredResource) => refersTo(valuesOf(options, resource), include, to, named)
    // A token tells the URL only; the version is looked up where one is at stake.
    found.push({ resources: named.length === 0 ? resources : resources.filter(isMeant), cut })
  }
  return found
}

function refersTo(
  values: readonly SearchValue[],
  include: Include,
  to: readonly ResourceKey[],
  named: readonly Canonical[],
): boolean {
  const names = new Set(to.map(nameOf))
  const { target: _, ...toAnyType } = include
  return (
    referencedKeys(values, toAnyType).some((key) => names.has(nameOf(key))) ||
    canonicalReferences(values, include).some((reference) =>
      named.some((canonical) => refersByCanonical(reference, canonical)),
    )
  )
}

function referenceParameters({ definitions }: Options, { source, param }: Include): SearchParameter[] {
  if (param !== '*') return [param]
  return [...definitions.searchParameters(source).values()].filter(({ type }) => type === 'reference')
}

/** Types whose resources have canonical URLs. */
function canonicalTypes({ definitions }: Options): string[] {
  return definitions.resourceTypes.filter(
    (type) => definitions.searchParameters(type).get('url')?.type === 'uri',
  )
}

async function withTokens(
  database: Queryable,
  { definitions }: Options,
  type: string | undefined,
  hashes: readonly bigint[],
  limit: number,
  access: readonly Clause[],
): Promise<Found> {
  const statement = tokensStatement(definitions, type, hashes, limit, access)
  const rows = await database.query<RawRow>({
    ...statement,
    purpose:
      type === undefined
        ? '_include: finds resources by their canonical URLs through the index of tokens'
        : `_revinclude: finds every ${type} that refers to the page through the index of tokens`,
  })
  return { resources: rows.map((row) => toResource(definitions, row)), cut: rows.length === limit }
}
