// Modifiers that need more than the resource itself, put in terms that storage knows: `:in`, `:not-in`, `:below` and
// `:above` on tokens and references. https://hl7.org/fhir/R4/search.html#modifiers
import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import { narrow } from '../plugin/run-hooks.js'
import type {
  Clause,
  ReferenceClause,
  ReferenceCriterion,
  SearchQuery,
  TokenClause,
  TokenCriterion,
} from '../search/query.js'
import type { TerminologySource } from '../terminology/asking.js'
import { storedTerminology } from '../terminology/stored.js'
import type { EngineParts } from './engine.js'
import { createHierarchies, type Hierarchies } from './hierarchy.js'

/**
 * The query with every `in`, `not-in`, `below` and `above` of tokens, and every `below` and `above` of references to
 * resources, replaced by the codes and ids that they stand for, one clause for each. Canonical `below` and `above` stay.
 * What is looked at on the way is what the caller may see.
 *
 * @throws FhirError `invalid-search` where a value set, code system or hierarchy is not here or cannot be used,
 * `too-costly` where one is too large.
 */
export async function resolveSearch(
  parts: EngineParts,
  query: SearchQuery,
  ctx: RequestContext,
): Promise<SearchQuery> {
  if (!query.where.some(isOpen)) return query
  const reader = ctx.transaction ?? parts.storage
  const narrowed = (asked: SearchQuery) => narrow(parts.registry, asked, ctx)
  const resolver = new Resolver(
    parts,
    storedTerminology(parts.definitions, reader, narrowed),
    createHierarchies(parts.definitions, reader, narrowed, ctx.baseUrl),
    ctx.baseUrl,
  )
  return { ...query, where: await resolver.clauses(query.where) }
}

/** Whether something in the clause has to be resolved; most searches have nothing. */
function isOpen(clause: Clause): boolean {
  switch (clause.kind) {
    case 'token':
      return isMembership(clause.modifier)
    case 'reference':
      return clause.modifier === 'below' || clause.modifier === 'above'
    case 'and':
    case 'or':
    case 'not':
      return clause.clauses.some(isOpen)
    case 'composite':
      return clause.values.some((parts) => parts.some(isOpen))
    case 'chain':
      return clause.targets.some(({ where }) => where.some(isOpen))
    case 'has':
      return clause.where.some(isOpen)
    default:
      return false
  }
}

function isMembership(modifier: TokenClause['modifier']): modifier is 'in' | 'not-in' | 'below' | 'above' {
  return modifier === 'in' || modifier === 'not-in' || modifier === 'below' || modifier === 'above'
}

class Resolver {
  readonly #parts: EngineParts
  readonly #source: TerminologySource
  readonly #hierarchies: Hierarchies
  readonly #baseUrl: string

  constructor(parts: EngineParts, source: TerminologySource, hierarchies: Hierarchies, baseUrl: string) {
    this.#parts = parts
    this.#source = source
    this.#hierarchies = hierarchies
    this.#baseUrl = baseUrl
  }

