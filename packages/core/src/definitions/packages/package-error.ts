/** One path of the setting `packages` that cannot be used. */
export interface PackageProblem {
  readonly path: string
  /** What was expected and what was found. */
  readonly found: string
  /** What to do. */
  readonly remedy: string
}

/** The paths of the setting `packages` that cannot be used, all of them, each with what is wrong and what to do. */
export class PackageError extends Error {
  override readonly name = 'PackageError'
  constructor(readonly problems: readonly PackageProblem[]) {
    super(
      [
        `packages: ${problems.length === 1 ? 'one path' : `${problems.length} paths`} cannot be used.`,
        ...problems.map(({ path, found, remedy }) => `  - ${path}: ${found}\n    ${remedy}`),
      ].join('\n'),
    )
  }
}

/** What is wrong with one package, thrown while it is read; `openPackages` collects them. */
export class UnusablePackage extends Error {
  override readonly name = 'UnusablePackage'
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message)
  }
}
