import fc from 'fast-check'
import type { StorageFeature } from '../../../testing/conformance/context.js'
import {
  cities,
  codes,
  dates,
  decimals,
  ids,
  names,
  phones,
  profiles,
  sources,
  systems,
  times,
  ucumSystem,
  ucumUnits,
  units,
  urls,
} from './resource-arbitraries.js'

/** A parameter as written, and what a storage needs for it. */
interface Part {
  readonly text: fc.Arbitrary<string>
  readonly needs: readonly StorageFeature[]
}

/** A search of one type, as written. */
export interface Asked {
  readonly type: string
  readonly compartment: string | undefined
  readonly parameters: readonly string[]
  readonly sort: readonly string[]
}

const escapeText = (text: string) => text.replace(/[\\,|$]/g, '\\$&')
const choose = (...items: readonly string[]) => fc.constantFrom(...items)
const rarely = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const listOf = (value: fc.Arbitrary<string>) =>
  fc.array(value, { minLength: 1, maxLength: 2 }).map((values) => values.join(','))

/** `name=value`, both encoded as in a URL. */
const param = (name: string, value: fc.Arbitrary<string>, ...needs: StorageFeature[]): Part => ({
  text: value.map((each) => `${name}=${encodeURIComponent(each)}`),
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
const ucumQuantity = fc
  .tuple(prefix, choose(...decimals.map(String), '850', '5.40', '5400', '1e5'), choose(...ucumUnits))
  .map(([first, each, unit]) => `${first}${each}|${ucumSystem}|${unit}`)
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
    fc.constant(`http://localhost/fhir/${type}/${ids[type][1]}`),
  )
const pair = (first: fc.Arbitrary<string>, second: fc.Arbitrary<string>) =>
  listOf(fc.tuple(first, second).map((parts) => parts.join('$')))
/** Of later than any test and of earlier. */
const updated = choose('gt2000', 'lt2000', 'sa2000-01-01', 'eb2001', 'ge2000,le1999', 'ne2000')

/** What every type has. */
const common: readonly Part[] = [
  param('_tag', listOf(token)),
  param('_tag:not', listOf(token)),
  param('_tag:missing', missing),
  param('_security', listOf(token)),
  param('_profile', listOf(choose(...profiles)), 'uri'),
  param('_profile:below', choose('http://acme.org/fhir', ...profiles), 'uri', 'uri-hierarchy'),
  param('_profile:missing', missing, 'uri'),
  param('_source', listOf(choose(...sources)), 'uri'),
  param('_lastUpdated', updated),
]

/** Every kind of value that the parameters of one type take, `prefix` in front of their names for chains. */
const parameters: Readonly<Record<string, readonly Part[]>> = {
  Patient: [
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
    param('_has:Observation:performer:encounter.class', listOf(token), 'has', 'chain'),
    param('_has:Observation:subject:code:not', token, 'has'),
    param('_has:Observation:subject:date:missing', missing, 'has'),
    param('gender', listOf(choose('http://hl7.org/fhir/administrative-gender|male', '|male', 'urn:s1|'))),
    param('identifier:text', listOf(text), 'token-text'),
    param('telecom', listOf(choose(...phones.map(escapeText)))),
    param('phone', listOf(choose(...phones.map(escapeText)))),
    param('address', listOf(text)),
    param('address-city:exact', listOf(choose(...cities)), 'string-exact'),
    param('address-city:contains', listOf(text), 'string-contains'),
    param('link', listOf(typed('Patient'))),
    param('link:missing', missing),
    param('link:Patient.name', listOf(text), 'chain'),
    param('deceased', choose('true', 'false')),
    ...common,
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
    param('subject:Patient.gender:not', choose('male', 'female'), 'chain'),
    param('subject:Patient.organization:missing', missing, 'chain'),
    param('subject:Patient.organization:Organization.partof.name', listOf(text), 'chain'),
    param('subject:Patient._has:Observation:patient:status', choose('final', 'preliminary'), 'chain', 'has'),
    param('length', listOf(ucumQuantity), 'quantity', 'quantity-ucum'),
    param('class:text', listOf(text), 'token-text'),
    param('subject:identifier', listOf(token), 'reference-identifier'),
    ...common,
  ],
  Observation: [
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
    param(
      'code-value-quantity',
      listOf(fc.tuple(token, quantity).map((parts) => parts.join('$'))),
      'composite',
    ),
    param('code-value-concept', listOf(fc.tuple(token, token).map((parts) => parts.join('$'))), 'composite'),
    param('code-value-string', listOf(fc.tuple(code, text).map((parts) => parts.join('$'))), 'composite'),
    param('code-value-date', listOf(fc.tuple(code, date).map((parts) => parts.join('$'))), 'composite'),
    ...['component-code-value-quantity', 'combo-code-value-quantity'].map((name) =>
      param(name, listOf(fc.tuple(token, quantity).map((parts) => parts.join('$'))), 'composite'),
    ),
    ...['component-code-value-concept', 'combo-code-value-concept'].map((name) =>
      param(name, listOf(fc.tuple(token, token).map((parts) => parts.join('$'))), 'composite'),
    ),
    param('combo-code-value-quantity:missing', missing, 'composite'),
    param('code-value-string:missing', missing, 'composite'),
    param('subject:Patient.name', listOf(text), 'chain'),
    param('patient.organization.name', listOf(text), 'chain'),
    param('encounter.class', listOf(token), 'chain'),
    param('value-quantity', listOf(ucumQuantity), 'quantity', 'quantity-ucum'),
    param('combo-value-quantity', listOf(fc.oneof(quantity, ucumQuantity)), 'quantity', 'quantity-ucum'),
    param('component-value-quantity', listOf(quantity), 'quantity'),
    param('component-code', listOf(token)),
    param('component-code:missing', missing),
    param('component-value-concept', listOf(token)),
    param('combo-code', listOf(token)),
    param('combo-code:text', listOf(text), 'token-text'),
    param('combo-value-concept', listOf(token)),
    param('code-value-quantity', pair(token, ucumQuantity), 'composite', 'quantity-ucum'),
    param('component-code-value-quantity:missing', missing, 'composite'),
    param('performer', listOf(typed('Patient'))),
    param('performer:Organization', listOf(choose(...ids.Organization))),
    param('performer.name', listOf(text), 'chain'),
    param('performer:Patient.name', listOf(text), 'chain'),
    param('performer:Organization.name', listOf(text), 'chain'),
    param('has-member', listOf(typed('Observation'))),
    param('has-member.code', listOf(token), 'chain'),
    param('has-member:Observation.has-member.status', choose('final', 'preliminary'), 'chain'),
    param('status', listOf(choose('http://hl7.org/fhir/observation-status|final', '|final'))),
    ...common,
  ],
  RiskAssessment: [
    param('probability', listOf(number), 'number'),
    param('subject', listOf(typed('Patient'))),
    param('probability:missing', missing, 'number'),
    param('patient.identifier', listOf(token), 'chain'),
    param('subject:Patient.name:exact', listOf(choose(...names)), 'chain', 'string-exact'),
    ...common,
  ],
  ValueSet: [
    param('url', listOf(choose(...urls)), 'uri'),
    param('url:below', listOf(choose(...urls)), 'uri', 'uri-hierarchy'),
    param('url:above', listOf(choose(...urls)), 'uri', 'uri-hierarchy'),
    param('url:missing', missing, 'uri'),
    ...common,
  ],
}

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
  ValueSet: [['url', 'sort-uri']],
}

