/** Collects what was measured against what it should be. */
export interface Limits {
  /** Prints the figure with its limit, and remembers it where it is missed. */
  atLeast(what: string, found: number, limit: number, unit: string): void
  atMost(what: string, found: number, limit: number, unit: string): void
  readonly missed: readonly string[]
}

/** @param print takes a line */
export function createLimits(print: (line: string) => void): Limits {
  const missed: string[] = []
  const judge = (held: boolean, text: string) => {
    if (!held) missed.push(text)
    print(`${held ? 'held  ' : 'MISSED'} ${text}`)
  }
  const shown = (value: number) => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0))
  return {
    missed,
    // A figure that is no number is a missed one.
    atLeast: (what, found, limit, unit) =>
      judge(found >= limit, `${what}: ${shown(found)}${unit} (at least ${limit}${unit})`),
    atMost: (what, found, limit, unit) =>
      judge(found <= limit, `${what}: ${shown(found)}${unit} (at most ${limit}${unit})`),
  }
}
