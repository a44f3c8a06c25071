import { digits, type JsonContainer, sameDecimal, sourceOf } from './digits.js'

/** Marks a string that stands for a number. Random, so that no client can send one. */
const prefix = `\0${globalThis.crypto.randomUUID()}:`

/**
 * A deep copy in which each number with kept digits is a private string, so that code which moves values about without
 * knowing of digits takes them along. `decodeDigits` undoes it.
 *
 * @param source the kept digits of the value itself, where it is a number.
 */
export function encodeDigits(value: unknown, source?: string): unknown {
  if (source !== undefined) return prefix + source
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item, index) => encodeDigits(item, sourceOf(value, index)))
  const copy: JsonContainer = {}
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = encodeDigits((value as JsonContainer)[key], sourceOf(value, key))
  }
  return copy
}

/** The value with numbers in place of private strings, their digits kept as `parseJson` keeps them. Changes it in place. */
export function decodeDigits(value: unknown): unknown {
  const own = sourceOfEncoded(value)
  if (own !== undefined) return Number(own)
  if (typeof value !== 'object' || value === null) return value
  const container = value as JsonContainer
  const texts: Record<string, string> = {}
  for (const key of Object.keys(container)) {
    const source = sourceOfEncoded(container[key])
    if (source !== undefined) texts[key] = source
    container[key] = decodeDigits(container[key])
  }
  if (Object.keys(texts).length > 0) container[digits] = texts
  return container
}

/** Equality as RFC 6902 (4.6) has it: of numbers by their exact value, of objects whatever the order of members. */
export function equalEncoded(a: unknown, b: unknown): boolean {
  if (a === b) return true
  const [x, y] = [numberText(a), numberText(b)]
  if (x !== undefined && y !== undefined) return sameDecimal(x, y)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) => Object.hasOwn(b, key) && equalEncoded((a as JsonContainer)[key], (b as JsonContainer)[key]),
  )
}

function sourceOfEncoded(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : undefined
}

function numberText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : sourceOfEncoded(value)
}
