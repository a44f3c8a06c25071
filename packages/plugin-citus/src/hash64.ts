import { hash } from 'node:crypto'

const capacity = 50_000
/** Two generations: when the young one is full it becomes the old one, so what is used stays and lookups stay O(1). */
let young = new Map<string, bigint>()
let old = new Map<string, bigint>()

/**
 * The first 8 bytes of the SHA-256 of a text, big-endian and signed, as stored in `bigint` columns.
 * Frozen: stored rows depend on it.
 */
export function hash64(text: string): bigint {
  const known = young.get(text)
  if (known !== undefined) return known
  const value = old.get(text) ?? hash('sha256', text, 'buffer').readBigInt64BE(0)
  if (young.size >= capacity) {
    old = young
    young = new Map()
  }
  young.set(text, value)
  return value
}

/** As `hash64`, for texts that will hardly come again and would only push others out of the cache. */
export function hash64Once(text: string): bigint {
  return hash('sha256', text, 'buffer').readBigInt64BE(0)
}
