import fc from 'fast-check'
import { r4 } from '../../src/definitions/r4.js'
import type { StorageFeature } from './context.js'
import { filterConditions } from './filter-arbitraries.js'
import {
  canonicals,
  codes,
  dates,
  decimals,
  ids,
  latitudes,
  longitudes,
  names,
  systems,
  times,
  units,
  urls,
  versions,
} from './resource-arbitraries.js'
import { textConditions } from './word-arbitraries.js'
import { isNear } from './world/places.js'
import type { Condition } from './world/world.js'

/** A parameter as written, and what a storage needs for it. */
interface Part {
  readonly condition: fc.Arbitrary<Condition>
  /** Where the condition is no more than that. */
  readonly name?: string
  readonly value?: fc.Arbitrary<string>
  readonly needs: readonly StorageFeature[]
}

/** A search of one type, as written. */
export interface Asked {
  readonly type: string
  readonly compartment: string | undefined
  readonly conditions: readonly Condition[]
  readonly sort: readonly string[]
}

const escapeText = (text: string) => text.replace(/[\\,|$]/g, '\\$&')
const choose = (...items: readonly string[]) => fc.constantFrom(...items)
const rarely = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const listOf = (value: fc.Arbitrary<string>) =>
  fc.array(value, { minLength: 1, maxLength: 2 }).map((values) => values.join(','))

/** `name=value`. */
const param = (name: string, value: fc.Arbitrary<string>, ...needs: StorageFeature[]): Part => ({
  condition: value.map((each) => ({ name, value: each })),
  name,
  value,
  needs,
})

const code = choose(...codes.map(escapeText))
const token = fc.oneof(
  code,
  fc.tuple(choose(...systems), code).map(([system, each]) => `${system}|${each}`),
  code.map((each) => `|${each}`),
  choose(...systems).map((system) => `${system}|`),
)
const prefix = choose('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap')
const date = fc.tuple(prefix, choose(...times)).map(([first, each]) => first + each)
const day = fc.tuple(prefix, choose(...dates)).map(([first, each]) => first + each)
const number = fc
  .tuple(prefix, choose(...decimals.map(String), '5.40', '1e2'))
  .map(([first, each]) => first + each)
const quantity = fc.oneof(
  number,
  fc.tuple(number, choose(...units)).map(([each, unit]) => `${each}||${unit}`),
  fc.tuple(number, choose(...systems), choose(...units)).map((parts) => parts.join('|')),
)
/** The start of a name, or one of its variants. */
const text = fc.tuple(choose(...names), fc.nat(2), fc.boolean()).map(([each, length, upper]) => {
  const cut = [...each].slice(0, length + 1).join('')
  return escapeText(upper ? cut.toUpperCase() : cut)
})
const missing = choose('true', 'false')
const typed = (type: keyof typeof ids) =>
  fc.oneof(
    choose(...ids[type].map((id) => `${type}/${id}`)),
    choose(...ids[type]),
    fc.constant(`http://other.example/${type}/${ids[type][0]}`),
  )

const pair = (first: fc.Arbitrary<string>, second: fc.Arbitrary<string>) =>
  listOf(fc.tuple(first, second).map((parts) => parts.join('$')))
const mass = fc
  .tuple(number, choose('mg', 'g', 'kg'))
  .map(([each, unit]) => `${each}|http://unitsofmeasure.org|${unit}`)
const position = fc
  .tuple(
    choose(...latitudes.map(String)),
    choose(...longitudes.map(String)),
    choose('', '|1|m', '|700', '|3|km', '|9000|[mi_i]'),
  )
  .map(([latitude, longitude, rest]) => `${latitude}|${longitude}${rest}`)
const near: Part = {
  condition: fc.array(position, { minLength: 1, maxLength: 2 }).map((places) => ({
    name: 'near',
    value: places.join(','),
    decides: (_, { resource }) => places.some((place) => isNear(resource, place)),
  })),
  needs: ['near'],
}
const canonical = fc
  .tuple(choose(...canonicals), choose('', ...versions.map((version) => `|${version}`)))
  .map((parts) => parts.join(''))

