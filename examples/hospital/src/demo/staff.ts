import type { FhirResource, Location, Organization, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { type Code, concept, hl7, reference, resourceOf, site } from './elements.js'

/** A department with the place where it works. */
export interface Department {
  readonly key: DepartmentKey
  readonly name: string
  readonly specialty: Code
  readonly place: string
}

export type DepartmentKey = 'internal' | 'family' | 'pediatrics' | 'obstetrics' | 'emergency' | 'surgery'

const snomed = (code: string, display: string): Code => ({ system: 'snomed', code, display })

const departments: readonly Department[] = [
  {
    key: 'internal',
    name: 'Medicina Interna',
    specialty: snomed('419192003', 'medicina interna'),
    place: 'Consultas externas, planta 1',
  },
  {
    key: 'family',
    name: 'Medicina Familiar',
    specialty: snomed('419772000', 'medicina de familia'),
    place: 'Centro de salud, planta baja',
  },
  {
    key: 'pediatrics',
    name: 'Pediatría',
    specialty: snomed('394537008', 'pediatría'),
    place: 'Consultas de pediatría, planta 2',
  },
  {
    key: 'obstetrics',
    name: 'Obstetricia y Ginecología',
    specialty: snomed('394585009', 'obstetricia y ginecología'),
    place: 'Maternidad, planta 3',
  },
  {
    key: 'emergency',
    name: 'Urgencias',
    specialty: snomed('773568002', 'medicina de urgencias'),
    place: 'Urgencias, planta baja',
  },
  {
    key: 'surgery',
    name: 'Cirugía General',
    specialty: snomed('394609007', 'cirugía general'),
    place: 'Hospitalización, planta 4',
  },
]

const people: readonly (readonly [
  id: string,
  given: string,
  family: string,
  gender: 'female' | 'male',
  department: DepartmentKey,
])[] = [
  ['dra-aguero', 'Elena', 'Agüero Serrano', 'female', 'internal'],
  ['dr-ibanez', 'Tomás', 'Ibáñez Castro', 'male', 'internal'],
  ['dra-penalver', 'Marta', 'Peñalver Ruiz', 'female', 'family'],
  ['dr-zubiri', 'Jon', 'Zubiri Llorente', 'male', 'family'],
  ['dra-yanez', 'Irene', 'Yáñez Molina', 'female', 'family'],
  ['dra-nunez', 'Clara', 'Núñez Ortega', 'female', 'pediatrics'],
  ['dr-marin', 'Pablo', 'Marín Delgado', 'male', 'pediatrics'],
  ['dra-echevarria', 'Ane', 'Echevarría Gil', 'female', 'obstetrics'],
  ['dra-ordonez', 'Teresa', 'Ordóñez Blanco', 'female', 'obstetrics'],
  ['dr-castano', 'Luis', 'Castaño Peña', 'male', 'emergency'],
  ['dra-vazquez', 'Sara', 'Vázquez Romero', 'female', 'emergency'],
  ['dr-llorente', 'Diego', 'Llorente Navarro', 'male', 'surgery'],
]

/** Whoever works at the hospital and where. */
export interface Staff {
  readonly organization: Organization
  /** Everything, the hospital first. */
  readonly resources: readonly FhirResource[]
  doctors(department: DepartmentKey): readonly Practitioner[]
  department(key: DepartmentKey): Organization
  place(key: DepartmentKey): Location
}

/** The hospital itself: organization, departments, places and the people who work there. */
export function createStaff(): Staff {
  const organization = hospital()
  const units = new Map(departments.map((department) => [department.key, unit(department, organization)]))
  const places = new Map(
    departments.map((department) => [
      department.key,
      place(department, units.get(department.key) as Organization),
    ]),
  )
  const doctors = people.map(([id, given, family, gender, department], index) => ({
    department,
    practitioner: practitioner(id, given, family, gender, index),
  }))
  const roles = doctors.map(({ practitioner, department }) =>
    role(
      practitioner,
      departments.find(({ key }) => key === department) as Department,
      units.get(department) as Organization,
      places.get(department) as Location,
    ),
  )
  return {
    organization,
    resources: [
      organization,
      ...units.values(),
      ...places.values(),
      ...doctors.map(({ practitioner }) => practitioner),
      ...roles,
    ],
    doctors: (key) =>
      doctors.filter(({ department }) => department === key).map(({ practitioner }) => practitioner),
    department: (key) => units.get(key) as Organization,
    place: (key) => places.get(key) as Location,
  }
}

function hospital(): Organization {
  return {
    ...resourceOf('Organization', 'hospital-san-rafael', 'Hospital General San Rafael, Alcalá de Henares.'),
    identifier: [{ system: `${site}/id/centro`, value: '280001' }],
    active: true,
    type: [hl7('organization-type', 'prov', 'Healthcare Provider')],
    name: 'Hospital General San Rafael',
    telecom: [{ system: 'phone', value: '+34 910 000 000', use: 'work' }],
    address: [
      {
        line: ['Avenida de la Ilustración 12'],
        city: 'Alcalá de Henares',
        postalCode: '28805',
        country: 'ES',
      },
    ],
  }
}

function unit({ key, name }: Department, hospital: Organization): Organization {
  return {
    ...resourceOf('Organization', `servicio-${key}`, `Servicio de ${name}.`),
    active: true,
    type: [hl7('organization-type', 'dept', 'Hospital Department')],
    name: `Servicio de ${name}`,
    partOf: reference(hospital, hospital.name),
  }
}

function place({ key, name, place }: Department, unit: Organization): Location {
  return {
    ...resourceOf('Location', `lugar-${key}`, `${place}: ${name}.`),
    status: 'active',
    name: place,
    mode: 'instance',
    position: { longitude: -3.3639, latitude: 40.4818 },
    managingOrganization: reference(unit, unit.name),
  }
}

function practitioner(
  id: string,
  given: string,
  family: string,
  gender: 'female' | 'male',
  index: number,
): Practitioner {
  const title = gender === 'female' ? 'Dra.' : 'Dr.'
  return {
    ...resourceOf('Practitioner', id, `${title} ${given} ${family}.`),
    identifier: [{ system: `${site}/id/colegiado`, value: String(282_800_101 + index * 37) }],
    active: true,
    name: [{ use: 'official', text: `${title} ${given} ${family}`, family, given: [given], prefix: [title] }],
    telecom: [{ system: 'email', value: `${id}@hospital-san-rafael.example`, use: 'work' }],
    gender,
  }
}

function role(
  doctor: Practitioner,
  department: Department,
  unit: Organization,
  place: Location,
): PractitionerRole {
  const name = doctor.name?.[0]?.text ?? ''
  return {
    ...resourceOf('PractitionerRole', `${doctor.id}-rol`, `${name}, ${department.name}.`),
    active: true,
    practitioner: reference(doctor, name),
    organization: reference(unit, unit.name),
    code: [concept('médico', { system: 'snomed', code: '309343006', display: 'médico' })],
    specialty: [concept(department.name, department.specialty)],
    location: [reference(place, place.name)],
  }
}
