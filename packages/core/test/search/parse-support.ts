import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { FhirError } from '../../src/errors/fhir-error.js'
import {
  type ParsedSearch,
  parseSearch,
  type SearchContext,
  type SearchInput,
} from '../../src/search/parse.js'

/** A query string as HTTP decodes it. */
export function pairs(query: string): [string, string][] {
  return [...new URLSearchParams(query)]
}

/** Reads `Patient?name=x`, `?_type=Patient` or `Patient/1/Observation?code=x`. */
export function read(
  url: string,
  handling: SearchInput['handling'] = 'strict',
  context: Partial<SearchContext> = {},
): ParsedSearch {
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  const [first, id, member] = path.split('/')
  const compartment = id === undefined || first === undefined ? {} : { compartment: { type: first, id } }
  const type = id === undefined ? first : member
  return parseSearch(
    { types: type ? [type] : undefined, parameters: pairs(query), handling, ...compartment },
    { definitions: r4, baseUrl: 'https://here.example/fhir', now: Date.UTC(2024, 0, 1), ...context },
  )
}

/** The only clause of a search, its parameter reduced to its code. */
export function clauseOf(url: string): unknown {
  const { where } = read(url).query
  assert.is(where.length, 1)
  return plain(where[0])
}

/** A clause whose parameters are their codes, to compare with literals. */
export function plain(clause: unknown): unknown {
  return JSON.parse(
    JSON.stringify(clause, (key, value) =>
      key === 'param' && typeof value === 'object' ? value.code : value,
    ),
  )
}

/** Expects a failure with this code, whose message matches; gives it for more. */
export function refused(
  url: string,
  code: string,
  message: RegExp,
  handling: SearchInput['handling'] = 'strict',
): FhirError {
  try {
    read(url, handling)
  } catch (error) {
    assert.ok(FhirError.is(error), String(error))
    assert.is(error.code, code, error.message)
    assert.match(error.message, message)
    return error
  }
  throw new Error(`${url} was accepted`)
}
