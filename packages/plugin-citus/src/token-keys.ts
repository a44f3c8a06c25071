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
