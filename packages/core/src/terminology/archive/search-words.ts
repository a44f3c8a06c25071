import { wordsOf } from '../../search/words.js'
import type { InvertedIndex } from './inverted-index.js'

/** More words than anybody types; what comes after is not looked at. */
const maxWords = 16

/**
 * Codes that have, for each word of the text, a word that begins so. First those that have more of the words as they
 * stand, of these those with the shorter display (the more general, the nearer to what was typed), then in order.
 *
 * @param size count of all codes
 * @param length of the display of a code, at most 255
 * @returns indexes of codes
 */
export function searchWords(
  words: InvertedIndex,
  text: string,
  limit: number,
  size: number,
  length: (index: number) => number,
): number[] {
  const asked = wordsOf(text).slice(0, maxWords)
  if (asked.length === 0 || limit <= 0) return []
  const matched = new Uint8Array(size)
  const whole = new Uint8Array(size)
  for (const [position, word] of asked.entries()) {
    words.prefix(word, (index) => {
      // A code that lacks one of the words before stays behind.
      if (matched[index] === position) matched[index] = position + 1
    })
    words.exact(word, (index) => {
      whole[index]!++
    })
  }
  const ranks: number[] = []
  for (let index = 0; index < size; index++) {
    if (matched[index] !== asked.length) continue
    const missing = asked.length - whole[index]!
    ranks.push((missing * 256 + length(index)) * 2 ** 32 + index)
  }
  return [...Float64Array.from(ranks).sort().subarray(0, limit)].map((rank) => rank % 2 ** 32)
}
