import type { SearchParameter } from '../../definitions/definitions.js'
import { FhirError } from '../../errors/fhir-error.js'
import { type Place, type Reading, searchError, suggestion } from './context.js'
import { targetsOf } from './reference.js'

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

/** `findParameter`, or the failure that says what was probably meant. */
export function requireParameter(place: Place, code: string, reading: Reading): SearchParameter {
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
