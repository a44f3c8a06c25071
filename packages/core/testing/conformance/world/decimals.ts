/** Decimals as whole numbers of 10^-40, so that nothing is rounded. */
const places = 40n

const infinite = 10n ** 100n

/** A number from `low` to `high`, both included. */
export interface Extent {
  readonly low: bigint
  readonly high: bigint
}

export function exact(number: number | string): bigint {
  if (number === Number.POSITIVE_INFINITY) return infinite
  if (number === Number.NEGATIVE_INFINITY) return -infinite
  const [mantissa = '', exponent = '0'] = String(number).split(/e/i)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const shift = places - BigInt(fraction.length) + BigInt(exponent)
  return BigInt(whole + fraction) * 10n ** shift
}

/** Half a unit of the last digit written (https://hl7.org/fhir/R4/search.html#number); `1e2` is from 95 to 105. */
function halfUnit(text: string): bigint {
  const [mantissa = '', exponent] = text.split(/e/i)
  const [, fraction = exponent === undefined ? '' : '0'] = mantissa.split('.')
  const last = BigInt(exponent ?? 0) - BigInt(fraction.length)
  return (5n * 10n ** (places + last)) / 10n
}

/**
 * Whether a number satisfies what is asked: `eq`, `ne` and `ap` by the range of the number asked for, the other prefixes
 * by the number itself. `unit` is what one asked for is worth in the unit of the value.
 */
export function comparesNumber(value: Extent, asked: string, unit: bigint = exact(1)): boolean {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/s.exec(asked) ?? []
  const scaled = (number: bigint) => (number * unit) / exact(1)
  const number = scaled(exact(text))
  const half = scaled(halfUnit(text))
  const within = number - half <= value.low && value.high < number + half
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return value.high > number
    case 'lt':
      return value.low < number
    case 'ge':
      return value.high >= number
    case 'le':
      return value.low <= number
    case 'sa':
      return value.low > number
    case 'eb':
      return value.high < number
    default: {
      const tenth = (number < 0n ? -number : number) / 10n
      const margin = tenth > half ? tenth : half
      return value.low < number + margin && number - margin <= value.high
    }
  }
}
