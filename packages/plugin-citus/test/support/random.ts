import { type AnyResource, type Clause, type Prefix, r4, type SearchQuery, type Sort } from '@anamnesis/core'
import fc from 'fast-check'

/** Small pools, so that random resources and random searches meet often. */
const patients = ['p1', 'p2', 'p3']
const systems = ['http://loinc.org', 'urn:a', undefined]
const codes = ['x', 'y', 'z|', 'x|y']
const names = ['Núñez', 'nunez', 'Núñezovich', 'O Brien', 'ana', 'Ana María', '%', '_']
const dates = [
  '2020',
  '2020-02',
  '2020-02-29',
  '2020-02-29T10:00:00Z',
  '2020-02-29T10:00:00.5Z',
  '2020-03-01',
  '2021-01-01',
]
const numbers = [1, 1.5, 100, 99.5, -2]
const units = ['mg', 'kg', undefined]

const one = <T>(pool: readonly T[]) => fc.constantFrom(...pool)
const some = <T>(arbitrary: fc.Arbitrary<T>, max = 3) => fc.array(arbitrary, { maxLength: max })

const coding = fc.record({ system: one(systems), code: one(codes) })
const concept = fc.record({ coding: some(coding) })
const reference = one(patients).map((id) => ({ reference: `Patient/${id}` }))
const quantity = fc.record({ value: one(numbers), unit: one(units), code: one(units), system: one(systems) })
const period = fc.record({ start: one([...dates, undefined]), end: one([...dates, undefined]) })

const observation = fc.record(
  {
    status: one(['final', 'amended']),
    code: concept,
    category: some(concept, 2),
    subject: reference,
    performer: some(reference, 2),
    encounter: fc.constant({ reference: 'Encounter/1' }),
    effectiveDateTime: one(dates),
    valueQuantity: quantity,
    component: some(fc.record({ code: concept, valueQuantity: quantity }, { requiredKeys: [] }), 2),
  },
  { requiredKeys: [] },
)
const encounter = fc.record(
  {
    status: one(['finished', 'planned']),
    class: coding,
    type: some(concept, 2),
    subject: reference,
    period,
    length: quantity,
  },
  { requiredKeys: [] },
)
const patient = fc.record(
  {
    gender: one(['male', 'female']),
    birthDate: one(dates.filter((date) => date.length <= 10)),
    name: some(fc.record({ family: one(names), given: some(one(names), 2) }, { requiredKeys: [] }), 2),
    identifier: some(fc.record({ system: one(systems), value: one(codes) }), 2),
    link: some(fc.record({ other: reference }), 1),
  },
  { requiredKeys: [] },
)

export type Identified = AnyResource & { readonly id: string }

/** A few resources of three types, some of which have the ids that others refer to. */
export const resources: fc.Arbitrary<Identified[]> = fc
  .record({
    Patient: fc.array(patient, { minLength: 1, maxLength: 5 }),
    Observation: fc.array(observation, { maxLength: 12 }),
    Encounter: fc.array(encounter, { maxLength: 5 }),
  })
  .map((all) =>
    Object.entries(all).flatMap(([resourceType, list]) =>
      list.map((content, index) => ({
        resourceType,
        id: resourceType === 'Patient' ? `p${index + 1}` : `${index}`,
        ...(JSON.parse(JSON.stringify(content)) as object),
      })),
    ),
  )

const prefix = one<Prefix>(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'])
const day = 86_400_000
const range = fc
  .record({
    prefix,
    start: one(['2019-12-31', '2020-02-29', '2020-01-01', '2021-01-01']),
    days: one([1, 29, 366]),
  })
  .map(({ prefix, start, days }) => ({
    prefix,
    low: Date.parse(start),
    high: Date.parse(start) + days * day,
  }))
const measure = fc
  .record({
    prefix,
    value: one(numbers),
    precision: one([0.05, 0.5, 5]),
    system: one(systems),
    code: one(units),
  })
  .map(({ prefix, value, precision, system, code }) => ({
    prefix,
    value,
    low: value - precision,
    high: value + precision,
    ...(system === undefined ? {} : { system }),
    ...(code === undefined ? {} : { code }),
  }))
const criterion = fc
  .record({ system: one([...systems, '']), code: one([...codes, undefined]) })
  .map((token) => ({
    ...(token.system === undefined ? {} : { system: token.system }),
    ...(token.code === undefined ? (token.system === undefined ? { code: 'x' } : {}) : { code: token.code }),
  }))
const orList = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 })

const tokens: Record<string, string[]> = {
  Patient: ['gender', 'identifier'],
  Observation: ['code', 'combo-code', 'component-code', 'category', 'status'],
  Encounter: ['class', 'type', 'status'],
}
const references: Record<string, string[]> = {
  Patient: ['link'],
  Observation: ['subject', 'patient', 'performer', 'encounter'],
  Encounter: ['subject', 'patient'],
}
const ranges: Record<string, string[]> = {
  Patient: ['birthdate'],
  Observation: ['date'],
  Encounter: ['date'],
}
const quantities: Record<string, string[]> = {
  Patient: [],
  Observation: ['value-quantity', 'component-value-quantity', 'combo-value-quantity'],
  Encounter: ['length'],
}

