/** Most texts: nothing to take apart. */
const ascii = /^[\0-\x7f]*$/

/**
 * The form in which strings are compared: without case, accents, surrounding and repeated white space
 * (https://hl7.org/fhir/R4/search.html#string).
 */
export function normalizeString(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(/\s+/g, ' ').trim()
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  // JavaScript writes a capital sigma by its place in the word, so the start of a word would not match the word.
  return bare.replace(/ς/g, 'σ').replace(/\s+/g, ' ').trim()
}
