import { extractSearchValues, r4 } from '@anamnesis/core'
import { storageConformance } from '@anamnesis/core/testing'
import { createPostgresStorage, type PostgresStorage, type PostgresStorageOptions } from '../src/index.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

function conformance(name: string, runs: number, options: Partial<PostgresStorageOptions> = {}): void {
  let database: TestDatabase | undefined
  let storage: PostgresStorage | undefined
  storageConformance(
    name,
    async () => {
      database = await startPostgres()
      storage = createPostgresStorage({
        connectionString: database.url,
        definitions: r4,
        extract: extractSearchValues,
        ...options,
      })
      await storage.start()
      return storage
    },
    {
      without: ['contained'],
      runs,
      close: async () => {
        await storage?.stop()
        await database?.stop()
      },
    },
  ).run()
}

conformance('postgresql', 50)
// As where every chain and `_has` goes through more resources than can be listed.
conformance('postgresql that lists nothing', 20, { listLimit: 0 })