function leaf(type: string): fc.Arbitrary<Clause> {
  const param = (pool: readonly string[]) => one(pool).map((code) => r4.searchParameters(type).get(code)!)
  const all = [...tokens[type]!, ...references[type]!, ...ranges[type]!, ...quantities[type]!]
  const clauses: fc.Arbitrary<Clause>[] = [
    fc.record({
      kind: fc.constant('token' as const),
      param: param(tokens[type]!),
      values: orList(criterion),
    }),
    fc.record({
      kind: fc.constant('token' as const),
      param: param(tokens[type]!),
      modifier: fc.constant('not' as const),
      values: orList(criterion),
    }),
    fc.record({
      kind: fc.constant('reference' as const),
      param: param(references[type]!),
      values: orList(
        fc.oneof(
          one(patients).map((id) => ({ type: 'Patient', id })),
          one(patients).map((id) => ({ id })),
        ),
      ),
    }),
    fc.record({ kind: fc.constant('date' as const), param: param(ranges[type]!), values: orList(range) }),
    fc.record({ kind: fc.constant('missing' as const), param: param(all), missing: fc.boolean() }),
    fc.record({ kind: fc.constant('id' as const), ids: orList(one([...patients, '0', '1', '2'])) }),
    fc.record({
      kind: fc.constant('compartment' as const),
      compartment: one(['Patient', 'Encounter']),
      ids: orList(one([...patients, '1'])),
    }),
  ]
  if (quantities[type]!.length > 0) {
    clauses.push(
      fc.record({
        kind: fc.constant('quantity' as const),
        param: param(quantities[type]!).filter(({ type }) => type === 'quantity'),
        values: orList(measure),
      }),
    )
  }
  if (type === 'Patient') {
    clauses.push(
      fc.record({
        kind: fc.constant('string' as const),
        param: param(['family', 'given', 'name']),
        values: orList(one([...names, 'n', 'ñ', 'o'])),
      }),
      fc.record({
        kind: fc.constant('string' as const),
        param: param(['family', 'given']),
        modifier: one(['exact', 'contains'] as const),
        values: orList(one([...names, 'n', 'ez'])),
      }),
    )
  }
  return fc.oneof(...clauses)
}

function clause(type: string): fc.Arbitrary<Clause> {
  const group = fc.record({
    kind: one(['and', 'or', 'not'] as const),
    clauses: fc.array(leaf(type), { maxLength: 2 }),
  })
  return fc.oneof({ arbitrary: leaf(type), weight: 5 }, { arbitrary: group, weight: 1 })
}

const sortable: Record<string, string[]> = {
  Patient: ['_id', '_lastUpdated', 'birthdate', 'family', 'given'],
  Observation: ['_id', '_lastUpdated', 'date', 'value-quantity', 'component-value-quantity'],
  Encounter: ['_id', '_lastUpdated', 'date'],
}

/** A search of one type: some clauses, some sorts, pages of some size. */
const anyQuery: fc.Arbitrary<SearchQuery> = one(['Patient', 'Observation', 'Encounter']).chain((type) =>
  fc.record({
    types: fc.constant([type]),
    where: fc.array(clause(type), { maxLength: 3 }),
    include: fc.constant([]),
    revinclude: fc.constant([]),
    sort: fc.uniqueArray(
      fc.record<Sort>({
        param: one(sortable[type]!).map((code) => r4.searchParameters(type).get(code)!),
        descending: fc.boolean(),
      }),
      { maxLength: 2, selector: ({ param }) => param.code },
    ),
    count: fc.integer({ min: 1, max: 6 }),
    total: fc.constant('accurate' as const),
  }),
)

const byDate = fc
  .boolean()
  .map((descending): Sort[] => [{ param: r4.searchParameters('Observation').get('date')!, descending }])

/** Searches that have strategies of their own, which chance would seldom make. */
function observationQuery(where: fc.Arbitrary<Clause>, sort: fc.Arbitrary<readonly Sort[]>) {
  return fc.record<SearchQuery>({
    types: fc.constant(['Observation']),
    where: where.map((clause) => [clause]),
    include: fc.constant([]),
    revinclude: fc.constant([]),
    sort,
    count: fc.integer({ min: 1, max: 6 }),
    total: fc.constant('accurate'),
  })
}
const param = (code: string) => fc.constant(r4.searchParameters('Observation').get(code)!)
const codeQuery = observationQuery(
  fc.record({ kind: fc.constant('token'), param: param('code'), values: criterion.map((each) => [each]) }),
  byDate,
)
const patientQuery = observationQuery(
  fc.record({
    kind: fc.constant('compartment'),
    compartment: fc.constant('Patient'),
    ids: fc.uniqueArray(one(patients), { minLength: 1 }),
  }),
  fc.oneof(byDate, fc.constant([])),
)
const dateQuery = observationQuery(
  fc.record({ kind: fc.constant('date'), param: param('date'), values: range.map((each) => [each]) }),
  fc.oneof(byDate, fc.constant([])),
)

/** Searches of all kinds. */
export const queries: fc.Arbitrary<SearchQuery> = fc.oneof(
  { arbitrary: anyQuery, weight: 4 },
  codeQuery,
  patientQuery,
  dateQuery,
)
