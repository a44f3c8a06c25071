import fc from 'fast-check'
import type { Identified } from '../../../testing/conformance/changes.js'

export const profiles = [
  'http://acme.org/fhir/StructureDefinition/a',
  'http://acme.org/fhir/StructureDefinition/a|1.0',
]
export const sources = ['http://acme.org/fhir', 'urn:acme:feed']
export const labels = [
  { system: 'urn:s1', code: 'a', display: 'José' },
  { system: 'urn:s1', code: 'b' },
  { code: 'a' },
  { system: 'urn:s1' },
]
export const ucumSystem = 'http://unitsofmeasure.org'
export const ucumUnits = ['mg', 'g', 'kg', 'cm']
export const comparators = ['<', '<=', '>=', '>']
export const cities = ['San José', 'Ñuñoa', 'x_y%z']
export const phones = ['+1 555', 'a|b c']

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 })

/** Removes members that are `undefined`, and objects that this leaves empty: FHIR's JSON has neither. */
function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
    .map(([key, member]) => [key, prune(member)] as const)
    .filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0))
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

const meta = fc.record({
  profile: fc.array(fc.constantFrom(...profiles), { maxLength: 2 }),
  security: fc.array(fc.constantFrom(...labels), { maxLength: 2 }),
  tag: fc.array(fc.constantFrom(...labels), { maxLength: 2 }),
  source: optional(fc.constantFrom(...sources)),
})

const resource = (
  resourceType: string,
  ids: readonly string[],
  elements: Record<string, fc.Arbitrary<unknown>>,
) =>
  fc
    .record({ id: fc.constantFrom(...ids), meta: optional(meta), ...elements })
    .map((record) => prune({ resourceType, ...record }) as Identified)

export const names = ['José', 'jose', 'Josefa', 'Ñandú', 'nandu', '李小龍', 'x_y%z', '🩺']
export const codes = ['a', 'A', 'b', 'a|b c']
export const systems = ['urn:s1', 'http://loinc.org']
export const units = ['mg', 'kg']
export const dates = [
  '1999',
  '1999-12',
  '1999-12-31',
  '2000',
  '2000-01',
  '2000-01-01',
  '2000-01-15',
  '2000-02',
  '2000-02-29',
  '2001',
]
export const times = [
  ...dates,
  '1999-12-31T23:59:59Z',
  '2000-01-01T00:00:00Z',
  '2000-01-01T00:00:00.000Z',
  '2000-01-01T00:00:00.250Z',
  '2000-01-01T02:00:00+02:00',
  '2000-01-15T12:30:00-05:00',
]
export const decimals = [-1, 0, 0.5, 0.8, 0.85, 1, 5, 5.4, 5.45, 99.5, 100, 1e-7]
export const urls = [
  'http://acme.org/fhir',
  'http://acme.org/fhir/ValueSet',
  'http://acme.org/fhir/ValueSet/a',
  'urn:oid:1.2',
]

export const ids = {
  Patient: ['p0', 'p1', 'p2', 'p3', 'P0'],
  Organization: ['o0', 'o1'],
  Encounter: ['e0', 'e1', 'e2'],
  Observation: ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'],
  RiskAssessment: ['r0', 'r1', 'r2'],
  ValueSet: ['v0', 'v1', 'v2'],
} as const

const name = fc.constantFrom(...names)
const coding = fc.record({
  system: optional(fc.constantFrom(...systems)),
  code: fc.constantFrom(...codes),
  display: optional(name),
})
const concept = fc.record({ coding: fc.array(coding, { maxLength: 2 }), text: optional(name) })
const reference = (type: keyof typeof ids) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ reference: fc.constantFrom(...ids[type].map((id) => `${type}/${id}`)) }),
    },
    { weight: 1, arbitrary: fc.constant({ reference: `http://other.example/${type}/${ids[type][0]}` }) },
    // To this server by its own name, and to a version.
    { weight: 1, arbitrary: fc.constant({ reference: `http://localhost/fhir/${type}/${ids[type][1]}` }) },
    { weight: 1, arbitrary: fc.constant({ reference: `${type}/${ids[type][1]}/_history/1` }) },
    {
      weight: 1,
      arbitrary: fc.record({
        identifier: fc.record({
          system: optional(fc.constantFrom(...systems)),
          value: fc.constantFrom(...codes),
        }),
      }),
    },
  )
