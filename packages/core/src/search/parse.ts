import { errorCodes } from '../errors/codes.js'
import { FhirError } from '../errors/fhir-error.js'
import { errorCodeSystem, readableIssue } from '../errors/outcome.js'
import type { OperationOutcomeIssue } from '../fhir/types.js'
import { isUnknownParameter } from './parse/chain.js'
import { readContained } from './parse/contained.js'
import {
  type Place,
  type Reading,
  type SearchContext,
  searchError,
  startReading,
  suggestion,
} from './parse/context.js'
import { readParameter } from './parse/parameter.js'
import { splitValues } from './parse/parts.js'
import { type ResultOptions, Results } from './parse/results.js'
import type { Clause, SearchQuery } from './query.js'

export type { FullText, SearchContext } from './parse/context.js'
export type { ResultOptions } from './parse/results.js'

/** A search as it arrives: from a query string, a form, or both. */
export interface SearchInput {
  /** Types named by the path; absent at system level, where `_type` may name some. */
  readonly types?: readonly string[] | undefined
  /** Decoded, in order. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** The compartment in the path: `Patient/1/Observation`. */
  readonly compartment?: { readonly type: string; readonly id: string }
  /** What to do with unknown parameters: refuse the search, or ignore them and say so. */
  readonly handling: 'strict' | 'lenient'
}

/** A search as the server understands it. */
export interface ParsedSearch {
  /** Without `page`, which the caller opens from `page` below. */
  readonly query: SearchQuery
  /** A warning for each parameter that was ignored. */
  readonly ignored: readonly OperationOutcomeIssue[]
  /** The parameters that took effect, for the self link; `_page` excluded. */
  readonly self: readonly (readonly [name: string, value: string])[]
  readonly options: ResultOptions
  /** The sealed page key in `_page`. */
  readonly page?: string
}

/**
 * Reads a search: every parameter is either understood, refused with a reason, or, when it is unknown and handling is
 * lenient, ignored and reported (https://hl7.org/fhir/R4/search.html).
 *
 * @throws FhirError `unknown-search-parameter` for unknown ones under strict handling, `invalid-search` for values and
 * modifiers that a known parameter cannot have, `unsupported-search` for what the server does not do, `too-costly` for
 * what crosses a limit, `unknown-resource-type` for a type that is not R4's.
 */
export function parseSearch(input: SearchInput, context: SearchContext): ParsedSearch {
  const reading = startReading(context)
  if (input.parameters.length > reading.limits.maxParameters) {
    const { length } = input.parameters
    throw new FhirError(
      'too-costly',
      `The search has ${length} parameters; at most ${reading.limits.maxParameters} are allowed.`,
    )
  }
  const types = searchedTypes(input, reading)
  const where: Clause[] = input.compartment ? [compartmentClause(input.compartment)] : []
  const results = new Results()
  const self: [string, string][] = []
  const unknown: FhirError[] = []

  for (const [name, value] of input.parameters) {
    if (name === '_type' && input.types === undefined) {
      self.push([name, value])
      continue
    }
    const place = { types, name }
    try {
      if (!results.take(place, value, reading)) where.push(readParameter(place, name, value, reading))
      if (name === '_count') self.push([name, String(results.count)])
      else if (name !== '_page') self.push([name, value])
    } catch (error) {
      if (!isUnknownParameter(error)) throw error
      unknown.push(error)
    }
  }
  if (input.handling === 'strict' && unknown.length > 0) throw allUnknown(unknown)

  const { include, revinclude, sort, options, page } = results
  const contained = readContained(results, where)
  const totalOnly = options.summary === 'count' || results.count === 0
  return {
    query: {
      types,
      where,
      include,
      revinclude,
      sort,
      count: totalOnly
        ? 0
        : (results.count ?? Math.min(reading.limits.defaultCount, reading.limits.maxCount)),
      total: totalOnly ? 'accurate' : results.total,
      ...(contained === undefined ? {} : { contained }),
    },
    ignored: unknown.map((error) => readableIssue(unknownIssue(error, 'warning'))),
    self,
    options,
    ...(page === undefined ? {} : { page }),
  }
}

function searchedTypes({ types, parameters, compartment }: SearchInput, reading: Reading): readonly string[] {
  const { definitions } = reading
  const members = compartment && compartmentMembers(compartment.type, reading)
  const searched = types ?? namedTypes(parameters, reading) ?? members ?? definitions.resourceTypes
  for (const type of searched) {
    if (!definitions.isResourceType(type)) {
      throw new FhirError(
        'unknown-resource-type',
        `"${type}" is no R4 resource type.${suggestion(type, definitions.resourceTypes)}`,
      )
    }
    if (members && !members.includes(type)) {
      throw new FhirError('invalid-search', `${type} is not part of the ${compartment?.type} compartment.`)
    }
  }
  return searched
}

function namedTypes(parameters: SearchInput['parameters'], reading: Reading): string[] | undefined {
  const named = parameters.filter(([name]) => name === '_type')
  const [first] = named
  if (!first) return undefined
  const place: Place = { types: [], name: '_type' }
  if (named.length > 1)
    throw searchError(place, 'this parameter can be given once only; join the types by commas.')
  const types = splitValues(first[1], place, reading)
  for (const type of types) {
    if (!reading.definitions.isResourceType(type)) {
      const hint = suggestion(type, reading.definitions.resourceTypes)
      throw searchError(place, `"${type}" is no R4 resource type.${hint}`)
    }
  }
  return [...new Set(types)]
}

function compartmentMembers(code: string, { definitions }: Reading): string[] {
  const compartment = definitions.compartments.get(code)
  if (!compartment) {
    const known = [...definitions.compartments.keys()].join(', ')
    throw new FhirError('unknown-route', `There is no ${code} compartment; R4 has ${known}.`)
  }
  return Object.entries(compartment.resource)
    .filter(([, params]) => params.length > 0)
    .map(([type]) => type)
}

function compartmentClause({ type, id }: NonNullable<SearchInput['compartment']>): Clause {
  return { kind: 'compartment', compartment: type, ids: [id] }
}

function allUnknown(errors: readonly FhirError[]): FhirError {
  return new FhirError('unknown-search-parameter', errors.map(({ message }) => message).join(' '), {
    expression: errors.flatMap(({ expression }) => expression),
    issues: errors.map((error) => unknownIssue(error, 'error')),
  })
}

function unknownIssue(
  { code, message, expression }: FhirError,
  severity: 'warning' | 'error',
): OperationOutcomeIssue {
  return {
    severity,
    code: errorCodes[code].issue,
    details: { coding: [{ system: errorCodeSystem, code }], text: message },
    diagnostics: message,
    expression: [...expression],
  }
}