/** What every type knows. */
const common: readonly Part[] = [
  param('_tag', listOf(token)),
  param('_tag:not', listOf(token)),
  param('_security', listOf(token)),
  param('_profile', listOf(choose(...urls)), 'uri'),
  param('_profile:below', choose(...urls), 'uri', 'uri-hierarchy'),
  param('_source', listOf(choose(...urls)), 'uri'),
  param('_lastUpdated', choose('gt2020', 'lt2020', 'ne2020-01-01', 'sa2020', 'eb2020')),
  param('_list', listOf(choose(...ids.List)), 'has'),
  { condition: textConditions, needs: ['words', 'group'] },
]

/** Every kind of value that the parameters of one type take. */
const parameters: Readonly<Record<string, readonly Part[]>> = {
  Patient: [
    { condition: filterConditions('Patient'), needs: ['group', 'chain', 'string-contains', 'string-equals'] },
    param('_id', listOf(choose(...ids.Patient))),
    param('active', choose('true', 'false')),
    param('gender', listOf(choose('male', 'female'))),
    param('gender:not', listOf(choose('male', 'female'))),
    param('gender:missing', missing),
    param('birthdate', listOf(day)),
    param('birthdate:missing', missing),
    param('family', listOf(text)),
    param('name', listOf(text)),
    param('name:exact', listOf(choose(...names)), 'string-exact'),
    param('given:contains', listOf(text), 'string-contains'),
    param('given:missing', missing),
    param('identifier', listOf(token)),
    param('identifier:not', listOf(token)),
    param(
      'identifier:of-type',
      code.map((each) => `urn:s1|a|${each}`),
      'token-of-type',
    ),
    param('organization', listOf(typed('Organization'))),
    param('organization:identifier', listOf(token), 'reference-identifier'),
    param('organization:missing', missing),
    param('organization.name', listOf(text), 'chain'),
    param('organization.partof.name', listOf(text), 'chain'),
    param('_has:Observation:patient:code', listOf(token), 'has'),
    param('_has:Encounter:patient:date', listOf(date), 'has'),
    param('_has:Encounter:patient:_has:Observation:encounter:status', choose('final', 'preliminary'), 'has'),
  ],
  Encounter: [
    param('class', listOf(token)),
    param('status', listOf(choose('planned', 'finished'))),
    param('subject', listOf(typed('Patient'))),
    param('patient', listOf(typed('Patient'))),
    param('date', listOf(date)),
    param('date:missing', missing),
    param('length', listOf(quantity), 'quantity'),
    param('part-of', listOf(typed('Encounter'))),
    param('part-of.class', listOf(token), 'chain'),
    param('patient.birthdate', listOf(day), 'chain'),
  ],
  Observation: [
    {
      condition: filterConditions('Observation'),
      needs: ['group', 'chain', 'quantity', 'string-contains', 'string-equals'],
    },
    param('component-code', listOf(token)),
    param('component-value-quantity', listOf(quantity), 'quantity'),
    param('component-code-value-quantity', pair(token, quantity), 'composite'),
    param('component-code-value-concept', pair(token, token), 'composite'),
    param('component-code-value-quantity:missing', missing, 'composite'),
    param('combo-code', listOf(token)),
    param('combo-value-quantity', listOf(quantity), 'quantity'),
    param('combo-code-value-quantity', pair(token, quantity), 'composite'),
    param('value-quantity', listOf(mass), 'quantity', 'ucum'),
    param('component-code-value-quantity', pair(token, mass), 'composite', 'ucum'),
    param('subject.name', listOf(text), 'chain'),
    param('status', choose('http://hl7.org/fhir/observation-status|final', '|final', 'urn:s1|final')),
    param('code', listOf(token)),
    param('code:not', listOf(token)),
    param('code:text', listOf(text), 'token-text'),
    param('category', listOf(token)),
    param('category:missing', missing),
    param('status', listOf(choose('final', 'preliminary'))),
    param('date', listOf(date)),
    param('date:missing', missing),
    param('subject', listOf(typed('Patient'))),
    param('subject:Patient', listOf(choose(...ids.Patient))),
    param('patient', listOf(typed('Patient'))),
    param('encounter', listOf(typed('Encounter'))),
    param('value-quantity', listOf(quantity), 'quantity'),
    param('value-quantity:missing', missing, 'quantity'),
    param('value-concept', listOf(token)),
    param('value-string', listOf(text)),
    param('value-date', listOf(date)),
    param('code-value-quantity', pair(token, quantity), 'composite'),
    param('code-value-concept', pair(token, token), 'composite'),
    param('code-value-string', pair(code, text), 'composite'),
    param('code-value-date', pair(code, date), 'composite'),
    param('code-value-quantity:missing', missing, 'composite'),
    param('code-value-string:missing', missing, 'composite'),
    param('combo-code-value-concept', pair(token, token), 'composite'),
    param('combo-code-value-quantity:missing', missing, 'composite'),
    param('subject:Patient.name', listOf(text), 'chain'),
    param('patient.organization.name', listOf(text), 'chain'),
    param('encounter.class', listOf(token), 'chain'),
  ],
  RiskAssessment: [
    param('probability', listOf(number), 'number'),
    param('subject', listOf(typed('Patient'))),
    param('probability:missing', missing, 'number'),
  ],
  ValueSet: [
    param('url', listOf(choose(...urls)), 'uri'),
    param('url:below', listOf(choose(...urls)), 'uri', 'uri-hierarchy'),
    param('url:above', listOf(choose(...urls)), 'uri', 'uri-hierarchy'),
    param('url:missing', missing, 'uri'),
    param('version', listOf(choose(...versions))),
  ],
  Location: [
    near,
    near,
    param('name', listOf(text)),
    param('partof.name', listOf(text), 'chain'),
    param('_has:Location:partof:_id', listOf(choose(...ids.Location)), 'has'),
  ],
  List: [
    param('title:contains', listOf(text), 'string-contains'),
    param('item', listOf(typed('Patient'))),
    param('item:Location', listOf(choose(...ids.Location))),
    param('item:Location.name', listOf(text), 'chain'),
    param('subject', listOf(typed('Patient'))),
  ],
  QuestionnaireResponse: [
    param('questionnaire', listOf(canonical)),
    param('questionnaire:below', listOf(canonical), 'canonical-version'),
    param('questionnaire:above', listOf(canonical), 'canonical-version'),
    param('questionnaire:missing', missing),
  ],
}

