import { at, memberOf, textAt } from './json.js'
import {
  canonical,
  code,
  composite,
  date,
  number,
  type Parameter,
  type PlainParameter,
  paths,
  quantity,
  reference,
  string,
  token,
  uri,
} from './parameter.js'

/** Only references to Patients: what `patient` means where `subject` may be others too. */
function patientsIn(path: string): PlainParameter {
  const isPatient = (text: string | undefined) =>
    /(?:^|\/)Patient\/[^/]+(?:\/_history\/.*)?$/.test(text ?? '')
  const typed = (text: string | undefined, type: string | undefined) =>
    text === undefined ? type === 'Patient' : isPatient(text)
  return {
    type: 'reference',
    elements: (resource) =>
      at(resource, path).filter((each) => typed(textAt(each, 'reference'), textAt(each, 'type'))),
  }
}

/** "This patient has been marked as deceased, or has a death date entered" */
const deceased: Parameter = {
  type: 'token',
  elements: (resource) => [
    memberOf(resource, 'deceasedDateTime') !== undefined || memberOf(resource, 'deceasedBoolean') === true,
  ],
}

const contact = (system: string): Parameter => ({
  type: 'token',
  elements: (resource) =>
    at(resource, 'telecom')
      .filter((each) => textAt(each, 'system') === system)
      .flatMap((each) => at(each, 'value')),
})

const ofResource: Readonly<Record<string, Parameter>> = {
  _id: token('id'),
  _lastUpdated: date('meta.lastUpdated'),
  _tag: token('meta.tag'),
  _security: token('meta.security'),
  _profile: uri('meta.profile'),
  _source: uri('meta.source'),
}

const component = paths('component')
const both = (resource: Parameters<typeof component>[0]) => [resource, ...component(resource)]
const itself = (resource: Parameters<typeof component>[0]) => [resource]
const effective = ['effectiveDateTime', 'effectivePeriod', 'effectiveTiming', 'effectiveInstant']

const parametersOf: Readonly<Record<string, Readonly<Record<string, Parameter>>>> = {
  Patient: {
    active: token('active'),
    address: string('address'),
    'address-city': string('address.city'),
    birthdate: date('birthDate'),
    'death-date': date('deceasedDateTime'),
    deceased,
    family: string('name.family'),
    gender: code('gender', 'http://hl7.org/fhir/administrative-gender'),
    'general-practitioner': reference('generalPractitioner'),
    given: string('name.given'),
    identifier: token('identifier'),
    link: reference('link.other'),
    name: string('name'),
    organization: reference('managingOrganization'),
    phone: contact('phone'),
    telecom: token('telecom.value'),
  },
  Organization: {
    name: string('name', 'alias'),
    partof: reference('partOf'),
  },
  Encounter: {
    class: token('class'),
    date: date('period'),
    length: quantity('length'),
    'part-of': reference('partOf'),
    patient: patientsIn('subject'),
    status: code('status', 'http://hl7.org/fhir/encounter-status'),
    subject: reference('subject'),
  },
  Observation: {
    category: token('category'),
    code: token('code'),
    'code-value-concept': composite(itself, token('code'), token('valueCodeableConcept')),
    'code-value-date': composite(itself, token('code'), date('valueDateTime', 'valuePeriod')),
    'code-value-quantity': composite(itself, token('code'), quantity('valueQuantity')),
    'code-value-string': composite(itself, token('code'), string('valueString')),
    'combo-code': token('code', 'component.code'),
    'combo-code-value-concept': composite(both, token('code'), token('valueCodeableConcept')),
    'combo-code-value-quantity': composite(both, token('code'), quantity('valueQuantity')),
    'combo-value-concept': token('valueCodeableConcept', 'component.valueCodeableConcept'),
    'combo-value-quantity': quantity(
      'valueQuantity',
      'valueSampledData',
      'component.valueQuantity',
      'component.valueSampledData',
    ),
    'component-code': token('component.code'),
    'component-code-value-concept': composite(component, token('code'), token('valueCodeableConcept')),
    'component-code-value-quantity': composite(component, token('code'), quantity('valueQuantity')),
    'component-value-concept': token('component.valueCodeableConcept'),
    'component-value-quantity': quantity('component.valueQuantity', 'component.valueSampledData'),
    date: date(...effective),
    encounter: reference('encounter'),
    'has-member': reference('hasMember'),
    patient: patientsIn('subject'),
    performer: reference('performer'),
    status: code('status', 'http://hl7.org/fhir/observation-status'),
    subject: reference('subject'),
    'value-concept': token('valueCodeableConcept'),
    'value-date': date('valueDateTime', 'valuePeriod'),
    'value-quantity': quantity('valueQuantity', 'valueSampledData'),
    'value-string': string('valueString', 'valueCodeableConcept.text'),
  },
  RiskAssessment: {
    patient: patientsIn('subject'),
    performer: reference('performer'),
    probability: number('prediction.probabilityDecimal', 'prediction.probabilityRange'),
    subject: reference('subject'),
  },
  CarePlan: { 'instantiates-canonical': canonical('instantiatesCanonical') },
  ValueSet: {
    status: code('status', 'http://hl7.org/fhir/publication-status'),
    url: uri('url'),
  },
}

/** What R4's search parameters say of the elements of a few types (https://hl7.org/fhir/R4/searchparameter-registry.html). */
export function parameterOf(type: string, name: string): Parameter | undefined {
  const own = parametersOf[type]
  if (own && Object.hasOwn(own, name)) return own[name]
  return Object.hasOwn(ofResource, name) ? ofResource[name] : undefined
}
