import type { SearchParameter } from '../../definitions/definitions.js'
import { FhirError } from '../../errors/fhir-error.js'
import { isId } from '../../fhir/ids.js'
import type { ChainClause, Clause } from '../query.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { readDate } from './prefix.js'
import { targetsOf } from './reference.js'
import { readBoolean, readClause, splitValues, unescapeValue } from './values.js'

/** Search parameters of the specification that are known by name only. */
const unsupportedNames = new Set(['_filter', '_text', '_content', '_list', '_query', 'near'])

const ownClauses = new Set(['_id', '_lastUpdated'])

/**
 * The clause that one parameter asks for, chains and `_has` followed.
 *
 * @param depth References followed on the way here.
 * @throws FhirError `unknown-search-parameter` where a name is unknown; under lenient handling the caller may ignore it
 * when it is the first of the chain (`isUnknownParameter`).
 */
export function readParameter(
  place: Place,
  name: string,
  value: string,
  reading: Reading,
  depth = 0,
): Clause {
  if (depth > reading.limits.maxChainLength) {
    throw searchError(
      place,
      `the chain follows more than ${reading.limits.maxChainLength} references.`,
      'too-costly',
    )
  }
  if (name.startsWith('_has:')) return readHas(place, name, value, reading, depth)
  const [, code = name, modifier, rest] = /^([^:.]*)(?::([^:.]*))?(?:\.(.*))?$/s.exec(name) ?? []
  if (unsupportedNames.has(code)) {
    throw searchError(place, `${code} is not supported.`, 'unsupported-search')
  }
  if (rest !== undefined) {
    return readChain(place, requireParameter(place, code, reading), modifier, rest, value, reading, depth)
  }
  if (code === '_id') return readId(place, modifier, value, reading)
  if (code === '_lastUpdated') return readLastUpdated(place, modifier, value, reading)
  return readClause(requireParameter(place, code, reading), modifier, value, place, reading)
}

/** The parameter that all searched types have under this name; it may point to what any of them allows. */
export function findParameter(
  types: readonly string[],
  code: string,
  reading: Reading,
): SearchParameter | undefined {
  const found = types.map((type) => reading.definitions.searchParameters(type).get(code))
  for (const type of types) refuseUnusable(type, code, reading)
  const [first] = found
  if (!first || found.some((each) => each?.type !== first.type)) return undefined
  if (first.type !== 'reference' || found.every((each) => each === first)) return first
  // The expression is that of one type; what the parameter refers to is the union.
  const { expression: _, ...shared } = first
  return { ...shared, target: [...new Set(found.flatMap((each) => (each ? targetsOf(each, reading) : [])))] }
}

/** Ignoring a parameter that exists would find more than was asked for. */
function refuseUnusable(type: string, code: string, { definitions }: Reading): void {
  const reason = definitions.unusable?.(type, code)
  if (reason !== undefined) {
    throw new FhirError('unsupported-search', `${type}?${code}: ${reason}`, {
      expression: [`${type}?${code}`],
    })
  }
}

function requireParameter(place: Place, code: string, reading: Reading): SearchParameter {
  const param = findParameter(place.types, code, reading)
  if (param) return param
  const known = commonCodes(place.types, reading)
  const of = place.types.length === 1 ? place.types[0] : 'all the types searched'
  throw searchError(
    place,
    `${code === '' ? 'an empty name' : code} is not a search parameter of ${of}.${suggestion(code, known)}`,
    'unknown-search-parameter',
  )
}

function commonCodes(types: readonly string[], { definitions }: Reading): string[] {
  const [first, ...others] = types
  const codes = [...definitions.searchParameters(first ?? '').keys()]
  return codes.filter((code) => others.every((type) => definitions.searchParameters(type).has(code)))
}

function readId(place: Place, modifier: string | undefined, value: string, reading: Reading): Clause {
  if (modifier !== undefined) throw searchError(place, '_id takes no modifier.')
  const ids = splitValues(value, place, reading).map((part) => unescapeValue(part, place))
  for (const id of ids) {
    if (!isId(id)) {
      throw searchError(place, `expected an id (1 to 64 letters, digits, - and .), found "${id}".`)
    }
  }
  return { kind: 'id', ids }
}

function readLastUpdated(
  place: Place,
  modifier: string | undefined,
  value: string,
  reading: Reading,
): Clause {
  // Every resource has one.
  if (modifier === 'missing')
    return readBoolean(value, place) ? { kind: 'nothing' } : { kind: 'and', clauses: [] }
  if (modifier !== undefined)
    throw searchError(place, `_lastUpdated has no modifier :${modifier}; it has missing.`)
  return {
    kind: 'lastUpdated',
    values: splitValues(value, place, reading).map((part) =>
      readDate(unescapeValue(part, place), place, reading),
    ),
  }
}

/** `subject:Patient.name=x`; without a type, every target that understands the rest (https://hl7.org/fhir/R4/search.html#chaining). */
function readChain(
  place: Place,
  param: SearchParameter,
  type: string | undefined,
  rest: string,
  value: string,
  reading: Reading,
  depth: number,
): Clause {
  if (param.type !== 'reference') {
    throw searchError(place, `${param.code} is a ${param.type} parameter; only references can be chained.`)
  }
  const possible = targetsOf(param, reading)
  if (type !== undefined && !possible.includes(type)) {
    const shown = possible.length <= 10 ? `; it refers to ${listOf(possible)}` : ''
    throw searchError(place, `${param.code} never refers to "${type}"${shown}.${suggestion(type, possible)}`)
  }
  const tried = type === undefined ? possible.filter((each) => knowsStart(each, rest, reading)) : [type]
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
      targets.push({
        type: target,
        where: [readParameter({ ...place, types: [target] }, rest, value, reading, depth + 1)],
      })
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
function knowsStart(type: string, rest: string, { definitions }: Reading): boolean {
  if (rest.startsWith('_has:')) return true
  const [code = ''] = rest.split(/[:.]/, 1)
  const known =
    definitions.searchParameters(type).has(code) || definitions.unusable?.(type, code) !== undefined
  return known || unsupportedNames.has(code) || ownClauses.has(code)
}

/** `_has:Observation:patient:code=x` (https://hl7.org/fhir/R4/search.html#has). */
function readHas(place: Place, name: string, value: string, reading: Reading, depth: number): Clause {
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
    const where = [readParameter({ ...place, types: [type] }, rest, value, reading, depth + 1)]
    return { kind: 'has', type, param, where }
  } catch (error) {
    throw inChain(error, place)
  }
}

/** The reference parameter `type:code` that `_has` and includes name. */
export function referenceParameter(
  place: Place,
  type: string,
  code: string,
  reading: Reading,
): SearchParameter {
  const { definitions } = reading
  if (!definitions.isResourceType(type)) {
    throw searchError(
      place,
      `"${type}" is no R4 resource type.${suggestion(type, definitions.resourceTypes)}`,
    )
  }
  refuseUnusable(type, code, reading)
  const param = definitions.searchParameters(type).get(code)
  if (param?.type === 'reference') return param
  const references = [...definitions.searchParameters(type).values()].filter(
    (each) => each.type === 'reference',
  )
  const problem = param
    ? `is a ${param.type} parameter, not a reference`
    : `is not a search parameter of ${type}`
  throw searchError(
    place,
    `"${code}" ${problem}.${suggestion(
      code,
      references.map((each) => each.code),
    )}`,
  )
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
