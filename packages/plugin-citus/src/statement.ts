/** A statement. With a `name` it is parsed and planned once per connection. */
export interface Statement {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly name?: string
  /** What it is for, in words; for `explain`. */
  readonly purpose?: string
}

/** What runs statements: the pool, or the one connection of a transaction. */
export interface Queryable {
  /** Rows of one statement. Failures come as FhirError where they have a meaning for clients. */
  query<Row>(statement: Statement): Promise<Row[]>
}
