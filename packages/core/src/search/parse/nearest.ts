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

/** Levenshtein's distance, one row of his table at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
