import { extractSearchValues, r4 } from '@anamnesis/core'
import { storageConformance } from '@anamnesis/core/testing'
import { createPostgresStorage, type PostgresStorage } from '../src/index.js'
import { startPostgres, type TestDatabase } from './support/postgres.js'

let database: TestDatabase | undefined
let storage: PostgresStorage | undefined

storageConformance(
  'postgresql',
  async () => {
    database = await startPostgres()
    storage = createPostgresStorage({
      connectionString: database.url,
      definitions: r4,
      extract: extractSearchValues,
    })
    await storage.start()
    return storage
  },
  {
    without: ['chain', 'has', 'token-text', 'sort-token', 'sort-reference', 'sort-uri'],
    close: async () => {
      await storage?.stop()
      await database?.stop()
    },
  },
).run()
