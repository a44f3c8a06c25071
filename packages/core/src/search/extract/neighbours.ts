const double = new Float64Array(1)
const bits = new BigInt64Array(double.buffer)

/** The least double above a number: where what is greater than the number begins. Infinity stays. */
export function justAbove(value: number): number {
  if (!Number.isFinite(value)) return value
  if (value === 0) return Number.MIN_VALUE
  double[0] = value
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n)
  return double[0]
}

/** The greatest double below a number: where what is less than the number ends. Infinity stays. */
export function justBelow(value: number): number {
  return -justAbove(-value)
}
