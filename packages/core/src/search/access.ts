import type { ChainClause, Clause, HasClause, SearchQuery } from './query.js'

/**
 * The query with its access rules where they have to hold: on the matches, and on every resource that chains and `_has`
 * look through. `access` itself stays, for what `_include` and `_revinclude` add. Storage runs every search through it.
 */
export function withAccess(query: SearchQuery): SearchQuery {
  const { access } = query
  if (access === undefined || access.length === 0) return query
  return { ...query, where: [...query.where.map((clause) => guard(clause, access)), ...access] }
}

function guard(clause: Clause, access: readonly Clause[]): Clause {
  switch (clause.kind) {
    case 'and':
    case 'or':
    case 'not':
      return { ...clause, clauses: clause.clauses.map((each) => guard(each, access)) }
    case 'chain':
      return guardChain(clause, access)
    case 'has':
      return guardHas(clause, access)
    default:
      return clause
  }
}

function guardChain(clause: ChainClause, access: readonly Clause[]): ChainClause {
  const targets = clause.targets.map(({ type, where }) => ({
    type,
    where: [...where.map((each) => guard(each, access)), ...access],
  }))
  return { ...clause, targets }
}

function guardHas(clause: HasClause, access: readonly Clause[]): HasClause {
  return { ...clause, where: [...clause.where.map((each) => guard(each, access)), ...access] }
}
