import { matchesInstants } from './match-ranges.js'
import { matchesValues } from './match-values.js'
import type { ChainClause, Clause, CompartmentClause, HasClause } from './query.js'
import type { ReferenceValue, SearchValue } from './values.js'

/** What a search knows of one version of a resource. */
export interface ResourceFacts {
  readonly type: string
  readonly id: string
  readonly seq: bigint
  /** Ids of the Patients in whose compartment it is. */
  readonly patients: readonly string[]
  readonly values: readonly SearchValue[]
}

/** The other resources, for the clauses that look beyond one: chains, `_has` and compartments. */
export interface FactSource {
  /** The live resource with this key. */
  get(type: string, id: string): ResourceFacts | undefined
  /** All live resources of a type. */
  all(type: string): Iterable<ResourceFacts>
  /** Search parameters by which `type` belongs to a compartment; an owner belongs to its own without any. */
  compartmentParameters(compartment: string, type: string): readonly string[]
}

/**
 * Whether a resource satisfies a clause, decided by the words of https://hl7.org/fhir/R4/search.html and nothing else:
 * no index, no shortcut. Storage implementations are measured against it.
 */
export function matches(clause: Clause, facts: ResourceFacts, source: FactSource): boolean {
  switch (clause.kind) {
    case 'nothing':
      return false
    case 'and':
      return clause.clauses.every((part) => matches(part, facts, source))
    case 'or':
      return clause.clauses.some((part) => matches(part, facts, source))
    case 'not':
      return !clause.clauses.every((part) => matches(part, facts, source))
    case 'id':
      return clause.ids.includes(facts.id)
    case 'type':
      return clause.types.includes(facts.type)
    case 'lastUpdated': {
      const instant = Number(facts.seq >> 20n)
      return clause.values.some((searched) => matchesInstants({ low: instant, high: instant + 1 }, searched))
    }
    case 'compartment':
      return isMember(clause, facts, source)
    case 'chain':
      return matchesChain(clause, facts, source)
    case 'has':
      return matchesHas(clause, facts, source)
    default:
      return matchesValues(
        clause,
        facts.values.filter(({ param }) => param === clause.param.code),
      )
  }
}

/** Whether a resource satisfies every clause. */
export function matchesAll(clauses: readonly Clause[], facts: ResourceFacts, source: FactSource): boolean {
  return clauses.every((clause) => matches(clause, facts, source))
}

/** The references of a resource that a parameter (`*`: any) holds to resources of this server. */
export function localReferences(
  facts: ResourceFacts,
  param: string,
): (ReferenceValue & { readonly targetType: string; readonly targetId: string })[] {
  return facts.values.filter(
    (value): value is ReferenceValue & { targetType: string; targetId: string } =>
      value.type === 'reference' &&
      (param === '*' || value.param === param) &&
      value.targetType !== undefined &&
      value.targetId !== undefined,
  )
}

function isMember(
  { compartment, ids }: CompartmentClause,
  facts: ResourceFacts,
  source: FactSource,
): boolean {
  if (compartment === 'Patient') return facts.patients.some((id) => ids.includes(id))
  if (facts.type === compartment && ids.includes(facts.id)) return true
  return source
    .compartmentParameters(compartment, facts.type)
    .flatMap((param) => localReferences(facts, param))
    .some(({ targetType, targetId }) => targetType === compartment && ids.includes(targetId))
}

function matchesChain({ param, targets }: ChainClause, facts: ResourceFacts, source: FactSource): boolean {
  return localReferences(facts, param.code).some(({ targetType, targetId }) => {
    const target = source.get(targetType, targetId)
    if (target === undefined) return false
    return targets.some(({ type, where }) => type === targetType && matchesAll(where, target, source))
  })
}

function matchesHas({ type, param, where }: HasClause, facts: ResourceFacts, source: FactSource): boolean {
  for (const referrer of source.all(type)) {
    const refersHere = localReferences(referrer, param.code).some(
      ({ targetType, targetId }) => targetType === facts.type && targetId === facts.id,
    )
    if (refersHere && matchesAll(where, referrer, source)) return true
  }
  return false
}