const subject = fc.oneof(
  { weight: 5, arbitrary: reference('Patient') },
  // The same id under another type: the type of a reference counts.
  { weight: 1, arbitrary: fc.constant({ reference: 'Group/p0' }) },
)
const period = fc.record({
  start: optional(fc.constantFrom(...times)),
  end: optional(fc.constantFrom(...times)),
})
const comparator = fc.option(fc.constantFrom(...comparators), { nil: undefined, freq: 1 })
const quantity = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      value: fc.constantFrom(...decimals),
      comparator,
      unit: optional(fc.constantFrom(...units)),
      system: optional(fc.constantFrom(...systems)),
      code: optional(fc.constantFrom(...units)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      value: fc.constantFrom(...decimals, ...decimals.map((each) => Number((each * 1000).toPrecision(8)))),
      comparator,
      system: fc.constant(ucumSystem),
      code: fc.constantFrom(...ucumUnits),
    }),
  },
)
const sampled = fc.record({
  origin: fc.record({ value: fc.constantFrom(...decimals), code: fc.constantFrom(...units) }),
  period: fc.constant(10),
  factor: optional(fc.constantFrom(0.1, 2)),
  dimensions: fc.constant(1),
  data: fc.constantFrom('1 2 3', 'E 5 U -1', 'L', '0.5 E'),
})
const timing = fc.record({
  event: fc.array(fc.constantFrom(...times), { maxLength: 2 }),
  repeat: optional(fc.record({ boundsPeriod: optional(period) })),
})

/** One of the kinds of value, under its own element name. */
const oneOf = (elements: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    ...Object.entries(elements).map(([key, value]) => value.map((each) => ({ [key]: each }))),
    fc.constant({}),
  )

const spread = (main: fc.Arbitrary<Identified>, more: fc.Arbitrary<object>) =>
  fc
    .tuple(main, more)
    .map(([first, second]) => ({ ...first, ...(prune(second) as object | undefined) }) as Identified)

/** A resource of one of a few types and ids; two of them may be versions of one resource. */
export const resources: fc.Arbitrary<Identified> = fc.oneof(
  resource('Patient', ids.Patient, {
    active: optional(fc.boolean()),
    gender: optional(fc.constantFrom('male', 'female')),
    birthDate: optional(fc.constantFrom(...dates)),
    name: fc.array(fc.record({ family: optional(name), given: fc.array(name, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    identifier: fc.array(
      fc.record({
        system: optional(fc.constantFrom(...systems)),
        value: fc.constantFrom(...codes),
        type: optional(fc.record({ coding: fc.array(coding, { maxLength: 1 }) })),
      }),
      { maxLength: 2 },
    ),
    managingOrganization: optional(reference('Organization')),
    telecom: fc.array(
      fc.record({ system: fc.constantFrom('phone', 'email'), value: fc.constantFrom(...phones) }),
      { maxLength: 2 },
    ),
    address: fc.array(
      fc.record({ line: fc.array(name, { maxLength: 2 }), city: optional(fc.constantFrom(...cities)) }),
      { maxLength: 1 },
    ),
    link: fc.array(
      reference('Patient').map((other) => ({ other, type: 'seealso' })),
      { maxLength: 1 },
    ),
    deceasedBoolean: optional(fc.boolean()),
  }),
  resource('Organization', ids.Organization, {
    name: optional(name),
    partOf: optional(reference('Organization')),
  }),
  resource('Encounter', ids.Encounter, {
    status: fc.constantFrom('planned', 'finished'),
    class: coding,
    subject: optional(subject),
    partOf: optional(reference('Encounter')),
    period: optional(period),
    length: optional(quantity),
  }),
  spread(
    resource('Observation', ids.Observation, {
      status: fc.constantFrom('final', 'preliminary'),
      code: concept,
      category: fc.array(concept, { maxLength: 2 }),
      subject: optional(subject),
      encounter: optional(reference('Encounter')),
      // Two types that know `name`: a chain may name one of them.
      performer: fc.array(fc.oneof(reference('Patient'), reference('Organization')), { maxLength: 2 }),
      hasMember: fc.array(reference('Observation'), { maxLength: 2 }),
      component: fc.array(
        fc
          .tuple(
            concept,
            oneOf({ valueQuantity: quantity, valueCodeableConcept: concept, valueString: name }),
          )
          .map(([code, value]) => ({ code, ...value })),
        { maxLength: 2 },
      ),
    }),
    fc
      .tuple(
        oneOf({
          effectiveDateTime: fc.constantFrom(...times),
          effectivePeriod: period,
          effectiveTiming: timing,
          effectiveInstant: fc.constantFrom(...times.slice(dates.length)),
        }),
        oneOf({
          valueQuantity: quantity,
          valueCodeableConcept: concept,
          valueString: name,
          valueDateTime: fc.constantFrom(...times),
          valuePeriod: period,
          valueSampledData: sampled,
        }),
      )
      .map(([effective, value]) => ({ ...effective, ...value })),
  ),
  resource('RiskAssessment', ids.RiskAssessment, {
    status: fc.constant('final'),
    subject: optional(subject),
    prediction: fc.array(
      oneOf({
        probabilityDecimal: fc.constantFrom(...decimals),
        probabilityRange: fc
          .tuple(fc.constantFrom(...decimals), fc.constantFrom(...decimals))
          .map(([a, b]) => ({ low: { value: Math.min(a, b) }, high: { value: Math.max(a, b) } })),
      }),
      { maxLength: 2 },
    ),
  }),
  resource('ValueSet', ids.ValueSet, {
    status: fc.constant('active'),
    url: optional(fc.constantFrom(...urls)),
  }),
)
