import * as codes from './catalogue.js'
import { codeOf, concept, day, dayLength, type Generated, iso, minute, reference } from './elements.js'
import type { Ids } from './ids.js'
import { hasRareName, type Person } from './people.js'
import { Random } from './random.js'
import type { Staff } from './staff.js'

/** Clinical data goes from here to 20 years later. */
export const firstDay = Date.UTC(2005, 0, 1)
export const lastDay = Date.UTC(2025, 0, 1)

/** Types that claim a profile, as they do in Synthea's data. */
const profiled = new Set([
  ...[
    'Encounter',
    'CareTeam',
    'CarePlan',
    'DiagnosticReport',
    'DocumentReference',
    'Condition',
    'Observation',
  ],
  ...['Procedure', 'Immunization', 'MedicationRequest', 'Provenance', 'AllergyIntolerance'],
])

/** A visit that what is done in it refers to. */
export interface Visit {
  readonly encounter: Generated
  readonly start: number
  readonly end: number
  readonly reason: codes.Code
  readonly type: codes.Code
  readonly doctor: Generated
  readonly place: Generated
  readonly organization: Generated
}

/** Makes resources of one patient and numbers them. */
export class PatientRecord {
  readonly person: Person
  readonly random: Random
  readonly resources: Generated[]
  readonly subject: { readonly reference: string }
  readonly #ids: Ids
  readonly #staff: Staff
  readonly #counts = new Map<string, number>()

  constructor(person: Person, ids: Ids, staff: Staff, seed: number) {
    this.person = person
    this.random = new Random(seed, 9, person.index)
    this.resources = [person.patient]
    this.subject = reference(person.patient)
    this.#ids = ids
    this.#staff = staff
  }

  add(resourceType: string, elements: object): Generated {
    const number = this.#counts.get(resourceType) ?? 0
    this.#counts.set(resourceType, number + 1)
    const profile = profiled.has(resourceType)
      ? { profile: [`http://hl7.org/fhir/us/core/StructureDefinition/us-core-${resourceType.toLowerCase()}`] }
      : {}
    const tag = this.random.chance(0.03)
      ? { tag: [{ system: `${codes.local}/study`, code: `cohort-${this.random.int(1, 5)}` }] }
      : {}
    const meta = { ...profile, ...tag }
    const resource = {
      resourceType,
      id: this.#ids.ofPatient(resourceType, this.person.index, number),
      ...(Object.keys(meta).length > 0 ? { meta } : {}),
      ...elements,
    }
    this.resources.push(resource)
    return resource
  }

