import { normalizeString } from '@anamnesis/core'

/** Texts are compared up to this length (UTF-16 units), which any index can hold. */
export const indexedLength = 512

/** A text as it is compared: without case and accents, and cut. */
export function stringKey(text: string): string {
  return cut(normalizeString(text))
}

/** PostgreSQL's text holds no NUL. */
export function cut(text: string): string {
  return text.replaceAll('\0', '').slice(0, indexedLength)
}

/** The highest code point: what starts with a text lies below that text followed by it. */
export const highest = '\u{10ffff}'
