import fc from 'fast-check'
import type { Identified } from './changes.js'

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

export const names = ['José', 'jose', 'Josefa', 'Ñandú', 'nandu', '李小龍', 'x_y%z', '🩺']
export const codes = ['a', 'A', 'b', 'a|b c']
export const systems = ['urn:s1', 'http://loinc.org']
export const unitSystems = [...systems, 'http://unitsofmeasure.org']
export const units = ['mg', 'g', 'kg']
export const words = ['bone', 'liver', 'métastases', 'Bone', 'AT&amp;T', 'l&#233;sion']
export const versions = ['1', '1.2', '1.2.3', '1.20', '2']
export const canonicals = ['http://acme.org/q/a', 'http://acme.org/q/b']
export const latitudes = [-90, -33.4, 0, 41.39, 41.4]
export const longitudes = [-180, -70.6, 2.16, 2.17, 180]
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
  RiskAssessment: ['r0', 'r1', 'r2', 'r3'],
  ValueSet: ['v0', 'v1', 'v2'],
  Location: ['l0', 'l1', 'l2', 'l3'],
  List: ['k0', 'k1'],
  QuestionnaireResponse: ['q0', 'q1', 'q2', 'q3', 'q4'],
} as const

const name = fc.constantFrom(...names)
const coding = fc.record({
  system: optional(fc.constantFrom(...systems)),
  code: fc.constantFrom(...codes),
  display: optional(name),
})
const meta = fc.record({
  tag: fc.array(coding, { maxLength: 2 }),
  security: fc.array(coding, { maxLength: 1 }),
  profile: fc.array(fc.constantFrom(...urls, `${urls[2]}|1.2`), { maxLength: 2 }),
  source: optional(fc.constantFrom(...urls)),
})
const narrative = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 })
  .map(([first, ...others]) => ({
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml"><b>${first}</b><p>${others.join(', ')}</p></div>`,
  }))

const concept = fc.record({ coding: fc.array(coding, { maxLength: 2 }), text: optional(name) })
const reference = (type: keyof typeof ids) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ reference: fc.constantFrom(...ids[type].map((id) => `${type}/${id}`)) }),
    },
    { weight: 1, arbitrary: fc.constant({ reference: `http://other.example/${type}/${ids[type][0]}` }) },
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
/** A member of a list: anything. */
const anything = fc.oneof(
  ...(['Patient', 'Encounter', 'Observation', 'Location'] as const).map((type) => reference(type)),
)
const period = fc.record({
  start: optional(fc.constantFrom(...times)),
  end: optional(fc.constantFrom(...times)),
})
const quantity = fc.record({
  value: fc.constantFrom(...decimals),
  comparator: fc.option(fc.constantFrom('<', '>'), { nil: undefined, freq: 2 }),
  unit: optional(fc.constantFrom(...units)),
  system: optional(fc.constantFrom(...unitSystems)),
  code: optional(fc.constantFrom(...units)),
})

const resource = (
  resourceType: string,
  ids: readonly string[],
  elements: Record<string, fc.Arbitrary<unknown>>,
) =>
  fc
    .record({ id: fc.constantFrom(...ids), meta: optional(meta), text: optional(narrative), ...elements })
    .map((record) => prune({ resourceType, ...record }) as Identified)

/** One of the kinds of value, under its own element name. */
const oneOf = (elements: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    ...Object.entries(elements).map(([key, value]) => value.map((each) => ({ [key]: each }))),
    fc.constant({}),
  )

const spread = <T extends object>(main: fc.Arbitrary<T>, more: fc.Arbitrary<object>) =>
  fc.tuple(main, more).map(([first, second]) => ({ ...first, ...(prune(second) as object | undefined) }) as T)

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
      component: fc.array(
        spread(
          fc.record({ code: concept }),
          oneOf({ valueQuantity: quantity, valueCodeableConcept: concept, valueString: name }),
        ),
        { maxLength: 2 },
      ),
    }),
    fc
      .tuple(
        oneOf({ effectiveDateTime: fc.constantFrom(...times), effectivePeriod: period }),
        oneOf({
          valueQuantity: quantity,
          valueCodeableConcept: concept,
          valueString: name,
          valueDateTime: fc.constantFrom(...times),
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
    version: optional(fc.constantFrom(...versions)),
  }),
  resource('Location', ids.Location, {
    name: optional(name),
    partOf: optional(reference('Location')),
    position: optional(
      fc.record({ latitude: fc.constantFrom(...latitudes), longitude: fc.constantFrom(...longitudes) }),
    ),
  }),
  resource('List', ids.List, {
    status: fc.constant('current'),
    mode: fc.constant('working'),
    title: optional(name),
    subject: optional(subject),
    entry: fc.array(fc.record({ item: anything }), { maxLength: 4 }),
  }),
  resource('QuestionnaireResponse', ids.QuestionnaireResponse, {
    status: fc.constant('completed'),
    questionnaire: optional(
      fc
        .tuple(fc.constantFrom(...canonicals), optional(fc.constantFrom(...versions)))
        .map(([url, version]) => (version === undefined ? url : `${url}|${version}`)),
    ),
  }),
)
