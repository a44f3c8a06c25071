import type { Definitions, SearchValue } from '@anamnesis/core'
import type { PoolOptions } from './pool.js'

/** How storage reaches PostgreSQL, and its limits. */
export interface PostgresStorageOptions extends Omit<PoolOptions, 'onConnectionLost'> {
  readonly definitions: Definitions
  /** The search values of a resource: `_include` reads the references of a page with it. */
  readonly extract?: (resource: { readonly resourceType: string }) => readonly SearchValue[]
  /** Resources that one page may include; 1,000 by default. */
  readonly includeLimit?: number
  /**
   * Resources that a chain or `_has` may list before the search itself; 1,000 by default. Where it goes through more,
   * each row is judged by what it refers to. Answers do not depend on it.
   */
  readonly listLimit?: number
  /** Times that a transaction is run before a conflict is reported; 10 by default. */
  readonly transactionAttempts?: number
  /** Creates that one statement may join (64 by default); 1 switches joining off. */
  readonly coalesce?: number
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number
  readonly log?: { warn(details: object, message: string): void }
}
