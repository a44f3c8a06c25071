/**
 * By which parameters a type belongs to a compartment, for a few types, from the tables of R4
 * (https://hl7.org/fhir/R4/compartmentdefinition-patient.html and its neighbours).
 */
const members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Patient: {
    Patient: ['link'],
    Encounter: ['patient'],
    Observation: ['subject', 'performer'],
    RiskAssessment: ['subject'],
  },
  Encounter: { Observation: ['encounter'] },
  Practitioner: {
    Patient: ['general-practitioner'],
    Observation: ['performer'],
    RiskAssessment: ['performer'],
  },
}

export function compartmentParameters(compartment: string, type: string): readonly string[] {
  return members[compartment]?.[type] ?? []
}
