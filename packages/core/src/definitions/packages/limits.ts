import { UnusablePackage } from './package-error.js'

// Far above the largest packages that are published (some 10,000 resources, 1 GB inflated), far below what hurts.

/** Bytes of one JSON file. */
export const maxFileBytes = 256 * 1024 * 1024
/** Bytes of one package, inflated. */
export const maxPackageBytes = 4 * 1024 * 1024 * 1024
/** Entries of one package. */
export const maxFiles = 200_000

/** Counts what a package holds, and ends the reading of one that is too large. */
export class Allowance {
  #bytes = 0
  #files = 0

  /** @throws UnusablePackage */
  file(name: string, bytes: number): void {
    this.#files++
    if (this.#files > maxFiles) throw tooLarge(`it has more than ${maxFiles} files`)
    if (bytes > maxFileBytes) throw tooLarge(`${name} has ${bytes} bytes, more than ${maxFileBytes}`)
  }

  /** @throws UnusablePackage */
  bytes(count: number): void {
    this.#bytes += count
    if (this.#bytes > maxPackageBytes) throw tooLarge(`it inflates to more than ${maxPackageBytes} bytes`)
  }
}

function tooLarge(what: string): UnusablePackage {
  return new UnusablePackage(
    `too large for a package: ${what}.`,
    'Check where it comes from; split it if it is right.',
  )
}
