/** A number as written in a query, with the range of its implicit precision. */
export interface NumberRange {
  readonly value: number
  readonly low: number
  /** Exclusive. */
  readonly high: number
}

const pattern = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * Half a unit of the last digit written around the value: `100` is [99.5, 100.5), `100.00` is [99.995, 100.005).
 * A whole mantissa with an exponent counts as having one decimal, for the specification's own example says that `1e2` is
 * [95, 105) (https://hl7.org/fhir/R4/search.html#number).
 *
 * @returns undefined for text that is no finite decimal.
 */
export function parseNumberRange(text: string): NumberRange | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) return undefined
  const [, sign, whole, fraction = match[4] === undefined ? '' : '0', exponent = '0'] = match
  const decimals = fraction.length - Number(exponent)
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`)
  // Scaled integers keep the bounds free of binary rounding: (10 d ± 5) × 10^-(decimals + 1).
  const at = (scaled: bigint) => Number(`${scaled}e${-(decimals + 1)}`)
  return { value, low: at(digits * 10n - 5n), high: at(digits * 10n + 5n) }
}
