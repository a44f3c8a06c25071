import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import { indexed } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { found } from './queries.js'
import { alternatives, parametersOfAllTypes } from './query-arbitraries.js'
import { resources } from './resource-arbitraries.js'

const content = fc.array(resources, { minLength: 20, maxLength: 40 })

/** What holds of every search, whatever its values mean (https://hl7.org/fhir/R4/search.html#combining). */
export function lawTests(define: Define, without: readonly StorageFeature[], runs: number): void {
  const law = <T>(
    behaviour: string,
    asked: fc.Arbitrary<T>,
    check: (storage: Storage, asked: T) => Promise<void>,
  ) =>
    define(behaviour, (storage) =>
      fc.assert(
        fc.asyncProperty(content, fc.array(asked, { minLength: 20, maxLength: 20 }), async (batch, all) => {
          await storage.clear()
          await storage.write(batch.map((resource) => indexed(resource, { kind: 'update' })))
          for (const each of all) await check(storage, each)
        }),
        { numRuns: Math.ceil(runs / 5), endOnFailure: true },
      ),
    )

  law(
    'alternatives find what each of them finds, repetitions what all of them find',
    alternatives(without),
    async (storage, { type, name, first, second }) => {
      const ask = (...values: string[]) =>
        found(storage, `${type}?${values.map((value) => `${name}=${encodeURIComponent(value)}`).join('&')}`)
      const [a, b] = [await ask(first), await ask(second)]
      const all = await found(storage, type)
      const message = `${type}?${name}: ${first}, ${second}`
      const either = (id: string) => a.includes(id) || b.includes(id)
      assert.equal(await ask(`${first},${second}`), all.filter(either), message)
      assert.equal(
        await ask(first, second),
        a.filter((id) => b.includes(id)),
        message,
      )
    },
  )

  law(
    ':missing parts the resources of a type in two',
    parametersOfAllTypes(without),
    async (storage, { type, name }) => {
      const missing = await found(storage, `${type}?${name}:missing=true`)
      const present = await found(storage, `${type}?${name}:missing=false`)
      assert.equal(
        [...missing, ...present].sort(),
        (await found(storage, type)).sort(),
        `${type}?${name}:missing`,
      )
    },
  )

  law(
    ':not finds what is not found without it',
    alternatives(without).filter(({ token }) => token),
    async (storage, { type, name, first, second }) => {
      const value = encodeURIComponent(`${first},${second}`)
      const matching = await found(storage, `${type}?${name}=${value}`)
      const others = await found(storage, `${type}?${name}:not=${value}`)
      assert.equal(
        [...matching, ...others].sort(),
        (await found(storage, type)).sort(),
        `${type}?${name}:not=${value}`,
      )
    },
  )
}
