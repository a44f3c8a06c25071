// Readers of JSON that may be anything: each gives undefined for a value of another shape.

type Json = Readonly<Record<string, unknown>>

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text that is not blank. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/**
 * A finite number. A number that JavaScript would alter arrives as an object with its digits (lossless-json); its value
 * for searching is the nearest number.
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const lossless = objectOf(value)
  if (lossless?.isLosslessNumber !== true || typeof lossless.value !== 'string') return undefined
  const number = Number(lossless.value)
  return Number.isFinite(number) ? number : undefined
}
