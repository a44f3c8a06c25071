/** Without case, accents and repeated white space (https://hl7.org/fhir/R4/search.html#string). */
export function plainText(text: string): string {
  let plain = ''
  for (const character of text.normalize('NFKD')) {
    if (!/\p{Mark}/u.test(character)) plain += character.toLowerCase()
  }
  return plain.split(/\s/).filter(Boolean).join(' ')
}

/** The words of XHTML whose tags stand around words. */
export function wordsOfMarkup(xhtml: string): Set<string> {
  const words = xhtml
    .split(/<[^>]*>/)
    .join(' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&#233;', 'é')
    .split(/[^\p{Letter}\p{Number}\p{Mark}]+/u)
  return new Set(words.map(plainText).filter(Boolean))
}

/** By code point, as UTF-8 bytes compare. */
export function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Splits at a separator without a backslash before it; what is left keeps its backslashes. */
export function splitAt(text: string, separator: string): string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === separator) parts.push('')
    else parts[parts.length - 1] += character === '\\' ? character + text.charAt(++at) : character
  }
  return parts
}

export function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}
