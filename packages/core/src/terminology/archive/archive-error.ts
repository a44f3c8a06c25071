/** A file of codes that cannot be used, with what is wrong and what to do. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
  constructor(
    readonly file: string,
    found: string,
    remedy = 'Delete it and import the distribution again with anamnesis terminology import.',
  ) {
    super(`${file}: ${found} ${remedy}`)
  }
}
