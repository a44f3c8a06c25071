/** A number as written in a query, with the range of its implicit precision. */
export interface NumberRange {
  readonly value: number
  readonly low: number
  /** Exclusive. */
  readonly high: number
}

const pattern = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * Half a unit of the last digit written around the value: `100` is [99.5, 100.5), `100.00` is [99.995, 100.005),
 * `1e2` is [95, 105) (https://hl7.org/fhir/R4/search.html#number).
 *
 * @returns undefined for text that is no finite decimal.
 */
export function parseNumberRange(text: string): NumberRange | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) return undefined
  const decimals = (match[3]?.length ?? 0) - Number(match[4] ?? 0)
  const digits = BigInt(`${match[1] === '-' ? '-' : ''}${match[2]}${match[3] ?? ''}`)
  // Scaled integers keep the bounds free of binary rounding: (10 d ± 5) × 10^-(decimals + 1).
  const at = (scaled: bigint) => Number(`${scaled}e${-(decimals + 1)}`)
  return { value, low: at(digits * 10n - 5n), high: at(digits * 10n + 5n) }
}
