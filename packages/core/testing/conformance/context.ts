import type { Test } from 'uvu'
import type { Storage } from '../../src/storage/storage.js'

/** What a storage may not support yet; the suite prints each test that it leaves out for one of them. */
export type StorageFeature =
  | 'chain'
  | 'has'
  | 'compartments'
  | 'composite'
  | 'include'
  | 'iterate'
  | 'history-at'
  | 'sort-token'
  | 'sort-reference'
  | 'sort-uri'
  | 'sort-string'
  | 'sort-number'
  | 'sort-quantity'
  | 'token-text'
  | 'token-of-type'
  | 'reference-identifier'
  | 'string-contains'
  | 'uri'
  | 'number'
  | 'quantity'
  | 'property'

/** Registers a behaviour of the contract; `needs` names the features without which it is left out. */
export type Define = (
  behaviour: string,
  test: (storage: Storage) => Promise<void>,
  needs?: readonly StorageFeature[],
) => void

/** A `Define` that fills a uvu suite. Every test starts with an empty storage. */
export function defineIn(
  suite: Test,
  name: string,
  storage: () => Storage,
  without: readonly StorageFeature[],
): Define {
  return (behaviour, test, needs = []) => {
    const missing = needs.filter((feature) => without.includes(feature))
    if (missing.length > 0) {
      console.log(`  left out of ${name} (without ${missing.join(', ')}): ${behaviour}`)
      return
    }
    suite(behaviour, async () => {
      await storage().clear()
      await test(storage())
    })
  }
}
