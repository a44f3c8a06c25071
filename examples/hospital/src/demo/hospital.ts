import type {
  Address,
  FhirResource,
  Location,
  Organization,
  Practitioner,
  PractitionerRole,
} from 'fhir/r4.js'
import { concept, hl7, resourceOf, site } from './elements.js'
import { departments, type Professional, places, professionals, titledName } from './staff.js'

const hospitalId = 'hospital-san-rafael'
const hospitalName = 'Hospital General San Rafael'

const address: Address = {
  use: 'work',
  type: 'physical',
  line: ['Avenida de la Salud, 1'],
  city: 'Alcalá de Henares',
  state: 'Madrid',
  postalCode: '28805',
  country: 'ES',
}

/** The hospital itself: what every patient's record refers to. */
export function hospitalResources(): FhirResource[] {
  return [
    hospital(),
    ...Object.entries(departments).map(([id, { name }]) => department(id, name)),
    ...Object.values(places).map(location),
    ...professionals.map(practitioner),
    ...professionals.map(role),
  ]
}

function hospital(): Organization {
  return {
    ...resourceOf('Organization', hospitalId, `${hospitalName}, Alcalá de Henares (Madrid)`),
    identifier: [{ system: `${site}/sid/centro`, value: '280805' }],
    active: true,
    type: [hl7('organization-type', 'prov', 'Healthcare Provider')],
    name: hospitalName,
    telecom: [
      { system: 'phone', value: '+34 910 000 100', use: 'work' },
      { system: 'email', value: 'informacion@hospital-san-rafael.example', use: 'work' },
    ],
    address: [address],
  }
}

function department(id: string, name: string): Organization {
  return {
    ...resourceOf('Organization', id, `Servicio de ${name}`),
    identifier: [{ system: `${site}/sid/servicio`, value: id }],
    active: true,
    type: [hl7('organization-type', 'dept', 'Hospital Department')],
    name: `Servicio de ${name}`,
    partOf: { reference: `Organization/${hospitalId}`, display: hospitalName },
  }
}

function location({ id, name, type: [code, display] }: (typeof places)[keyof typeof places]): Location {
  return {
    ...resourceOf('Location', id, name),
    identifier: [{ system: `${site}/sid/ubicacion`, value: id }],
    status: 'active',
    name,
    mode: 'instance',
    type: [hl7('v3-RoleCode', code, display)],
    address,
    managingOrganization: { reference: `Organization/${hospitalId}`, display: hospitalName },
  }
}

function practitioner(professional: Professional, index: number): Practitioner {
  const { id, given, family, gender } = professional
  return {
    ...resourceOf('Practitioner', id, titledName(professional)),
    identifier: [{ system: `${site}/sid/colegiado`, value: `28${String(287_000 + index * 137)}` }],
    active: true,
    name: [
      { use: 'official', text: titledName(professional), family: family.join(' '), given: given.split(' ') },
    ],
    telecom: [{ system: 'email', value: `${id}@hospital-san-rafael.example`, use: 'work' }],
    gender,
    communication: [concept('Español', { system: 'language', code: 'es', display: 'Español' })],
  }
}

function role(professional: Professional): PractitionerRole {
  const { id, department, role, specialty } = professional
  const place = places[departments[department].place]
  const name = titledName(professional)
  return {
    ...resourceOf('PractitionerRole', id, `${name}, Servicio de ${departments[department].name}`),
    active: true,
    practitioner: { reference: `Practitioner/${id}`, display: name },
    organization: { reference: `Organization/${department}` },
    code: [hl7('practitioner-role', role, role === 'doctor' ? 'Doctor' : 'Nurse')],
    specialty: [concept(specialty.display, specialty)],
    location: [{ reference: `Location/${place.id}`, display: place.name }],
  }
}
