/** A distribution that cannot be imported; says what was expected, what was found and what to do. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
