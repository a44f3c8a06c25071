/**
 * Raised by a release that extracts something else from resources than the one before: then every resource counts as
 * outdated until it is reindexed.
 */
export const indexFormat = 1

/**
 * By which search parameters a resource was indexed: the format, then the instant of the latest change of a custom
 * parameter of its type, in milliseconds since the epoch; 0 where it has none.
 */
export function generationAt(milliseconds: number, format = indexFormat): bigint {
  return (BigInt(format) << 48n) | BigInt(milliseconds)
}

/** The instant in a generation. */
export function instantOfGeneration(generation: bigint): number {
  return Number(generation & 0xffff_ffff_ffffn)
}
