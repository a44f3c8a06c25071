import type { SearchParameter } from '../../definitions/definitions.js'
import { canonicalUnit, ucumSystem } from '../../fhir/ucum.js'
import { modifiers } from '../modifiers.js'
import type { Clause, QuantityClause, TokenClause } from '../query.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { examples } from './examples.js'
import { readNear } from './near.js'
import { readBoolean, splitValues, unescapeValue } from './parts.js'
import { readDate, readNumber } from './prefix.js'
import { readReferences, targetsOf } from './reference.js'
import { splitEscaped } from './text.js'
import { readTokenValue, requireText } from './token.js'

/** The clause that `param[:modifier]=text` asks for. */
export function readClause(
  param: SearchParameter,
  modifier: string | undefined,
  text: string,
  place: Place,
  reading: Reading,
): Clause {
  if (param.type === 'special') return readSpecial(param, modifier, text, place, reading)
  if (modifier === 'missing') return { kind: 'missing', param, missing: readBoolean(text, place) }
  checkModifier(param, modifier, place, reading)
  const parts = splitValues(text, place, reading, examples[param.type])
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
    case 'reference':
      return readReferences(param, modifier, parts, place, reading)
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

function readSpecial(
  param: SearchParameter,
  modifier: string | undefined,
  text: string,
  place: Place,
  reading: Reading,
): Clause {
  if (param.code !== 'near') {
    throw searchError(place, 'this search parameter is not supported.', 'unsupported-search')
  }
  if (modifier !== undefined) throw searchError(place, 'near takes no modifier.')
  return readNear(param, text, place, reading)
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

/** `5.4`, `5.4||mg` or `5.4|http://unitsofmeasure.org|mg` (https://hl7.org/fhir/R4/search.html#quantity). */
function readQuantity(part: string, place: Place): QuantityClause['values'][number] {
  const [number = '', system, code, ...more] = splitEscaped(part, '|').map((each) =>
    unescapeValue(each, place),
  )
  const criterion = readNumber(number, place)
  if (system === undefined) return criterion
  if (!code || more.length > 0) {
    throw searchError(
      place,
      `expected number, number||unit or number|system|code, such as 5.4|http://unitsofmeasure.org|mg, found "${part}".`,
    )
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
    const example = components.map(({ type }) => examples[type]).join('$')
    throw searchError(
      place,
      `expected ${shape}, ${components.length} parts joined by $, such as ${example}, found "${text}".`,
    )
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
