import {
  definePlugin,
  definitionsService,
  type Plugin,
  searchParametersService,
  storageService,
} from '@anamnesis/core'
import type { PostgresStorageOptions } from './options.js'
import { createPostgresStorage } from './storage.js'

/** Settings of the plugin: `connectionString`, and whatever of the rest is not to be as it is by default. */
export type CitusOptions = Omit<PostgresStorageOptions, 'definitions' | 'extract' | 'clock' | 'log'>

/**
 * Storage on PostgreSQL 15 or later. The schema is made, or brought up to date, when the server starts; several instances
 * may start at once.
 *
 * @example createFhirServer({ plugins: [citus({ connectionString: process.env.DATABASE_URL })] })
 */
export function citus(options: CitusOptions): Plugin {
  return definePlugin({
    name: 'citus',
    uses: { definitions: definitionsService, searchParameters: searchParametersService },
    provides: { storage: storageService },
    setup: ({ definitions, searchParameters }, { log, clock }) => {
      if (!options.connectionString) {
        throw Object.assign(new Error('the setting connectionString is missing'), {
          remedy: 'Give citus({ connectionString: "postgresql://user:password@host:5432/database" }).',
        })
      }
      const storage = createPostgresStorage({
        ...options,
        definitions,
        extract: (resource) => searchParameters.extract(resource),
        clock,
        log,
      })
      return { provides: { storage }, start: () => storage.start(), stop: () => storage.stop() }
    },
  })
}
