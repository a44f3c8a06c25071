/**
 * The form in which strings are compared: without case, accents, surrounding and repeated white space
 * (https://hl7.org/fhir/R4/search.html#string).
 */
export function normalizeString(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}
