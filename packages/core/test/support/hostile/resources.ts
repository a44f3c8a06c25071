import fc from 'fast-check'
import { marker } from './pools.js'

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { tag: [{ system: 'urn:t', code: 'x' }] },
  text: {
    status: 'generated',
    div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a">x</a></div>',
  },
  contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }],
  extension: [{ url: 'http://example.org/e', valueDecimal: 1.5 }],
  identifier: [{ use: 'official', system: 'urn:mrn', value: `${marker}-1`, period: { start: '2020-01-01' } }],
  active: true,
  name: [{ family: marker, given: ['Ana', 'María'], _given: [null, { id: 'g' }] }],
  telecom: [{ system: 'phone', value: '555' }],
  gender: 'female',
  birthDate: '1980-05-17',
  _birthDate: {
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime',
        valueDateTime: '1980-05-17T10:00:00Z',
      },
    ],
  },
  address: [{ line: ['1'], city: 'x', period: { end: '2030' } }],
  contact: [{ relationship: [{ text: 'x' }], name: { text: 'y' } }],
  managingOrganization: { reference: '#o' },
  generalPractitioner: [{ reference: 'Practitioner/1' }],
  link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }],
}

const observation = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
    },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'x' }], text: 'x' },
  subject: { reference: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a' },
  effectivePeriod: { start: '2024-01-01T00:00:00Z', end: '2024-01-02' },
  issued: '2024-01-01T00:00:00.123+01:00',
  valueQuantity: {
    value: 2.5,
    unit: '/min',
    system: 'http://unitsofmeasure.org',
    code: '/min',
    comparator: '<',
  },
  referenceRange: [{ low: { value: 0.1 }, high: { value: 10 } }],
  component: [{ code: { text: 'c' }, valueCodeableConcept: { coding: [{ code: 'z' }] } }],
  hasMember: [{ reference: 'Observation/2' }],
}

const others = [
  {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/p1' },
    period: { start: '2024' },
    length: { value: 1, system: 'http://unitsofmeasure.org', code: 'h' },
    location: [{ location: { reference: 'Location/1' } }],
  },
  {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { coding: [{ code: 'm' }] },
    subject: { reference: 'Patient/p1' },
    authoredOn: '2024-01-01',
    dosageInstruction: [
      {
        timing: {
          repeat: { frequency: 1, period: 1, periodUnit: 'd', boundsPeriod: { start: '2024' } },
          event: ['2024-01-01'],
        },
      },
    ],
  },
  {
    resourceType: 'Questionnaire',
    url: 'http://example.org/q|1',
    status: 'draft',
    item: [
      {
        linkId: '1',
        type: 'group',
        item: [
          {
            linkId: '1.1',
            type: 'choice',
            answerOption: [{ valueCoding: { code: 'a' } }],
            initial: [{ valueDecimal: 1.0 }],
          },
        ],
      },
    ],
  },
  {
    resourceType: 'ValueSet',
    url: 'http://x',
    status: 'active',
    expansion: { timestamp: '2024', contains: [{ code: 'x', contains: [{ code: 'y' }] }] },
  },
  {
    resourceType: 'SearchParameter',
    url: 'http://x',
    name: 'x',
    status: 'active',
    description: 'x',
    code: 'x',
    base: ['Patient'],
    type: 'token',
    expression: 'Patient.x',
  },
  {
    resourceType: 'Binary',
    contentType: 'text/html',
    securityContext: { reference: 'Patient/p1' },
    data: 'PGgxPng8L2gxPg==',
  },
  {
    resourceType: 'Location',
    status: 'active',
    position: { longitude: -3.7, latitude: 40.4 },
    physicalType: { text: 'x' },
  },
  {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    member: [{ entity: { reference: 'Patient/p1' }, period: { start: '2020' } }],
  },
  {
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'x' },
    date: '2024',
    author: [{ display: 'x' }],
    title: 'x',
    section: [{ section: [{ title: 'y' }] }],
  },
  { resourceType: 'Basic', code: { text: 'x' } },
]

const entry = (method: string, url: string, resource?: object, request: object = {}, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  ...(resource === undefined ? {} : { resource }),
  request: { method, url, ...request },
})

const jsonPatch = [
  { op: 'test', path: '/gender', value: 'female' },
  { op: 'add', path: '/telecom/-', value: { value: 1.0 } },
  { op: 'replace', path: '/name/0/family', value: marker },
  { op: 'move', from: '/contact/0', path: '/contact/0' },
  { op: 'copy', from: '/identifier/0', path: '/identifier/-' },
  { op: 'remove', path: '/link' },
]

const fhirPathPatch = {
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: 'Patient.birthDate' },
        { name: 'value', valueDate: '1981-01-01' },
      ],
    },
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'insert' },
        { name: 'path', valueString: "Patient.name.where(family='x').given" },
        { name: 'index', valueInteger: 0 },
        { name: 'value', valueString: 'x' },
      ],
    },
  ],
}

const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'
const entries = [
  entry('POST', 'Patient', patient, { ifNoneExist: `identifier=urn:mrn|${marker}-9` }, urn),
  entry('POST', 'Patient', patient, {}, 'urn:oid:1.2.3'),
  entry('POST', 'Observation', observation, {}, 'http://example.org/fhir/Observation/77'),
  entry('POST', 'Encounter', others[0]),
  entry('PUT', 'Patient/p2', { ...patient, id: 'p2' }, { ifMatch: 'W/"1"' }),
  entry('PUT', 'Patient/p3', { ...patient, id: 'p3' }, {}, 'http://example.org/fhir/Patient/p3'),
  entry('PUT', 'Patient?identifier=urn:mrn|x', { ...patient, id: undefined }),
  entry(
    'PUT',
    'Observation?identifier=urn:mrn|x',
    { ...observation, id: undefined },
    {},
    'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b',
  ),
  entry('PATCH', 'Patient/p1', fhirPathPatch),
  entry('PATCH', 'Patient?_id=p2', {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from(JSON.stringify(jsonPatch)).toString('base64'),
  }),
  entry('DELETE', 'Encounter/e1'),
  entry('DELETE', 'Observation?code=http://loinc.org|none'),
  entry('GET', 'Patient?name=x&_count=2'),
  entry('GET', 'Patient/p1', undefined, { ifNoneMatch: 'W/"1"', ifModifiedSince: '2024-01-01T00:00:00Z' }),
  entry('GET', '_history?_count=1'),
]

const bundles: fc.Arbitrary<object> = fc
  .tuple(
    fc.constantFrom('batch', 'transaction', 'batch', 'transaction', 'collection'),
    fc.subarray(entries, { minLength: 1, maxLength: 6 }),
  )
  .map(([type, chosen]) => ({ resourceType: 'Bundle', id: 'b', type, entry: chosen }))

/** Bodies as a client would send them, by what they are for; each is taken apart before it is sent. */
export const bodies = {
  resources: [patient, observation, ...others] as readonly object[],
  bundles,
  jsonPatches: [jsonPatch] as readonly object[],
  fhirPathPatches: [fhirPathPatch] as readonly object[],
}

/** Resources that are in place before the attack, so that reads, patches and searches find something. */
export const seeds: readonly { readonly path: string; readonly body: object }[] = [
  { path: 'Patient/p1', body: patient },
  { path: 'Patient/p2', body: { ...patient, id: 'p2' } },
  { path: 'Observation/o1', body: { ...observation, subject: { reference: 'Patient/p1' } } },
  {
    path: 'Binary/b1',
    body: { resourceType: 'Binary', id: 'b1', contentType: 'text/html', data: 'PGgxPng8L2gxPg==' },
  },
]
