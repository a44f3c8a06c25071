import type { Clause, CompositeClause, SearchParameter } from '@anamnesis/core'
import { hash64, hash64Once } from '../hash64.js'
import { promotionOf, storedParameters } from '../promoted.js'
import * as keys from '../token-keys.js'
import { all, either, type SqlContext, unsupported } from './context.js'
import { instantTest, measureTest } from './ranges.js'
import { textTest } from './strings.js'
import { clauseHashes, clauseKeys, hasToken, isHashed, isPositive } from './tokens.js'

/** A clause as a condition, for the components that are parameters of the resource. */
export type ToCondition = (context: SqlContext, clause: Clause) => string

/** Each stored parameter that answers for a composite is a condition of its own; one of them has to hold. */
export function compositeCondition(
  context: SqlContext,
  { param, values }: CompositeClause,
  toCondition: ToCondition,
): string {
  const conditions = context.types.flatMap((type) => {
    const ofType = { ...context, types: [type] }
    return storedParameters(type, param.code).map((stored) =>
      isWhole(type, stored)
        ? wholeCondition(ofType, stored, values, toCondition)
        : rowsCondition(ofType, stored, values),
    )
  })
  return either(conditions)
}

function isWhole(type: string, stored: string): boolean {
  return promotionOf(type).composites?.includes(stored) ?? false
}

/** The resource has a value of the composite, so its components are those of the parameters of the same names. */
function wholeCondition(
  context: SqlContext,
  stored: string,
  values: CompositeClause['values'],
  toCondition: ToCondition,
): string {
  const present = hasToken(context, [hash64(keys.presenceKey(keys.parameterKey(context.types[0]!, stored)))])
  const tests = values.map((parts) =>
    all(ofComponents(context, stored, parts).map((part) => toCondition(context, part))),
  )
  return all([present, either(tests)])
}

/** The parts as clauses on the parameters of the resource that the components are. */
function ofComponents(context: SqlContext, stored: string, parts: readonly Clause[]): Clause[] {
  const parameters = context.definitions.searchParameters(context.types[0]!)
  const components = parameters.get(stored)?.components ?? []
  return parts.map((part, position) => {
    const param = parameters.get(components[position]?.code ?? '')
    return param && 'param' in part ? ({ ...part, param } as Clause) : part
  })
}

/** The elements inside the resource are rows of their own. */
function rowsCondition(context: SqlContext, stored: string, values: CompositeClause['values']): string {
  const { row, parameters } = context
  const key = keys.parameterKey(context.types[0]!, stored)
  const tests = values.map((parts) =>
    all(
      parts.map((part, position) =>
        partTest(context, keys.componentParameter(key, position), part, position),
      ),
    ),
  )
  const rows =
    `exists (select from search_composite s where s.bucket = ${row}.bucket and s.seq = ${row}.seq` +
    ` and s.param = ${parameters.add(hash64(key), 'bigint')} and ${either(tests)})`
  const hashes = leadingHashes(context, key, values)
  return hashes ? all([hasToken(context, hashes), rows]) : rows
}

/** The condition on a row `s` of `search_composite` that one component holds. */
function partTest(context: SqlContext, key: string, part: Clause, position: number): string {
  const { parameters } = context
  const element = (column: string) => `s.${column}[${position + 1}]`
  const hasForm = (form: bigint) => `${parameters.add(form, 'bigint')} = any (s.tokens)`
  switch (part.kind) {
    case 'token':
    case 'reference':
    case 'uri': {
      const hashes = clauseKeys(context, part, key).map(hash64)
      const overlap = `s.tokens && ${parameters.hashes(hashes)}`
      return isPositive(part) ? overlap : `not ${overlap}`
    }
    case 'date':
      return either(
        part.values.map((searched) =>
          instantTest(element('low'), element('high'), searched, (instant) =>
            parameters.add(instant, 'double precision'),
          ),
        ),
      )
    case 'number':
    case 'quantity': {
      const columns = {
        low: element('low'),
        high: element('high'),
        canonicalLow: element('canonical_low'),
        canonicalHigh: element('canonical_high'),
        units: 's.tokens',
      }
      return either(part.values.map((searched) => measureTest(context, columns, searched, key)))
    }
    case 'string':
      return textTest(context, part, {
        text: element('texts'),
        isExactly: (value) => hasForm(hash64Once(keys.codeKey(key, value))),
      })
    default:
      throw unsupported(paramOf(part)?.code ?? part.kind, 'a component of this kind')
  }
}

function paramOf(clause: Clause): SearchParameter | undefined {
  return 'param' in clause ? clause.param : undefined
}

/**
 * Hashes in `resource.tokens` of which each match has at least one: those of the first hashed component. Undefined where
 * there is none.
 */
export function compositeHashes(
  context: SqlContext,
  { param, values }: CompositeClause,
): bigint[] | undefined {
  const hashes: bigint[] = []
  for (const type of context.types) {
    const ofType = { ...context, types: [type] }
    for (const stored of storedParameters(type, param.code)) {
      const leading = isWhole(type, stored)
        ? wholeHashes(ofType, stored, values)
        : leadingHashes(ofType, keys.parameterKey(type, stored), values)
      if (!leading) return undefined
      hashes.push(...leading)
    }
  }
  return hashes
}

function wholeHashes(
  context: SqlContext,
  stored: string,
  values: CompositeClause['values'],
): bigint[] | undefined {
  const hashes: bigint[] = []
  for (const parts of values) {
    const part = ofComponents(context, stored, parts).find(isHashed)
    if (!part || !isPositive(part)) return undefined
    hashes.push(...clauseHashes(context, part))
  }
  return hashes
}

function leadingHashes(
  context: SqlContext,
  key: string,
  values: CompositeClause['values'],
): bigint[] | undefined {
  const hashes: bigint[] = []
  for (const parts of values) {
    const position = parts.findIndex(isHashed)
    const part = parts[position]
    if (!part || !isHashed(part) || !isPositive(part)) return undefined
    hashes.push(...clauseKeys(context, part, keys.componentParameter(key, position)).map(hash64))
  }
  return [...new Set(hashes)]
}
