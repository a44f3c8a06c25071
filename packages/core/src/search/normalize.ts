/** Most texts: nothing to take apart. */
const ascii = /^[\0-\x7f]*$/

/** Lower case that JavaScript leaves unequal to the lower case of the same word in capitals: Σ at the end, SS, I. */
const folded: Readonly<Record<string, string>> = { ς: 'σ', ß: 'ss', ı: 'i' }

/**
 * The form in which strings are compared: without case, accents, surrounding and repeated white space
 * (https://hl7.org/fhir/R4/search.html#string).
 */
export function normalizeString(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(/\s+/g, ' ').trim()
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return bare
    .replace(/[ςßı]/g, (letter) => folded[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim()
}
