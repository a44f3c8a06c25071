import { setSource } from '@anamnesis/core'
import type { CodeableConcept, Coding, FhirResource, Narrative, Quantity, Reference } from 'fhir/r4.js'

/** Systems of codes and units. */
export const systems = {
  atc: 'http://www.whocc.no/atc',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
} as const

/** A code with its Spanish display. */
export interface Code {
  readonly system: keyof typeof systems
  readonly code: string
  readonly display: string
}

/** Where the hospital's own identifiers live; `.example` can never be anybody's domain. */
export const site = 'https://hospital-san-rafael.example'

export function coding({ system, code, display }: Code): Coding {
  return { system: systems[system], code, display }
}

/** One meaning in one or more systems. */
export function concept(text: string, ...codes: readonly Code[]): CodeableConcept {
  return { coding: codes.map(coding), text }
}

/** A code of one of HL7's own systems. */
export function hl7(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display }] }
}

/**
 * A quantity in UCUM with exactly these decimals (`36.50`), as a laboratory reports it. `code` is only needed where the
 * printed unit differs from it.
 */
export function quantity(value: number, decimals: number, unit: string, code = unit): Quantity {
  const text = value.toFixed(decimals)
  const made: Quantity = { value: Number(text), unit, system: systems.ucum, code }
  setSource(made, 'value', text)
  return made
}

export function reference(
  resource: { readonly resourceType: string; readonly id?: string | undefined },
  display?: string | undefined,
): Reference {
  return { reference: `${resource.resourceType}/${resource.id}`, ...(display ? { display } : {}) }
}

/** A paragraph for people, safe for any text. */
export function narrative(text: string): Narrative {
  const escaped = text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
  const div = `<div xmlns="http://www.w3.org/1999/xhtml" lang="es" xml:lang="es"><p>${escaped}</p></div>`
  return { status: 'generated', div }
}

/** A number as people write it in Spain: `36,5`. */
export function spanishNumber(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('.', ',')
}

/** The start that all resources share: id, language and text. */
export function resourceOf<T extends FhirResource['resourceType']>(
  resourceType: T,
  id: string,
  text: string,
) {
  return { resourceType, id, language: 'es', text: narrative(text) } as const
}
