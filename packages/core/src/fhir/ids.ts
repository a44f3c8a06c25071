const idPattern = /^[A-Za-z0-9\-.]{1,64}$/

/** True for a valid logical id (https://hl7.org/fhir/R4/datatypes.html#id). */
export function isId(text: string): boolean {
  return idPattern.test(text)
}

const versionPattern = /^[1-9][0-9]{0,9}$/
/** Storage counts versions in 32 bits. */
const lastVersion = 2 ** 31 - 1

/** The number in a versionId; undefined for one that this server never gave out. */
export function parseVersionId(text: string): number | undefined {
  const version = versionPattern.test(text) ? Number(text) : undefined
  return version !== undefined && version <= lastVersion ? version : undefined
}
