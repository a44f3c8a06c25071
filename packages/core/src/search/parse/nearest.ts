import { distance } from 'fastest-levenshtein'

/**
 * The known name that was probably meant: the one that the fewest insertions, deletions and replacements of characters
 * separate from what was written, if they are few.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const name of known) {
    if (Math.abs(name.length - written.length) >= fewest) continue
    const steps = distance(written.toLowerCase(), name.toLowerCase())
    if (steps < fewest) {
      fewest = steps
      best = name
    }
  }
  return best
}