  visit(number: number, start: number): Visit {
    const { random } = this
    const end = start + random.int(1, 4) * 15 * minute
    const doctor = this.#staff.practitioners[random.skewed(this.#staff.busy)] as Generated
    const at = random.skewed(this.#staff.organizations.length)
    const [organization, place] = [
      this.#staff.organizations[at] as Generated,
      this.#staff.locations[at] as Generated,
    ]
    const [type, reason] = [random.pickSkewed(codes.encounterTypes), random.pickSkewed(codes.conditions)]
    const period = { start: iso(start), end: iso(end) }
    const encounter = this.add('Encounter', {
      identifier: [
        { use: 'official', system: `${codes.local}/visit`, value: visitNumber(this.person.index, number) },
      ],
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      type: [concept(type)],
      subject: { ...this.subject, display: this.person.name },
      participant: [
        {
          type: [
            concept({
              system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
              code: 'PPRF',
              display: 'primary performer',
            }),
          ],
          period,
          individual: reference(doctor, 'primary performer'),
        },
      ],
      period,
      reasonCode: [concept(reason)],
      location: [{ location: reference(place, String(place.name)) }],
      serviceProvider: reference(organization, String(organization.name)),
    })
    return { encounter, start, end, reason, type, doctor, place, organization }
  }

  condition(visit: Visit, code: codes.Code, resolved: boolean): Generated {
    return this.add('Condition', {
      clinicalStatus: codeOf('condition-clinical', resolved ? 'resolved' : 'active'),
      verificationStatus: codeOf('condition-ver-status', 'confirmed'),
      category: [codeOf('condition-category', 'encounter-diagnosis')],
      code: concept(code),
      subject: this.subject,
      encounter: reference(visit.encounter),
      onsetDateTime: iso(visit.start),
      ...(resolved ? { abatementDateTime: iso(visit.start + 20 * dayLength) } : {}),
      recordedDate: iso(visit.start),
    })
  }

  procedure(visit: Visit): Generated {
    return this.add('Procedure', {
      status: 'completed',
      code: concept(this.random.pickSkewed(codes.procedures)),
      subject: this.subject,
      encounter: reference(visit.encounter),
      performedPeriod: { start: iso(visit.start), end: iso(visit.end) },
      location: reference(visit.place, String(visit.place.name)),
    })
  }

  immunization(visit: Visit): void {
    this.add('Immunization', {
      status: 'completed',
      vaccineCode: concept(this.random.pickSkewed(codes.vaccines)),
      patient: this.subject,
      encounter: reference(visit.encounter),
      occurrenceDateTime: iso(visit.start),
      primarySource: true,
      location: reference(visit.place, String(visit.place.name)),
    })
  }

  medication(visit: Visit): Generated {
    return this.add('MedicationRequest', {
      status: this.random.chance(0.8) ? 'stopped' : 'active',
      intent: 'order',
      medicationCodeableConcept: concept(this.random.pickSkewed(codes.medicines)),
      subject: this.subject,
      encounter: reference(visit.encounter),
      authoredOn: iso(visit.start),
      requester: reference(visit.doctor),
      dosageInstruction: [
        {
          sequence: 1,
          text: 'Once a day.',
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
        },
      ],
    })
  }

  plan(visit: Visit): void {
    const code = this.random.pickSkewed(codes.carePlans)
    const period = { start: iso(visit.start), end: iso(visit.start + 300 * dayLength) }
    const common = { subject: this.subject, encounter: reference(visit.encounter), period }
    const member = (system: string, role: string, target: Generated) => ({
      role: [concept({ system, code: role, display: target.resourceType })],
      member: reference(target),
    })
    const team = this.add('CareTeam', {
      ...{ status: 'inactive', ...common },
      participant: [
        member(codes.snomed, '116154003', this.person.patient),
        member(codes.snomed, '223366009', visit.doctor),
        member(codes.snomed, '224891009', visit.organization),
      ],
      reasonCode: [concept(visit.reason)],
      managingOrganization: [reference(visit.organization, String(visit.organization.name))],
    })
    this.add('CarePlan', {
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">Care plan: ${code.display}, from ${day(visit.start)} on, because of ${visit.reason.display}.</div>`,
      },
      ...{ status: 'completed', intent: 'order', category: [concept(code)], ...common },
      careTeam: [reference(team)],
      activity: ['Recommendation to avoid exercise', 'Deep breathing and coughing exercises'].map((text) => ({
        detail: { code: { text }, status: 'completed', location: { display: String(visit.place.name) } },
      })),
    })
  }

  supply(visit: Visit): void {
    this.add('SupplyDelivery', {
      status: 'completed',
      patient: this.subject,
      type: codeOf('supply-item-type', 'device'),
      suppliedItem: {
        quantity: { value: this.random.int(1, 4) },
        itemCodeableConcept: { text: 'Disposable air-purifying respirator (physical object)' },
      },
      occurrenceDateTime: iso(visit.start),
    })
  }

  /** What a patient has once or twice, whatever the visits. */
  background(visit: Visit): void {
    const { random } = this
    const count = hasRareName(this.person.index) ? 2 : random.chance(0.35) ? 1 : 0
    for (let number = 0; number < count; number += 1) {
      this.add('AllergyIntolerance', {
        clinicalStatus: codeOf('allergyintolerance-clinical', 'active'),
        verificationStatus: codeOf('allergyintolerance-verification', 'confirmed'),
        ...{ type: 'allergy', category: ['food'], criticality: 'low' },
        code: concept(random.pickSkewed(codes.allergies)),
        patient: this.subject,
        recordedDate: iso(visit.start),
      })
    }
    if (random.chance(0.3)) {
      this.add('ImagingStudy', {
        status: 'available',
        subject: this.subject,
        encounter: reference(visit.encounter),
        started: iso(visit.start),
        numberOfSeries: 1,
        numberOfInstances: 1,
        procedureCode: [concept({ system: codes.snomed, code: '399208008', display: 'Chest X-ray' })],
        location: reference(visit.place, String(visit.place.name)),
      })
    }
    this.add('Provenance', {
      target: this.resources.slice(0, 400).map((each) => reference(each)),
      recorded: iso(lastDay),
      agent: [
        {
          type: codeOf('provenance-participant-type', 'author'),
          who: reference(visit.doctor),
          onBehalfOf: reference(visit.organization),
        },
      ],
    })
  }
}

export function visitNumber(patient: number, number: number): string {
  return `V${String(patient).padStart(8, '0')}-${number}`
}