/** Types that are in the compartments of patients. */
const members = new Set(['Patient', 'Encounter', 'Observation', 'RiskAssessment', 'List'])

const sorts: Readonly<Record<string, readonly (readonly [code: string, ...needs: StorageFeature[]])[]>> = {
  Patient: [
    ['_id'],
    ['_lastUpdated'],
    ['birthdate', 'sort-date'],
    ['family', 'sort-string'],
    ['gender', 'sort-token'],
    ['organization', 'sort-reference'],
  ],
  Encounter: [['_lastUpdated'], ['date', 'sort-date'], ['class', 'sort-token'], ['length', 'sort-quantity']],
  Observation: [
    ['_id'],
    ['date', 'sort-date'],
    ['code', 'sort-token'],
    ['value-quantity', 'sort-quantity'],
    ['subject', 'sort-reference'],
  ],
  RiskAssessment: [['probability', 'sort-number']],
  ValueSet: [
    ['url', 'sort-uri'],
    ['version', 'sort-token'],
  ],
  Location: [['name', 'sort-string'], ['_id']],
  List: [['title', 'sort-string'], ['_lastUpdated']],
  QuestionnaireResponse: [['questionnaire', 'sort-reference']],
}

/** Random searches, of those kinds only that a storage supports. */
export function searches(without: readonly StorageFeature[]): fc.Arbitrary<Asked> {
  const supported = (needs: readonly StorageFeature[]) => !needs.some((feature) => without.includes(feature))
  // As often as a type has kinds of parameters.
  const types = Object.entries(parameters).flatMap(([type, parts]) => parts.map(() => type))
  return fc.constantFrom(...types).chain((type) => {
    const parts = [...(parameters[type] ?? []), ...common].filter(({ needs }) => supported(needs))
    const keys = (sorts[type] ?? []).filter(([, ...needs]) => supported(needs)).map(([key]) => key)
    return fc.record({
      type: fc.constant(type),
      compartment: members.has(type) ? rarely(choose(...ids.Patient)) : fc.constant(undefined),
      conditions:
        parts.length === 0
          ? fc.constant([])
          : fc.array(fc.oneof(...parts.map((part) => part.condition)), { maxLength: 3 }),
      sort:
        keys.length === 0
          ? fc.constant([])
          : fc.uniqueArray(
              fc
                .tuple(fc.boolean(), choose(...keys))
                .map(([descending, key]) => (descending ? `-${key}` : key)),
              { maxLength: 2, selector: (key) => key.replace('-', '') },
            ),
    })
  })
}

