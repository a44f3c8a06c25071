import { matchesInstants, matchesNumbers } from './match-ranges.js'
import { normalizeString } from './normalize.js'
import type {
  CompositeClause,
  DateClause,
  MissingClause,
  NumberClause,
  QuantityClause,
  ReferenceClause,
  ReferenceCriterion,
  StringClause,
  TokenClause,
  TokenCriterion,
  UriClause,
} from './query.js'
import type { QuantityValue, ReferenceValue, SearchValue, TokenValue } from './values.js'

/** A clause that the values of one search parameter decide. */
export type ValueClause =
  | TokenClause
  | StringClause
  | ReferenceClause
  | DateClause
  | NumberClause
  | QuantityClause
  | UriClause
  | CompositeClause
  | MissingClause

/** Whether the values of `clause.param` in one resource (and of no other parameter) satisfy the clause. */
export function matchesValues(clause: ValueClause, values: readonly SearchValue[]): boolean {
  switch (clause.kind) {
    case 'missing':
      return (values.length === 0) === clause.missing
    case 'token':
      return matchesToken(clause, ofType(values, 'token'))
    case 'string':
      return ofType(values, 'string').some(({ value }) => matchesString(clause, value))
    case 'reference':
      return ofType(values, 'reference').some((value) =>
        clause.values.some((criterion) => matchesReference(value, criterion)),
      )
    case 'date':
      return ofType(values, 'date').some((value) =>
        clause.values.some((searched) => matchesInstants(value, searched)),
      )
    case 'number':
      return ofType(values, 'number').some((value) =>
        clause.values.some((searched) => matchesNumbers(value, searched)),
      )
    case 'quantity':
      return ofType(values, 'quantity').some((value) =>
        clause.values.some((searched) => matchesUnit(value, searched) && matchesNumbers(value, searched)),
      )
    case 'uri':
      return ofType(values, 'uri').some(({ value }) => matchesUri(clause, value))
    case 'composite':
      return ofType(values, 'composite').some(({ components }) =>
        clause.values.some((alternative) =>
          alternative.every((part, index) => matchesValues(part as ValueClause, components[index] ?? [])),
        ),
      )
  }
}

function ofType<T extends SearchValue['type']>(values: readonly SearchValue[], type: T) {
  return values.filter((value): value is Extract<SearchValue, { type: T }> => value.type === type)
}

function matchesToken(clause: TokenClause, values: readonly TokenValue[]): boolean {
  const some = (test: (value: TokenValue, criterion: TokenCriterion) => boolean) =>
    values.some((value) => clause.values.some((criterion) => test(value, criterion)))
  switch (clause.modifier) {
    case undefined:
      return some(matchesCoding)
    case 'not':
      return !some(matchesCoding)
    case 'text':
      return some(({ text }, { code }) => text !== undefined && startsWith(text, code ?? ''))
    case 'of-type':
      return some(
        (value, { code, ofType: type }) =>
          value.code === code &&
          (value.ofType ?? []).some((held) => held.system === type?.system && held.code === type?.code),
      )
    default:
      // The parser refuses them until a terminology service expands them into codes.
      throw new TypeError(`token modifier ${clause.modifier} cannot be decided from search values`)
  }
}

function matchesCoding(
  value: { readonly system?: string; readonly code?: string },
  { system, code }: TokenCriterion,
): boolean {
  return (
    (system === undefined || system === (value.system ?? '')) && (code === undefined || code === value.code)
  )
}

function matchesString(clause: StringClause, value: string): boolean {
  switch (clause.modifier) {
    case 'exact':
      return clause.values.includes(value)
    case 'contains':
      return clause.values.some((searched) => normalizeString(value).includes(normalizeString(searched)))
    default:
      return clause.values.some((searched) => startsWith(value, searched))
  }
}

function startsWith(value: string, searched: string): boolean {
  return normalizeString(value).startsWith(normalizeString(searched))
}

function matchesReference(value: ReferenceValue, criterion: ReferenceCriterion): boolean {
  if (criterion.identifier) {
    const { system, value: code } = value.identifier ?? {}
    if (value.identifier === undefined) return false
    return matchesCoding(
      { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) },
      criterion.identifier,
    )
  }
  if (criterion.url !== undefined) {
    return criterion.url === value.url || criterion.url === `${value.url}|${value.urlVersion}`
  }
  return (
    value.targetId !== undefined &&
    criterion.id === value.targetId &&
    (criterion.type === undefined || criterion.type === value.targetType)
  )
}

/** With a system, system and code are exact; without one, the code may also be the unit as people write it. */
function matchesUnit(value: QuantityValue, searched: QuantityClause['values'][number]): boolean {
  if (searched.system !== undefined) return matchesCoding(value, searched)
  return searched.code === undefined || searched.code === value.code || searched.code === value.unit
}

function matchesUri(clause: UriClause, value: string): boolean {
  switch (clause.modifier) {
    case 'below':
      return clause.values.some((searched) => isBelow(value, searched))
    case 'above':
      return clause.values.some((searched) => isBelow(searched, value))
    default:
      return clause.values.includes(value)
  }
}

/** The same URL, or one that continues `upper` at the border of a path segment. */
function isBelow(lower: string, upper: string): boolean {
  return lower === upper || lower.startsWith(upper.endsWith('/') ? upper : `${upper}/`)
}
