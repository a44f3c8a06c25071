import type { SearchParameter } from '../../definitions/definitions.js'
import { FhirError } from '../../errors/fhir-error.js'
import type { ChainClause, Clause } from '../query.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { referenceParameter } from './parameters.js'
import { targetsOf } from './reference.js'

/** Names that every type understands, although its definitions do not list them. */
const everywhere = new Set(['_id', '_lastUpdated', '_filter', '_text', '_content', '_list', '_query', '_has'])

/**
 * The clause of a chain: each target type that understands what is asked of it counts
 * (https://hl7.org/fhir/R4/search.html#chaining).
 *
 * @param type The type that the chain names, as in `subject:Patient`.
 * @param start The name that the rest of the chain starts with.
 * @param read What is asked of a target, at that target's place.
 */
export function chainClause(
  place: Place,
  param: SearchParameter,
  type: string | undefined,
  start: string,
  read: (place: Place) => readonly Clause[],
  reading: Reading,
): ChainClause {
  if (param.type !== 'reference') {
    throw searchError(place, `${param.code} is a ${param.type} parameter; only references can be chained.`)
  }
  const possible = targetsOf(param, reading)
  if (type !== undefined && !possible.includes(type)) {
    const shown = possible.length <= 10 ? `; it refers to ${listOf(possible)}` : ''
    throw searchError(place, `${param.code} never refers to "${type}"${shown}.${suggestion(type, possible)}`)
  }
  const tried = type === undefined ? possible.filter((each) => knows(each, start, reading)) : [type]
  const targets: ChainClause['targets'][number][] = []
  let refusal: unknown
  // Where no target knows the parameter, the first one says so.
  for (const target of tried.length > 0 ? tried : possible.slice(0, 1)) {
    reading.branches++
    if (reading.branches > reading.limits.maxChainBranches) {
      throw searchError(
        place,
        'the chain leads to too many types; name them, as in subject:Patient.',
        'too-costly',
      )
    }
    try {
      targets.push({ type: target, where: read({ ...place, types: [target] }) })
    } catch (error) {
      if (FhirError.is(error) && error.code === 'too-costly') throw error
      // What one target understands counts; the first refusal stands for all.
      refusal ??= error
    }
  }
  if (targets.length > 0) return { kind: 'chain', param, targets }
  throw inChain(refusal, place)
}

/** Whether a type has the parameter that the rest of a chain starts with: a look-up that spares a failed reading. */
function knows(type: string, start: string, { definitions }: Reading): boolean {
  return (
    everywhere.has(start) ||
    definitions.searchParameters(type).has(start) ||
    definitions.unusable?.(type, start) !== undefined
  )
}

/** `_has:Observation:patient:code=x` (https://hl7.org/fhir/R4/search.html#has). */
export function hasClause(
  place: Place,
  name: string,
  read: (place: Place, rest: string) => Clause,
  reading: Reading,
): Clause {
  const [, type, code, rest] = /^_has:([^:]+):([^:]+):(.+)$/s.exec(name) ?? []
  if (type === undefined || code === undefined || rest === undefined) {
    throw searchError(place, 'expected _has:Type:reference:parameter, as in _has:Observation:patient:code.')
  }
  const param = referenceParameter(place, type, code, reading)
  const targets = targetsOf(param, reading)
  if (!place.types.some((each) => targets.includes(each))) {
    throw searchError(
      place,
      `${type}:${code} never refers to ${listOf(place.types)}; it refers to ${listOf(targets)}.`,
    )
  }
  try {
    return { kind: 'has', type, param, where: [read({ ...place, types: [type] }, rest)] }
  } catch (error) {
    throw inChain(error, place)
  }
}

/** True for the failure that lenient handling may ignore: the parameter itself is unknown, not a link of its chain. */
export function isUnknownParameter(error: unknown): error is FhirError {
  return FhirError.is(error) && error.code === 'unknown-search-parameter'
}

/** A link of a known chain that is unknown must not be ignored: the search would find more than was asked for. */
function inChain(error: unknown, place: Place): unknown {
  return isUnknownParameter(error)
    ? new FhirError('invalid-search', error.message, { expression: error.expression, cause: error })
    : (error ?? searchError(place, 'the chain leads nowhere.'))
}
