/**
 * The texts whose hashes stand in `resource.tokens`, the same for writing and for searching. Each form has a separator
 * of its own, so that a code that contains `|` is not taken for a system and a code. Stored rows depend on them.
 */

/** `Observation.code`: what every key of a parameter starts with, and what side rows are filed under. */
export function parameterKey(type: string, param: string): string {
  return `${type}.${param}`
}

export const presenceKey = (parameter: string) => `${parameter}?`

/** Code in any system. */
export const codeKey = (parameter: string, code: string) => `${parameter}=${code}`

/** Code in a system; `''` is no system. */
export const codingKey = (parameter: string, system: string, code: string) => `${parameter}|${system}|${code}`

/** Any code in a system. */
export const systemKey = (parameter: string, system: string) => `${parameter}^${system}`

/** For `:of-type`. */
export const typedIdentifierKey = (parameter: string, system: string, code: string, value: string) =>
  `${parameter}#${system}|${code}|${value}`

export const referenceKey = (parameter: string, type: string, id: string) => `${parameter}=${type}/${id}`

/** An absolute or canonical reference, or a uri. */
export const urlKey = (parameter: string, url: string) => `${parameter}=${url}`

/** Everything strictly below a URL, whose closing slash is left out. */
export const belowKey = (parameter: string, url: string) => `${parameter}<${url}`

/** A canonical reference whose version is this one or has further parts (`1.2` for `1.2.3`). */
export const versionKey = (parameter: string, url: string, version: string) =>
  `${parameter}~${url}|${version}`

/** A reference by URL that names no version. */
export const unversionedKey = (parameter: string, url: string) => `${parameter}~${url}`

/** A normalised text of a token, for `:text`. */
export const textKey = (parameter: string, text: string) => `${parameter}:text=${text}`

/** A word, for `_text` and `_content`. */
export const wordKey = (parameter: string, word: string) => `${parameter}=${word}`

/** A unit in UCUM base units. */
export const canonicalUnitKey = (parameter: string, unit: string) => `${parameter}~${unit}`

/** The parameter under which the values of one component of a composite are filed; `position` from 0. */
export const componentParameter = (parameter: string, position: number) => `${parameter}$${position}`

/** The parameter under which the identifiers of references are filed, as if they were tokens. */
export const identifierParameter = (parameter: string) => `${parameter}:identifier`

/** The URLs above `url` that end before a slash, the scheme's slashes left out. */
export function urlsAbove(url: string): string[] {
  const above: string[] = []
  const start = url.indexOf('://')
  for (let at = url.indexOf('/', start < 0 ? 0 : start + 3); at >= 0; at = url.indexOf('/', at + 1)) {
    above.push(url.slice(0, at))
  }
  return above
}

/** A version and the shorter ones that it is below: 1.2.3 is below 1.2 and 1. */
export function versionsAbove(version: string): string[] {
  const above: string[] = []
  for (let at = version.indexOf('.'); at >= 0; at = version.indexOf('.', at + 1))
    above.push(version.slice(0, at))
  return [...above, version]
}
