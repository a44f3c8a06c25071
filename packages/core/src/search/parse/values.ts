import type { SearchParameter } from '../../definitions/definitions.js'
import { parseCanonical } from '../../fhir/references.js'
import { normalizeString } from '../normalize.js'
import type { Clause, QuantityClause, ReferenceCriterion, TokenClause, TokenCriterion } from '../query.js'
import { canonicalUnit, ucumSystem } from '../ucum.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { readDate, readNumber } from './prefix.js'
import { readReference, targetsOf } from './reference.js'
import { splitEscaped, unescapeText } from './text.js'

/** Modifiers by parameter type (https://hl7.org/fhir/R4/search.html#modifiers); `:missing` goes with every type. */
const modifiers = {
  string: ['exact', 'contains'],
  token: ['not', 'text', 'of-type', 'in', 'not-in', 'below', 'above'],
  reference: ['identifier', 'below', 'above'],
  uri: ['below', 'above'],
  date: [],
  number: [],
  quantity: [],
  composite: [],
  special: [],
} as const satisfies Record<SearchParameter['type'], readonly string[]>

/** The clause that `param[:modifier]=text` asks for. */
export function readClause(
  param: SearchParameter,
  modifier: string | undefined,
  text: string,
  place: Place,
  reading: Reading,
): Clause {
  if (param.type === 'special') {
    throw searchError(place, 'this search parameter is not supported.', 'unsupported-search')
  }
  if (modifier === 'missing') return { kind: 'missing', param, missing: readBoolean(text, place) }
  checkModifier(param, modifier, place, reading)
  const parts = splitValues(text, place, reading)
  const plain = () => parts.map((part) => unescapeValue(part, place))
  switch (param.type) {
    case 'token':
      return {
        kind: 'token',
        param,
        ...(modifier === undefined ? {} : { modifier: modifier as NonNullable<TokenClause['modifier']> }),
        values: parts.map((part) => readTokenValue(part, modifier, place)),
      }
    case 'string': {
      const values = plain()
      if (modifier === 'exact') return { kind: 'string', param, modifier, values }
      for (const value of values) requireText(value, place)
      return modifier === 'contains'
        ? { kind: 'string', param, modifier, values }
        : { kind: 'string', param, values }
    }
    case 'reference': {
      if (modifier === 'identifier') {
        return {
          kind: 'reference',
          param,
          modifier,
          values: parts.map((part) => ({ identifier: readToken(part, place) })),
        }
      }
      if (modifier === 'below' || modifier === 'above') {
        const values = plain().map((value) => readHierarchical(value, param, place, reading))
        return { kind: 'reference', param, modifier, values }
      }
      const values = plain().map((value) => readReference(value, modifier, param, place, reading))
      return { kind: 'reference', param, values }
    }
    case 'date':
      return { kind: 'date', param, values: plain().map((value) => readDate(value, place, reading)) }
    case 'number':
      return { kind: 'number', param, values: plain().map((value) => readNumber(value, place)) }
    case 'quantity':
      return { kind: 'quantity', param, values: parts.map((part) => readQuantity(part, place)) }
    case 'uri':
      return modifier === 'below' || modifier === 'above'
        ? { kind: 'uri', param, modifier, values: plain() }
        : { kind: 'uri', param, values: plain() }
    case 'composite':
      return {
        kind: 'composite',
        param,
        values: parts.map((part) => readComposite(param, part, place, reading)),
      }
  }
}

/** The alternatives of a value, still escaped. */
export function splitValues(text: string, place: Place, { limits }: Reading): string[] {
  const parts = splitEscaped(text, ',')
  if (parts.includes('')) {
    throw searchError(
      place,
      text === ''
        ? 'expected a value, found none; leave the parameter out.'
        : `"${text}" has an empty alternative.`,
    )
  }
  if (parts.length > limits.maxValues) {
    throw searchError(
      place,
      `${parts.length} values are more than the ${limits.maxValues} allowed.`,
      'too-costly',
    )
  }
  return parts
}

export function readBoolean(text: string, place: Place): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw searchError(place, `expected true or false, found "${text}".`)
}

export function unescapeValue(text: string, place: Place): string {
  const plain = unescapeText(text)
  if (plain !== undefined) return plain
  throw searchError(place, `in "${text}" a backslash escapes nothing; write \\\\ for a backslash.`)
}

