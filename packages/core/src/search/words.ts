import { normalizeString } from './normalize.js'

/**
 * The words of a text, for `_text` and `_content`: runs of letters and digits, without case and accents, each once, in
 * the order of their first occurrence.
 */
export function wordsOf(text: string): string[] {
  return [...new Set(normalizeString(text).match(/[\p{L}\p{N}]+/gu) ?? [])]
}
