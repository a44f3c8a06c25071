/**
 * Splits at a separator that is not escaped; the parts stay escaped
 * (https://hl7.org/fhir/R4/search.html#escaping).
 */
export function splitEscaped(text: string, separator: ',' | '|' | '$'): string[] {
  const parts: string[] = []
  let part = ''
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index)
    if (char === separator) {
      parts.push(part)
      part = ''
    } else if (char === '\\') {
      part += text.slice(index, index + 2)
      index++
    } else {
      part += char
    }
  }
  return [...parts, part]
}

/**
 * The text that an escaped value stands for.
 *
 * @returns undefined where a backslash escapes nothing, which the specification calls illegal.
 */
export function unescapeText(text: string): string | undefined {
  if (/\\(?:[^,|$\\]|$)/.test(text.replaceAll('\\\\', ''))) return undefined
  return text.replace(/\\([,|$\\])/g, '$1')
}
