import type {
  Clause,
  MissingClause,
  ReferenceClause,
  TokenClause,
  TokenCriterion,
  UriClause,
} from '@anamnesis/core'
import { hash64 } from '../hash64.js'
import type { ResolvedText } from '../read/texts.js'
import * as keys from '../token-keys.js'
import { parameterKeys, type SqlContext, unsupported } from './context.js'

/** A clause that holds exactly where `resource.tokens` has one of some hashes. */
export type HashedClause = TokenClause | ReferenceClause | UriClause

export function isHashed(clause: Clause): clause is HashedClause {
  return clause.kind === 'token' || clause.kind === 'reference' || clause.kind === 'uri'
}

/** True where the clause wants one of its hashes present, not absent. */
export function isPositive(clause: HashedClause): boolean {
  return clause.modifier !== 'not'
}

/** The hashes of which a matching row has at least one (for `:not`: none). */
export function clauseHashes(context: SqlContext, clause: HashedClause | ResolvedText): bigint[] {
  if ('hashes' in clause) return [...clause.hashes]
  const texts = parameterKeys(context, clause.param).flatMap((key) => clauseKeys(context, clause, key))
  return [...new Set(texts)].map(hash64)
}

/** The forms of a clause on values that are filed under `key`. */
export function clauseKeys(context: SqlContext, clause: HashedClause, key: string): string[] {
  switch (clause.kind) {
    case 'token':
      return clause.values.map((criterion) => tokenKey(clause, criterion, key))
    case 'reference':
      return clause.values.flatMap((criterion) => referenceKeys(context, clause, criterion, key))
    case 'uri':
      return clause.values.flatMap((url) => uriKeys(clause, url, key))
  }
}

function tokenKey(clause: TokenClause, criterion: TokenCriterion, key: string): string {
  switch (clause.modifier) {
    case undefined:
    case 'not':
      return codingKeyOf(key, criterion)
    case 'of-type': {
      const { ofType, code } = criterion
      return keys.typedIdentifierKey(key, ofType?.system ?? '', ofType?.code ?? '', code ?? '')
    }
    default:
      throw unsupported(clause.param.code, `the modifier :${clause.modifier}`)
  }
}

function codingKeyOf(key: string, { system, code }: TokenCriterion): string {
  if (code === undefined) return system === undefined ? keys.presenceKey(key) : keys.systemKey(key, system)
  return system === undefined ? keys.codeKey(key, code) : keys.codingKey(key, system, code)
}

function referenceKeys(
  { definitions }: SqlContext,
  { param, modifier }: ReferenceClause,
  { type, id, url, version, identifier }: ReferenceClause['values'][number],
  key: string,
): string[] {
  if (identifier) return [codingKeyOf(keys.identifierParameter(key), identifier)]
  if (modifier === 'below' || modifier === 'above') return versionKeys(modifier, url, version, key)
  if (url !== undefined) return [keys.urlKey(key, url)]
  if (id === undefined) return []
  const targets = type === undefined ? (param.target ?? definitions.resourceTypes) : [type]
  return targets.map((target) => keys.referenceKey(key, target, id))
}

/** A canonical without a version is above all of its versions, and below none. */
function versionKeys(
  modifier: 'below' | 'above',
  url: string | undefined,
  version: string | undefined,
  key: string,
): string[] {
  if (url === undefined) return []
  if (modifier === 'below') {
    return [version === undefined ? keys.urlKey(key, url) : keys.versionKey(key, url, version)]
  }
  const versions = version === undefined ? [] : keys.versionsAbove(version)
  return [keys.unversionedKey(key, url), ...versions.map((each) => keys.urlKey(key, `${url}|${each}`))]
}

function uriKeys({ modifier }: UriClause, url: string, key: string): string[] {
  switch (modifier) {
    case 'below':
      return [keys.urlKey(key, url), keys.belowKey(key, url.replace(/\/$/, ''))]
    case 'above':
      return [url, ...keys.urlsAbove(url).flatMap((above) => [above, `${above}/`])].map((above) =>
        keys.urlKey(key, above),
      )
    default:
      return [keys.urlKey(key, url)]
  }
}

/** Length from which PostgreSQL hashes the list of `= any`. */
const hashedLength = 9

/**
 * The condition that a row has one of the hashes, in a form that no index serves: as one condition among others, a GIN
 * scan would be chosen where walking in the order of the results is a hundred times faster.
 */
export function hasToken({ parameters, row }: SqlContext, hashes: readonly bigint[]): string {
  if (hashes.length === 0) return 'false'
  if (hashes.length === 1)
    return `coalesce(${parameters.add(hashes[0], 'bigint')} = any (${row}.tokens), false)`
  // An overlap compares each with each; membership in a constant list of nine or more is hashed.
  return hashes.length < hashedLength
    ? `coalesce(${row}.tokens && ${parameters.hashes(hashes)}, false)`
    : `coalesce((select true from unnest(${row}.tokens) k where k = any (${parameters.hashes(hashes)}) limit 1), false)`
}

export function hashedCondition(context: SqlContext, clause: HashedClause): string {
  const condition = hasToken(context, clauseHashes(context, clause))
  return isPositive(clause) ? condition : `not ${condition}`
}

export function missingCondition(context: SqlContext, { param, missing }: MissingClause): string {
  if (param.code === '_id' || param.code === '_lastUpdated') return missing ? 'false' : 'true'
  const hashes = parameterKeys(context, param).map((key) => hash64(keys.presenceKey(key)))
  return missing ? `not ${hasToken(context, hashes)}` : hasToken(context, hashes)
}
