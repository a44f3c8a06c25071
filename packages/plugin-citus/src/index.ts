export { hash64 } from './hash64.js'
export type { PostgresStorageOptions } from './options.js'
export { type CitusOptions, citus } from './plugin.js'
export { createPostgresStorage, type PostgresStorage } from './storage.js'
