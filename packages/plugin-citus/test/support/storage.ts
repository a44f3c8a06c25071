import { extractSearchValues, r4 } from '@anamnesis/core'
import { createPostgresStorage, type PostgresStorage, type PostgresStorageOptions } from '../../src/index.js'

/** A started storage on a database. */
export async function openStorage(
  connectionString: string,
  options: Partial<PostgresStorageOptions> = {},
): Promise<PostgresStorage> {
  const storage = createPostgresStorage({
    connectionString,
    definitions: r4,
    extract: extractSearchValues,
    ...options,
  })
  await storage.start()
  return storage
}
