import type { JsonContainer } from './digits.js'

/** A JSON Pointer (RFC 6901), followed as far as the document goes. */
export interface PointerTarget {
  /** What holds the target; undefined where even that is missing, or is no object or array. */
  readonly parent: JsonContainer | unknown[] | undefined
  readonly key: string
  readonly exists: boolean
  readonly value: unknown
  /** In words, why the target or its parent is not there: `there is no "name"`. */
  readonly missing: string
}

/**
 * The reference tokens of a pointer.
 *
 * @returns undefined for text that is no pointer.
 */
export function pointerTokens(pointer: string): string[] | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) return undefined
  if (/~(?![01])/.test(pointer)) return undefined
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Follows tokens through own properties and array items only. `root` is an object: the document has a parent too. */
export function follow(root: JsonContainer, tokens: readonly string[]): PointerTarget {
  let parent: unknown = root
  for (const [depth, key] of tokens.entries()) {
    const last = depth === tokens.length - 1
    if (typeof parent !== 'object' || parent === null) {
      return {
        parent: undefined,
        key,
        exists: false,
        value: undefined,
        missing: `"${tokens[depth - 1]}" has no parts`,
      }
    }
    const exists = Array.isArray(parent)
      ? isIndex(key) && Number(key) < parent.length
      : Object.hasOwn(parent, key)
    if (last || !exists) {
      const container = parent as JsonContainer
      const missing = Array.isArray(parent) ? `the list has ${parent.length} items` : `there is no "${key}"`
      return {
        parent: last ? container : undefined,
        key,
        exists,
        value: exists ? container[key] : undefined,
        missing,
      }
    }
    parent = (parent as JsonContainer)[key]
  }
  throw new RangeError('A pointer needs one token at least.')
}

/** Whether a token is an array index: digits without leading zeros. */
export function isIndex(token: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(token)
}
