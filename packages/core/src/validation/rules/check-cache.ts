import type { RuleTarget } from '../contract.js'

/**
 * What rules read of objects, kept for the rules after them in the same check: a later check may find the objects changed.
 * Checks do not overlap, so what is kept is that of the last one, until the next begins.
 */
export class CheckCache<K extends object, V> {
  readonly #values = new Map<K, V>()
  #root: RuleTarget | undefined

  get({ root }: RuleTarget, key: K, make: () => V): V {
    if (root !== this.#root) {
      this.#root = root
      this.#values.clear()
    }
    let value = this.#values.get(key)
    if (value === undefined) {
      value = make()
      this.#values.set(key, value)
    }
    return value
  }
}