/** Searches by one condition each, every kind as likely as any other. */
export function alone(without: readonly StorageFeature[]): fc.Arbitrary<Asked> {
  const kinds = Object.entries(parameters).flatMap(([type, own]) =>
    [...own, ...(type === 'Patient' ? common : [])]
      .filter(({ needs }) => !needs.some((feature) => without.includes(feature)))
      .map(({ condition }) =>
        condition.map((each): Asked => ({ type, compartment: undefined, conditions: [each], sort: [] })),
      ),
  )
  return fc.oneof(...kinds)
}

const plainKinds = (without: readonly StorageFeature[]) =>
  Object.entries(parameters).flatMap(([type, own]) =>
    [...own, ...(type === 'Patient' ? common : [])]
      .filter(({ value, needs }) => value && !needs.some((feature) => without.includes(feature)))
      .map(({ name = '', value = fc.constant('') }) => ({ type, name, value })),
  )

/** A parameter of a type, and two values of it, each of which may itself be several. */
export function alternatives(without: readonly StorageFeature[]): fc.Arbitrary<{
  readonly type: string
  readonly name: string
  readonly first: string
  readonly second: string
  /** Whether the parameter is a token without a modifier. */
  readonly token: boolean
}> {
  const kinds = plainKinds(without).filter(({ name }) => !/:(not|missing)$/.test(name))
  return fc.oneof(
    ...kinds.map(({ type, name, value }) =>
      fc.tuple(value, value).map(([first, second]) => ({
        type,
        name,
        first,
        second,
        token: r4.searchParameters(type).get(name)?.type === 'token' && name !== '_id',
      })),
    ),
  )
}

/** Every parameter that the searches use, without modifiers and chains. */
export function parametersOfAllTypes(
  without: readonly StorageFeature[],
): fc.Arbitrary<{ readonly type: string; readonly name: string }> {
  const kinds = plainKinds(without).filter(
    ({ name }) => /^[a-z-]+$/.test(name) || /^_(tag|security|profile|source|lastUpdated)$/.test(name),
  )
  return fc.constantFrom(...kinds.map(({ type, name }) => ({ type, name })))
}

/** A search as its URL. */
export function urlOf({ type, compartment, conditions, sort }: Asked): string {
  const path = compartment === undefined ? type : `Patient/${compartment}/${type}`
  const parameters = conditions.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
  const query = [...parameters, ...(sort.length > 0 ? [`_sort=${sort.join(',')}`] : []), '_total=accurate']
  return `${path}?${query.join('&')}`
}

/** Those of the missing features that leave kinds of parameters or sorts out of the random searches. */
export function leftOut(without: readonly StorageFeature[]): StorageFeature[] {
  const used = new Set([
    ...[common, ...Object.values(parameters)].flatMap((parts) => parts.flatMap(({ needs }) => needs)),
    ...Object.values(sorts).flatMap((keys) => keys.flatMap(([, ...needs]) => needs)),
  ])
  return without.filter((feature) => used.has(feature))
}
