import { suite, type Test } from 'uvu'
import type { Storage } from '../src/storage/storage.js'
import { accessTests } from './conformance/access-tests.js'
import { compositeTests } from './conformance/composite-tests.js'
import { defineIn, type StorageFeature } from './conformance/context.js'
import { historyTests } from './conformance/history-tests.js'
import { includeTests } from './conformance/include-tests.js'
import { indexTests } from './conformance/index-tests.js'
import { jobTests } from './conformance/job-tests.js'
import { languageTests } from './conformance/language-tests.js'
import { lawTests } from './conformance/law-tests.js'
import { pagingTests } from './conformance/paging-tests.js'
import { propertyTests } from './conformance/property-tests.js'
import { leftOut } from './conformance/query-arbitraries.js'
import { readTests } from './conformance/read-tests.js'
import { searchTests } from './conformance/search-tests.js'
import { transactionTests } from './conformance/transaction-tests.js'
import { valueTests } from './conformance/value-tests.js'
import { writeTests } from './conformance/write-tests.js'

export type { StorageFeature } from './conformance/context.js'

export interface ConformanceOptions {
  /** Features that the storage does not support; each test left out for one is printed. */
  readonly without?: readonly StorageFeature[]
  /** Random examples per property; 50 by default. */
  readonly runs?: number
  /** Called after the last test. */
  readonly close?: (storage: Storage) => Promise<void>
}

/**
 * A uvu suite with a test for each sentence of the storage contract. Call `run()` on what it returns:
 *
 * ```ts
 * storageConformance('memory', () => memoryStorage()).run()
 * ```
 *
 * @param open Opens the storage under test, once; the suite clears it before each test.
 */
export function storageConformance(
  name: string,
  open: () => Storage | Promise<Storage>,
  { without = [], runs = 50, close }: ConformanceOptions = {},
): Test {
  const tests = suite(`storage conformance: ${name}`)
  let opened: Storage | undefined
  tests.before(async () => {
    opened = await open()
  })
  tests.after(async () => {
    if (opened) await close?.(opened)
  })
  const storage = () => {
    if (!opened) throw new Error(`${name} was not opened`)
    return opened
  }
  const define = defineIn(tests, name, storage, without)
  writeTests(define)
  readTests(define)
  transactionTests(define)
  historyTests(define)
  searchTests(define)
  languageTests(define)
  compositeTests(define)
  pagingTests(define)
  includeTests(define)
  indexTests(define)
  jobTests(define)
  accessTests(define, without, runs)
  const kinds = leftOut(without)
  if (kinds.length > 0) console.log(`  random searches of ${name} go without: ${kinds.join(', ')}`)
  valueTests(define, runs)
  propertyTests(define, without, runs)
  lawTests(define, without, runs)
  return tests
}