  /** One after another: each may read the database, and the first fault is the one reported. */
  async clauses(clauses: readonly Clause[]): Promise<Clause[]> {
    const resolved: Clause[] = []
    for (const clause of clauses) resolved.push(isOpen(clause) ? await this.#clause(clause) : clause)
    return resolved
  }

  async #clause(clause: Clause): Promise<Clause> {
    switch (clause.kind) {
      case 'token':
        return naming(clause, () => this.#token(clause))
      case 'reference':
        return naming(clause, () => this.#reference(clause))
      case 'and':
      case 'or':
      case 'not':
        return { ...clause, clauses: await this.clauses(clause.clauses) }
      case 'composite': {
        const values: Clause[][] = []
        for (const parts of clause.values) values.push(await this.clauses(parts))
        return { ...clause, values }
      }
      case 'chain': {
        const targets: { type: string; where: Clause[] }[] = []
        for (const { type, where } of clause.targets) targets.push({ type, where: await this.clauses(where) })
        return { ...clause, targets }
      }
      case 'has':
        return { ...clause, where: await this.clauses(clause.where) }
      default:
        return clause
    }
  }

  async #token({ param, modifier, values }: TokenClause): Promise<Clause> {
    const criteria: TokenCriterion[] = []
    for (const value of values) {
      const found =
        modifier === 'in' || modifier === 'not-in'
          ? await this.#members(value)
          : await this.#relatives(value, modifier === 'above' ? 'above' : 'below')
      for (const each of found) criteria.push(each)
    }
    // An empty value set has no member, and everything is outside.
    if (criteria.length === 0)
      return modifier === 'not-in' ? { kind: 'and', clauses: [] } : { kind: 'nothing' }
    const clause = { kind: 'token', param, values: distinct(criteria) } as const
    return modifier === 'not-in' ? { ...clause, modifier: 'not' } : clause
  }

  async #members({ system, code }: TokenCriterion): Promise<TokenCriterion[]> {
    const written = system === undefined || code === undefined ? (system ?? code ?? '') : `${system}|${code}`
    // A value set may also be named by where it is on this server.
    const canonical = written.startsWith(`${this.#baseUrl}/ValueSet/`)
      ? written.slice(this.#baseUrl.length + 1)
      : written
    const { systems, codes } = await this.#parts.terminology.codesOf(canonical, this.#source)
    return [...systems.map((system) => ({ system })), ...codes]
  }

  async #relatives(
    { system, code }: TokenCriterion,
    direction: 'below' | 'above',
  ): Promise<TokenCriterion[]> {
    if (!system || code === undefined) {
      throw new FhirError(
        'invalid-search',
        'expected system|code, since codes have a hierarchy in their system',
      )
    }
    const codes = await this.#parts.terminology[direction](system, code, this.#source)
    return codes.map((each) => ({ system, code: each }))
  }

  /** References by URL are canonical ones, whose versions storage compares. */
  async #reference(clause: ReferenceClause): Promise<Clause> {
    const { param, modifier } = clause
    const canonical = clause.values.filter(({ url }) => url !== undefined)
    const local = clause.values.filter(({ url }) => url === undefined)
    if (local.length === 0) return clause
    const values: ReferenceCriterion[] = []
    for (const [type, ids] of byType(param.code, local, param.target)) {
      const found = await this.#hierarchies[modifier === 'above' ? 'above' : 'below'](type, ids)
      for (const id of found) values.push({ type, id })
    }
    const resolved: ReferenceClause = { kind: 'reference', param, values }
    if (canonical.length === 0) return resolved
    return { kind: 'or', clauses: [resolved, { ...clause, values: canonical }] }
  }
}

function byType(
  param: string,
  values: readonly ReferenceCriterion[],
  targets: readonly string[] = [],
): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const { type, id = '' } of values) {
    if (type === undefined) {
      const shown = targets.length > 0 && targets.length <= 10 ? ` (${targets.join(', ')})` : ''
      throw new FhirError(
        'invalid-search',
        `${param} refers to several types${shown}; write the reference as Type/${id}`,
      )
    }
    ids.set(type, [...(ids.get(type) ?? []), id])
  }
  return ids
}

function distinct(criteria: readonly TokenCriterion[]): TokenCriterion[] {
  const seen = new Set<string>()
  return criteria.filter(({ system, code }) => {
    const key = JSON.stringify([system, code])
    return seen.size < seen.add(key).size
  })
}

/** Puts the parameter in front of what went wrong. What is missing here is a fault of the search, not a missing page. */
async function naming<T>(
  { param, modifier }: TokenClause | ReferenceClause,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      !FhirError.is(error) ||
      !['not-found', 'business-rule', 'invalid-search', 'too-costly'].includes(error.code)
    ) {
      throw error
    }
    throw new FhirError(
      error.code === 'too-costly' ? 'too-costly' : 'invalid-search',
      `${param.code}:${modifier}: ${error.message}.`,
      { expression: [`?${param.code}:${modifier}`], cause: error },
    )
  }
}
