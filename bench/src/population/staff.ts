import { local, npi } from './catalogue.js'
import { concept, type Generated, reference } from './elements.js'
import type { Ids } from './ids.js'
import { familyNames, givenNames, towns } from './names.js'
import { Random } from './random.js'

/** Doctors and places that all patients share, the busiest first. */
export interface Staff {
  readonly practitioners: readonly Generated[]
  readonly organizations: readonly Generated[]
  readonly locations: readonly Generated[]
  /** All of them, and the roles that tie them together. */
  readonly resources: readonly Generated[]
  /** Practitioners that have treated patients; those after them are new, and nothing refers to them. */
  readonly busy: number
}

/** Practitioners that nothing refers to. */
export const newPractitioners = 5

export function createStaff(ids: Ids, seed: number, patients: number): Staff {
  const count = Math.max(6, Math.round(patients / 12))
  const organizations = Array.from({ length: count }, (_, index) => organization(ids, seed, index))
  const locations = organizations.map((each, index) => location(ids, each, index))
  const practitioners = Array.from({ length: count + newPractitioners }, (_, index) =>
    practitioner(ids, seed, index),
  )
  const roles = practitioners.map((each, index) =>
    role(ids, each, organizations[index % count] as Generated, locations[index % count] as Generated, index),
  )
  return {
    practitioners,
    organizations,
    locations,
    resources: [...organizations, ...locations, ...practitioners, ...roles],
    busy: count,
  }
}

export function npiOf(index: number): string {
  return String(9_990_000_000 + index)
}

function addressOf(index: number) {
  const { city, state, postalCode } = towns[index % towns.length] as (typeof towns)[number]
  return { line: [`${100 + index} Hospital Road`], city, state, postalCode, country: 'US' }
}

function organization(ids: Ids, seed: number, index: number): Generated {
  const { city } = addressOf(index)
  return {
    resourceType: 'Organization',
    id: ids.shared('Organization', index),
    identifier: [{ system: `${local}/organization`, value: String(index) }],
    active: true,
    type: [
      concept({
        system: 'http://terminology.hl7.org/CodeSystem/organization-type',
        code: 'prov',
        display: 'Healthcare Provider',
      }),
    ],
    name: `${city} ${new Random(seed, 6, index).pick(['General Hospital', 'Medical Center', 'Family Practice'])} ${index}`,
    telecom: [{ system: 'phone', value: `555-01${String(index % 100).padStart(2, '0')}` }],
    address: [addressOf(index)],
  }
}

function location(ids: Ids, owner: Generated, index: number): Generated {
  const town = towns[index % towns.length] as (typeof towns)[number]
  return {
    resourceType: 'Location',
    id: ids.shared('Location', index),
    identifier: [{ system: `${local}/location`, value: String(index) }],
    status: 'active',
    name: String(owner.name),
    address: addressOf(index),
    position: {
      longitude: Number((town.longitude + (index % 37) / 500).toFixed(4)),
      latitude: Number((town.latitude + (index % 41) / 500).toFixed(4)),
    },
    managingOrganization: reference(owner, String(owner.name)),
  }
}

function practitioner(ids: Ids, seed: number, index: number): Generated {
  const random = new Random(seed, 7, index)
  const gender = random.pick(['female', 'male'] as const)
  const [given, family] = [random.pickSkewed(givenNames[gender]), random.pickSkewed(familyNames)]
  return {
    resourceType: 'Practitioner',
    id: ids.shared('Practitioner', index),
    identifier: [{ system: npi, value: npiOf(index) }],
    active: true,
    name: [{ family, given: [given], prefix: ['Dr.'] }],
    telecom: [{ system: 'email', value: `doctor${index}@hospital.example`, use: 'work' }],
    address: [addressOf(index)],
    gender,
  }
}

function role(ids: Ids, doctor: Generated, owner: Generated, place: Generated, index: number): Generated {
  const practice = concept({
    system: 'http://nucc.org/provider-taxonomy',
    code: '208D00000X',
    display: 'General Practice',
  })
  return {
    resourceType: 'PractitionerRole',
    id: ids.shared('PractitionerRole', index),
    practitioner: reference(doctor),
    organization: reference(owner, String(owner.name)),
    code: [practice],
    specialty: [practice],
    location: [reference(place, String(place.name))],
    telecom: [{ system: 'phone', value: `555-02${String(index % 100).padStart(2, '0')}` }],
  }
}
