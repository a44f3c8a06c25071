import type { Definitions, SearchValue } from '@anamnesis/core'
import type { PoolOptions } from './pool.js'

/** How storage reaches PostgreSQL, and its limits. */
export interface PostgresStorageOptions extends Omit<PoolOptions, 'onConnectionLost'> {
  readonly definitions: Definitions
  /** The search values of a resource: `_include` reads the references of a page with it. */
  readonly extract?: (resource: { readonly resourceType: string }) => readonly SearchValue[]
  /** Resources that one page may include; 1,000 by default. */
  readonly includeLimit?: number
  /** Times that a transaction is run before a conflict is reported; 10 by default. */
  readonly transactionAttempts?: number
  /** Creates that one statement may join (64 by default); 1 switches joining off. */
  readonly coalesce?: number
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number
  readonly log?: { warn(details: object, message: string): void }
}
