import type { Test } from 'uvu'
import type { Storage } from '../../src/storage/storage.js'

/** What a storage may not support yet; the suite prints each test and each kind of query that it leaves out for one. */
export type StorageFeature =
  | 'chain'
  | 'has'
  /** Compartments of others than Patients. */
  | 'compartments'
  | 'composite'
  | 'number'
  | 'quantity'
  /** Quantities of UCUM units, compared in their base units. */
  | 'quantity-ucum'
  | 'uri'
  | 'uri-hierarchy'
  | 'token-text'
  | 'token-of-type'
  | 'reference-identifier'
  | 'string-contains'
  | 'string-exact'
  /** `equals` and `ends` of strings, which `_filter` asks for. */
  | 'string-equals'
  /** `:below` and `:above` on the versions of canonical references. */
  | 'canonical-version'
  /** Quantities in UCUM units compare in base units. */
  | 'ucum'
  /** `_text` and `_content`. */
  | 'words'
  | 'near'
  /** Searches for contained resources. */
  | 'contained'
  /** `and`, `or` and `not` of clauses. */
  | 'group'
  | 'include'
  | 'revinclude'
  | 'iterate'
  | 'history-at'
  | `sort-${'date' | 'string' | 'token' | 'reference' | 'number' | 'quantity' | 'uri'}`

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
