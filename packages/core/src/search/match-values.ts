import { FhirError } from '../errors/fhir-error.js'
import { distanceBetween } from './distance.js'
import { matchesInstants, matchesNumbers } from './match-ranges.js'
import { normalizeString } from './normalize.js'
import type {
  CompositeClause,
  DateClause,
  MissingClause,
  NearClause,
  NumberClause,
  QuantityClause,
  ReferenceClause,
  ReferenceCriterion,
  StringClause,
  TokenClause,
  TokenCriterion,
  UriClause,
  WordsClause,
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
  | NearClause
  | WordsClause

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
        clause.values.some((criterion) => matchesReference(value, criterion, clause.modifier)),
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
        clause.values.some((searched) => matchesQuantity(value, searched)),
      )
    case 'uri':
      return ofType(values, 'uri').some(({ value }) => matchesUri(clause, value))
    case 'near':
      return ofType(values, 'position').some((position) =>
        clause.values.some((searched) => distanceBetween(position, searched) <= searched.distance),
      )
    case 'words':
      return ofType(values, 'words').some(({ words }) => clause.words.every((word) => words.includes(word)))
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
      throw new FhirError(
        'unsupported-search',
        `${clause.param.code}:${clause.modifier} needs terminology, and none has resolved it.`,
      )
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
    case 'equals':
      return clause.values.some((searched) => normalizeString(value) === normalizeString(searched))
    case 'ends':
      return clause.values.some((searched) => normalizeString(value).endsWith(normalizeString(searched)))
    default:
      return clause.values.some((searched) => startsWith(value, searched))
  }
}

function startsWith(value: string, searched: string): boolean {
  return normalizeString(value).startsWith(normalizeString(searched))
}

function matchesReference(
  value: ReferenceValue,
  criterion: ReferenceCriterion,
  modifier: ReferenceClause['modifier'],
): boolean {
  if (criterion.identifier) {
    const { system, value: code } = value.identifier ?? {}
    if (value.identifier === undefined) return false
    return matchesCoding(
      { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) },
      criterion.identifier,
    )
  }
  if (modifier === 'below' || modifier === 'above') {
    if (value.url === undefined || value.url !== criterion.url) return false
    const [lower, upper] =
      modifier === 'below' ? [value.urlVersion, criterion.version] : [criterion.version, value.urlVersion]
    return isVersionBelow(lower, upper)
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

/** The same version, or one that has further parts: 1.2.3 is below 1.2. Everything is below no version. */
function isVersionBelow(lower: string | undefined, upper: string | undefined): boolean {
  if (upper === undefined) return true
  return lower === upper || (lower?.startsWith(`${upper}.`) ?? false)
}

/** By UCUM's base units where both sides have them, else by the unit as it is written. */
function matchesQuantity(value: QuantityValue, searched: QuantityClause['values'][number]): boolean {
  if (searched.canonical) {
    if (value.canonical?.unit !== searched.canonical.unit) return false
    return matchesNumbers(value.canonical, { ...searched.canonical, prefix: searched.prefix })
  }
  return matchesUnit(value, searched) && matchesNumbers(value, searched)
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
