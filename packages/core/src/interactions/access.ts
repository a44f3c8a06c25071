import type { RequestContext } from '../plugin/context.js'
import type { Registry } from '../plugin/registry.js'
import { narrow } from '../plugin/run-hooks.js'
import type { Clause, SearchQuery } from '../search/query.js'

/** A query for everything of a type: what policies narrow when something is addressed by its id. */
export function queryOfType(types: readonly string[]): SearchQuery {
  return { types, where: [], include: [], revinclude: [], sort: [], count: 1, total: 'none' }
}

/**
 * The conditions under which the caller may see resources of `type` (every type for `undefined`), for reads by id and
 * history; `undefined` when no policy is in place, which costs nothing.
 */
export async function accessTo(
  registry: Registry,
  type: string | undefined,
  ctx: RequestContext,
): Promise<readonly Clause[] | undefined> {
  if (registry.hooks('narrow').length === 0) return undefined
  const asked = queryOfType(type === undefined ? [] : [type])
  const narrowed = await narrow(registry, asked, ctx)
  if (type !== undefined && !narrowed.types.includes(type)) return [{ kind: 'nothing' }]
  return [...narrowed.where, ...(narrowed.access ?? [])]
}