/** Random searches, of those kinds only that a storage supports. */
export function searches(without: readonly StorageFeature[]): fc.Arbitrary<Asked> {
  const supported = (needs: readonly StorageFeature[]) => !needs.some((feature) => without.includes(feature))
  // As often as a type has kinds of parameters.
  const types = Object.entries(parameters).flatMap(([type, parts]) => parts.map(() => type))
  return fc.constantFrom(...types).chain((type) => {
    const parts = (parameters[type] ?? []).filter(({ needs }) => supported(needs))
    const keys = (sorts[type] ?? []).filter(([, ...needs]) => supported(needs)).map(([key]) => key)
    return fc.record({
      type: fc.constant(type),
      compartment: type === 'ValueSet' ? fc.constant(undefined) : rarely(choose(...ids.Patient)),
      parameters:
        parts.length === 0
          ? fc.constant([])
          : fc.array(fc.oneof(...parts.map((part) => part.text)), { maxLength: 3 }),
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

/** A search as its URL. */
export function urlOf({ type, compartment, parameters, sort }: Asked): string {
  const path = compartment === undefined ? type : `Patient/${compartment}/${type}`
  const query = [...parameters, ...(sort.length > 0 ? [`_sort=${sort.join(',')}`] : []), '_total=accurate']
  return `${path}?${query.join('&')}`
}
