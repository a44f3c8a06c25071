import * as codes from './catalogue.js'
import { codeOf, concept, day, type Generated, iso, reference } from './elements.js'
import type { PatientRecord, Visit } from './record.js'

const note: codes.Code = { system: codes.loinc, code: '34117-2', display: 'History and physical note' }
const planNote: codes.Code = { system: codes.loinc, code: '51847-2', display: 'Evaluation+Plan note' }

/** The identifier that all ExplanationOfBenefits share, as Synthea's do. */
export const claimGroup = {
  system: 'https://bluebutton.cms.gov/resources/identifier/claim-group',
  value: '99999999999',
}

/** The note of a visit, as a report and as a document that names it. */
export function writeNote(record: PatientRecord, visit: Visit): void {
  const text =
    `\n${day(visit.start)}\n\n# Chief Complaint\n- ${visit.reason.display}\n\n# History of Present Illness\n${record.person.name} ` +
    `comes to ${String(visit.organization.name)} for: ${visit.type.display}.\n\n# Social History\nPatient has never smoked. Patient ` +
    `comes from a middle socioeconomic background. Patient has completed some college courses.\n\n# Allergies\nNo Known ` +
    `Allergies.\n\n# Medications\nNo Active Medications.\n\n# Assessment and Plan\nPatient is presenting with ` +
    `${visit.reason.display.toLowerCase()}.\n\n## Plan\nThe patient was prescribed rest, and is to come back when it gets worse.\n`
  const attachment = {
    contentType: 'text/plain; charset=utf-8',
    data: Buffer.from(text, 'utf8').toString('base64'),
  }
  const coding = [note, planNote]
  const report = record.add('DiagnosticReport', {
    status: 'final',
    category: [{ coding }],
    code: { coding },
    subject: record.subject,
    encounter: reference(visit.encounter),
    effectiveDateTime: iso(visit.start),
    issued: iso(visit.start),
    performer: [reference(visit.doctor)],
    presentedForm: [attachment],
  })
  record.add('DocumentReference', {
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:report:${report.id}` }],
    status: 'current',
    type: { coding },
    category: [
      concept({
        system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
        code: 'clinical-note',
        display: 'Clinical Note',
      }),
    ],
    subject: record.subject,
    date: iso(visit.start),
    author: [reference(visit.doctor)],
    custodian: reference(visit.organization, String(visit.organization.name)),
    content: [
      {
        attachment,
        format: {
          system: 'http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem',
          code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
          display: 'mimeType Sufficient',
        },
      },
    ],
    context: {
      encounter: [reference(visit.encounter)],
      period: { start: iso(visit.start), end: iso(visit.end) },
    },
  })
}

/** The claim for a visit, or for what was prescribed in it. */
export function claim(record: PatientRecord, visit: Visit, prescription?: Generated): Generated {
  return record.add('Claim', {
    status: 'active',
    type: codeOf('claim-type', prescription ? 'pharmacy' : 'institutional'),
    use: 'claim',
    patient: { ...record.subject, display: record.person.name },
    billablePeriod: { start: iso(visit.start), end: iso(visit.end) },
    created: iso(visit.end),
    provider: reference(visit.organization, String(visit.organization.name)),
    priority: codeOf('processpriority', 'normal'),
    facility: reference(visit.place, String(visit.place.name)),
    ...(prescription ? { prescription: reference(prescription) } : {}),
    insurance: [{ sequence: 1, focal: true, coverage: { display: 'Blue Cross Blue Shield' } }],
    item: [
      { sequence: 1, productOrService: concept(visit.type), encounter: [reference(visit.encounter)] },
      { sequence: 2, productOrService: concept(visit.reason) },
    ],
    total: { value: money(record), currency: 'USD' },
  })
}

/** How a claim was settled: the largest of all resources, as everywhere. */
export function settle(record: PatientRecord, visit: Visit, settled: Generated): void {
  const provider = reference(visit.doctor)
  const variable = 'https://bluebutton.cms.gov/resources/variables'
  const adjudication = [
    ...['line_bene_ptb_ddctbl_amt', 'line_coinsrnc_amt', 'line_prvdr_pmt_amt', 'line_sbmtd_chrg_amt'],
    ...['line_alowd_chrg_amt', 'line_prcsg_ind_cd'],
  ].map((code) => ({
    category: concept({ system: `${variable}/adjudication`, code: `${variable}/${code}`, display: code }),
    amount: { value: money(record), currency: 'USD' },
  }))
  record.add('ExplanationOfBenefit', {
    contained: [
      {
        resourceType: 'ServiceRequest',
        id: 'referral',
        status: 'completed',
        intent: 'order',
        subject: record.subject,
        requester: provider,
        performer: [provider],
      },
      {
        resourceType: 'Coverage',
        id: 'coverage',
        status: 'active',
        type: { text: 'Blue Cross Blue Shield' },
        beneficiary: record.subject,
        payor: [{ display: 'Blue Cross Blue Shield' }],
      },
    ],
    identifier: [{ system: `${variable}/clm_id`, value: settled.id }, claimGroup],
    status: 'active',
    type: codeOf('claim-type', 'institutional'),
    use: 'claim',
    patient: record.subject,
    billablePeriod: { start: iso(visit.start), end: iso(visit.end) },
    created: iso(visit.end),
    insurer: { display: 'Blue Cross Blue Shield' },
    provider,
    referral: { reference: '#referral' },
    facility: reference(visit.place, String(visit.place.name)),
    claim: reference(settled),
    outcome: 'complete',
    careTeam: [{ sequence: 1, provider, role: codeOf('claimcareteamrole', 'primary') }],
    insurance: [{ focal: true, coverage: { reference: '#coverage', display: 'Blue Cross Blue Shield' } }],
    item: [visit.type, visit.reason].map((code, index) => ({
      sequence: index + 1,
      category: concept({ system: `${variable}/line_cms_type_srvc_cd`, code: '1', display: 'Medical care' }),
      productOrService: concept(code),
      servicedPeriod: { start: iso(visit.start), end: iso(visit.end) },
      locationCodeableConcept: concept({
        system: `${codes.hl7}/ex-serviceplace`,
        code: '19',
        display: 'Off Campus-Outpatient Hospital',
      }),
      encounter: [reference(visit.encounter)],
      adjudication,
    })),
    total: [
      {
        category: codeOf('adjudication', 'submitted'),
        amount: { value: money(record), currency: 'USD' },
      },
    ],
    payment: { amount: { value: money(record), currency: 'USD' } },
  })
}

function money({ random }: PatientRecord): number {
  return random.int(2_000, 90_000) / 100
}
