/**
 * Which search parameters have columns of their own in `resource`. Only parameters whose element occurs at most once
 * may be promoted: a column holds one value. Stored rows depend on this table, so a change needs a reindex.
 */
interface Promotion {
  readonly date?: string
  readonly code?: string
  readonly quantity?: string
  /** Parameters that are by definition the union of others; nothing is stored for them. */
  readonly unions?: Readonly<Record<string, readonly string[]>>
  /**
   * Composites of the whole resource whose components are the parameters of the same names wherever the composite has a
   * value: nothing but that is stored for them.
   */
  readonly composites?: readonly string[]
}

const promotions: Readonly<Record<string, Promotion>> = {
  AllergyIntolerance: { date: 'date', code: 'code' },
  Appointment: { date: 'date', code: 'service-type' },
  AuditEvent: { date: 'date', code: 'type' },
  CarePlan: { date: 'date', code: 'category' },
  CareTeam: { date: 'date', code: 'category' },
  Claim: { date: 'created', code: 'use' },
  ClinicalImpression: { date: 'date' },
  Communication: { date: 'sent', code: 'category' },
  Composition: { date: 'date', code: 'type' },
  Condition: { date: 'recorded-date', code: 'code' },
  Consent: { date: 'date', code: 'category' },
  Device: { code: 'type' },
  DiagnosticReport: { date: 'date', code: 'code' },
  DocumentReference: { date: 'date', code: 'type' },
  Encounter: { date: 'date', code: 'type' },
  EpisodeOfCare: { date: 'date', code: 'type' },
  ExplanationOfBenefit: { date: 'created' },
  FamilyMemberHistory: { date: 'date', code: 'code' },
  Flag: { date: 'date' },
  Goal: { date: 'start-date' },
  ImagingStudy: { date: 'started' },
  Immunization: { date: 'date', code: 'vaccine-code' },
  Invoice: { date: 'date' },
  List: { date: 'date', code: 'code' },
  Medication: { code: 'code' },
  MedicationAdministration: { date: 'effective-time', code: 'code' },
  MedicationDispense: { date: 'whenhandedover', code: 'code' },
  MedicationRequest: { date: 'authoredon', code: 'code' },
  MedicationStatement: { date: 'effective', code: 'code' },
  Observation: {
    date: 'date',
    code: 'code',
    quantity: 'value-quantity',
    unions: {
      'combo-code': ['code', 'component-code'],
      'combo-data-absent-reason': ['data-absent-reason', 'component-data-absent-reason'],
      'combo-value-concept': ['value-concept', 'component-value-concept'],
      'combo-value-quantity': ['value-quantity', 'component-value-quantity'],
      'combo-code-value-concept': ['code-value-concept', 'component-code-value-concept'],
      'combo-code-value-quantity': ['code-value-quantity', 'component-code-value-quantity'],
    },
    composites: ['code-value-concept', 'code-value-date', 'code-value-quantity', 'code-value-string'],
  },
  Patient: { date: 'birthdate' },
  Person: { date: 'birthdate' },
  Procedure: { date: 'date', code: 'code' },
  Provenance: { date: 'recorded' },
  QuestionnaireResponse: { date: 'authored' },
  RelatedPerson: { date: 'birthdate' },
  RiskAssessment: { date: 'date' },
  ServiceRequest: { date: 'authored', code: 'code' },
  Specimen: { date: 'collected', code: 'type' },
  SupplyRequest: { date: 'date' },
  Task: { date: 'authored-on', code: 'code' },
}

const none: Promotion = {}

export function promotionOf(type: string): Promotion {
  return promotions[type] ?? none
}

/** The stored parameters that answer for `param`: itself, or the parts of a union. */
export function storedParameters(type: string, param: string): readonly string[] {
  return promotionOf(type).unions?.[param] ?? [param]
}

/** Systems whose coding is promoted before others, best first. */
const preferredSystems = [
  'http://loinc.org',
  'http://snomed.info/sct',
  'http://www.nlm.nih.gov/research/umls/rxnorm',
  'http://hl7.org/fhir/sid/cvx',
  'http://hl7.org/fhir/sid/icd-10',
  'http://hl7.org/fhir/sid/icd-10-cm',
  'http://hl7.org/fhir/sid/icd-9-cm',
  'http://www.whocc.no/atc',
  'http://hl7.org/fhir/sid/ndc',
  'http://www.ama-assn.org/go/cpt',
  'http://unitsofmeasure.org',
]
const ranks = new Map(preferredSystems.map((system, index) => [system, index]))
const hl7 = preferredSystems.length
const otherSystem = hl7 + 1
const noSystem = hl7 + 2

/** Order in which codings of one concept are preferred; lower comes first. */
export function systemRank(system: string | undefined): number {
  if (!system) return noSystem
  const rank = ranks.get(system)
  if (rank !== undefined) return rank
  return system.startsWith('http://terminology.hl7.org/') || system.startsWith('http://hl7.org/')
    ? hl7
    : otherSystem
}
