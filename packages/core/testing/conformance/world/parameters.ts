/** Where a parameter finds its values: a path of element names, and the FHIR type of what is there. */
export interface Source {
  readonly path: string
  readonly kind:
    | 'code'
    | 'boolean'
    | 'Coding'
    | 'CodeableConcept'
    | 'Identifier'
    | 'string'
    | 'HumanName'
    | 'date'
    | 'Period'
    | 'decimal'
    | 'Range'
    | 'Quantity'
    | 'Reference'
    | 'canonical'
    | 'uri'
  /** The system that the codes of the element belong to. */
  readonly system?: string
  /** Only references to this type. */
  readonly to?: string
}

/** What R4 says of a search parameter (https://hl7.org/fhir/R4/searchparameter-registry.html). */
export interface NaiveParameter {
  readonly type: 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri' | 'composite'
  readonly sources: readonly Source[]
  /** What a bare id can be an id of. */
  readonly targets?: readonly string[]
  /** For composites: the elements (`''` the resource) in which the parts have to hold together. */
  readonly elements?: readonly string[]
  readonly parts?: readonly NaiveParameter[]
}

const parameter =
  (type: NaiveParameter['type']) =>
  (...sources: Source[]): NaiveParameter => ({ type, sources })
const token = parameter('token')
const string = parameter('string')
const date = parameter('date')
const number = parameter('number')
const quantity = parameter('quantity')
const uri = parameter('uri')

const at = (path: string, kind: Source['kind'], more: Partial<Source> = {}): Source => ({
  path,
  kind,
  ...more,
})
const reference = (targets: readonly string[], ...sources: Source[]): NaiveParameter => ({
  type: 'reference',
  sources,
  targets,
})
const to = (type: string, path: string) => reference([type], at(path, 'Reference'))
const patient = reference(['Patient'], at('subject', 'Reference', { to: 'Patient' }))
const composite = (elements: readonly string[], ...parts: NaiveParameter[]): NaiveParameter => ({
  type: 'composite',
  sources: [],
  elements,
  parts,
})

const concept = (path: string) => token(at(path, 'CodeableConcept'))
const quantityAt = (path: string) => quantity(at(path, 'Quantity'))
const both = (path: string, kind: Source['kind']) => [at(path, kind), at(`component.${path}`, kind)]

const common: Readonly<Record<string, NaiveParameter>> = {
  _tag: token(at('meta.tag', 'Coding')),
  _security: token(at('meta.security', 'Coding')),
  _profile: uri(at('meta.profile', 'canonical')),
  _source: uri(at('meta.source', 'uri')),
}

const byType: Readonly<Record<string, Readonly<Record<string, NaiveParameter>>>> = {
  Patient: {
    active: token(at('active', 'boolean')),
    gender: token(at('gender', 'code', { system: 'http://hl7.org/fhir/administrative-gender' })),
    birthdate: date(at('birthDate', 'date')),
    name: string(at('name', 'HumanName')),
    family: string(at('name.family', 'string')),
    given: string(at('name.given', 'string')),
    identifier: token(at('identifier', 'Identifier')),
    organization: to('Organization', 'managingOrganization'),
  },
  Organization: {
    name: string(at('name', 'string'), at('alias', 'string')),
    partof: to('Organization', 'partOf'),
  },
  Encounter: {
    status: token(at('status', 'code', { system: 'http://hl7.org/fhir/encounter-status' })),
    class: token(at('class', 'Coding')),
    subject: reference(['Patient', 'Group'], at('subject', 'Reference')),
    patient,
    date: date(at('period', 'Period')),
    length: quantityAt('length'),
    'part-of': to('Encounter', 'partOf'),
  },
  Observation: {
    status: token(at('status', 'code', { system: 'http://hl7.org/fhir/observation-status' })),
    code: concept('code'),
    category: concept('category'),
    subject: reference(['Patient', 'Group', 'Device', 'Location'], at('subject', 'Reference')),
    patient,
    encounter: to('Encounter', 'encounter'),
    date: date(at('effectiveDateTime', 'date'), at('effectivePeriod', 'Period')),
    'value-quantity': quantityAt('valueQuantity'),
    'value-concept': concept('valueCodeableConcept'),
    'value-string': string(at('valueString', 'string'), at('valueCodeableConcept.text', 'string')),
    'value-date': date(at('valueDateTime', 'date')),
    'code-value-quantity': composite([''], concept('code'), quantityAt('valueQuantity')),
    'code-value-concept': composite([''], concept('code'), concept('valueCodeableConcept')),
    'code-value-string': composite([''], concept('code'), string(at('valueString', 'string'))),
    'code-value-date': composite([''], concept('code'), date(at('valueDateTime', 'date'))),
    'component-code': concept('component.code'),
    'component-value-quantity': quantityAt('component.valueQuantity'),
    'component-code-value-quantity': composite(['component'], concept('code'), quantityAt('valueQuantity')),
    'component-code-value-concept': composite(
      ['component'],
      concept('code'),
      concept('valueCodeableConcept'),
    ),
    'combo-code': token(...both('code', 'CodeableConcept')),
    'combo-value-quantity': quantity(...both('valueQuantity', 'Quantity')),
    'combo-code-value-quantity': composite(['', 'component'], concept('code'), quantityAt('valueQuantity')),
    'combo-code-value-concept': composite(
      ['', 'component'],
      concept('code'),
      concept('valueCodeableConcept'),
    ),
  },
  RiskAssessment: {
    probability: number(
      at('prediction.probabilityDecimal', 'decimal'),
      at('prediction.probabilityRange', 'Range'),
    ),
    subject: reference(['Patient', 'Group'], at('subject', 'Reference')),
    patient,
  },
  ValueSet: { url: uri(at('url', 'uri')), version: token(at('version', 'code')) },
  Location: { name: string(at('name', 'string')), partof: to('Location', 'partOf') },
  List: {
    title: string(at('title', 'string')),
    subject: reference(['Patient', 'Group', 'Device', 'Location'], at('subject', 'Reference')),
    item: reference([], at('entry.item', 'Reference')),
  },
  QuestionnaireResponse: { questionnaire: reference(['Questionnaire'], at('questionnaire', 'canonical')) },
}

export function naiveParameter(type: string, code: string): NaiveParameter | undefined {
  return byType[type]?.[code] ?? common[code]
}

/** Parameters by which a resource is in the compartment of a patient. */
export const compartmentParameters: Readonly<Record<string, readonly string[]>> = {
  Encounter: ['patient'],
  Observation: ['subject'],
  RiskAssessment: ['subject'],
  List: ['subject'],
}
