import type { Storage } from '../../src/storage/storage.js'

/** Settings under which tests need not wait. */
export const fast = { poll: 20, lease: 1000, batch: 10 }

/** A parameter that R4 does not have. */
export const nickname = {
  resourceType: 'SearchParameter',
  url: 'https://hospital.example/SearchParameter/patient-nickname',
  name: 'Nickname',
  status: 'active',
  description: 'Nickname of the patient',
  code: 'nickname',
  base: ['Patient'],
  type: 'string',
  expression: "Patient.name.where(use = 'nickname').text",
}

interface Part {
  readonly name: string
  readonly [value: string]: unknown
}

/** The value of a part of Parameters. */
export function named(parts: readonly Part[], name: string): unknown {
  const part = parts.find((each) => each.name === name)
  const key = part && Object.keys(part).find((property) => property.startsWith('value'))
  return key === undefined ? undefined : part?.[key]
}

/** Tries again until the assertions hold, for five seconds. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const until = performance.now() + 5000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

/** Methods that a test puts in the place of a storage's own; looked up at each call. */
export type StorageChanges = { -readonly [K in keyof Storage]?: Storage[K] }

/** A storage with some methods of the test's. */
export function withChanges(storage: Storage, changes: StorageChanges): Storage {
  return new Proxy(storage, {
    get(target, name) {
      const value = Reflect.get(name in changes ? changes : target, name) as unknown
      return typeof value === 'function' && !(name in changes) ? value.bind(target) : value
    },
  })
}