function checkModifier(
  param: SearchParameter,
  modifier: string | undefined,
  place: Place,
  reading: Reading,
): void {
  if (modifier === undefined) return
  const known: readonly string[] = modifiers[param.type]
  if (known.includes(modifier)) return
  const targets = param.type === 'reference' ? targetsOf(param, reading) : []
  if (targets.includes(modifier)) return
  const shown = [...known, ...(targets.length <= 10 ? targets : ['a resource type']), 'missing']
  throw searchError(
    place,
    `${param.code} is a ${param.type} parameter and has no modifier :${modifier}; it has ${listOf(shown)}.${suggestion(modifier, [...known, ...targets, 'missing'])}`,
  )
}

function requireText(value: string, place: Place): void {
  if (normalizeString(value) === '')
    throw searchError(place, `expected a text to look for, found "${value}".`)
}

function readTokenValue(part: string, modifier: string | undefined, place: Place): TokenCriterion {
  if (modifier === 'text') {
    const code = unescapeValue(part, place)
    requireText(code, place)
    return { code }
  }
  if (modifier === 'in' || modifier === 'not-in') return { code: unescapeValue(part, place) }
  return modifier === 'of-type' ? readTypedIdentifier(part, place) : readToken(part, place)
}

/** A reference to a resource, or a canonical URL that may have a version. */
function readHierarchical(
  text: string,
  param: SearchParameter,
  place: Place,
  reading: Reading,
): ReferenceCriterion {
  const criterion = readReference(text, undefined, param, place, reading)
  if (criterion.url === undefined) return criterion
  const { url, version } = parseCanonical(criterion.url)
  return version === undefined ? { url } : { url, version }
}

/** `code`, `system|code`, `|code` or `system|` (https://hl7.org/fhir/R4/search.html#token). */
function readToken(part: string, place: Place): TokenCriterion {
  const [first = '', second, ...more] = splitEscaped(part, '|').map((each) => unescapeValue(each, place))
  if (second === undefined) return { code: first }
  if (more.length > 0 || (first === '' && second === '')) {
    throw searchError(place, `expected code, system|code, |code or system|, found "${part}".`)
  }
  return second === '' ? { system: first } : { system: first, code: second }
}

function readTypedIdentifier(part: string, place: Place): TokenCriterion {
  const [system, type, code, ...more] = splitEscaped(part, '|').map((each) => unescapeValue(each, place))
  if (!system || !type || !code || more.length > 0) {
    throw searchError(
      place,
      `expected the identifier type's system|code and the value, joined by |, found "${part}".`,
    )
  }
  return { code, ofType: { system, code: type } }
}

/** `5.4`, `5.4||mg` or `5.4|http://unitsofmeasure.org|mg` (https://hl7.org/fhir/R4/search.html#quantity). */
function readQuantity(part: string, place: Place): QuantityClause['values'][number] {
  const [number = '', system, code, ...more] = splitEscaped(part, '|').map((each) =>
    unescapeValue(each, place),
  )
  const criterion = readNumber(number, place)
  if (system === undefined) return criterion
  if (!code || more.length > 0) {
    throw searchError(place, `expected number, number||unit or number|system|code, found "${part}".`)
  }
  if (system === '') return { ...criterion, code }
  const unit = system === ucumSystem ? canonicalUnit(code) : undefined
  if (unit === undefined) return { ...criterion, system, code }
  const { value, low, high } = criterion
  const canonical = {
    unit: unit.unit,
    value: unit.toBase(value),
    low: unit.toBase(low),
    high: unit.toBase(high),
  }
  return { ...criterion, system, code, canonical }
}

/** `code$value`: one part per component (https://hl7.org/fhir/R4/search.html#combining). */
function readComposite(param: SearchParameter, text: string, place: Place, reading: Reading): Clause[] {
  const components = param.components ?? []
  const parts = splitEscaped(text, '$')
  if (parts.length !== components.length) {
    const shape = components.map(({ code }) => code).join('$')
    throw searchError(place, `expected ${shape}, ${components.length} parts joined by $, found "${text}".`)
  }
  return components.map(({ code, type }, index) => {
    const component = componentParameter(place.types, code, type, reading)
    return readClause(component, undefined, parts[index] ?? '', place, reading)
  })
}

function componentParameter(
  types: readonly string[],
  code: string,
  type: SearchParameter['type'],
  { definitions }: Reading,
): SearchParameter {
  const defined = definitions.searchParameters(types[0] ?? '').get(code)
  return defined?.type === type ? defined : { code, type, url: '', description: '' }
}
