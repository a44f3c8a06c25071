/**
 * Values as a URL writes them (https://hl7.org/fhir/R4/search.html#escaping). What a backslash escapes is lifted into
 * the private use area before a text is cut at its separators, and put back into each piece.
 */
const lifted = 0xe000

export function hideEscaped(text: string): string {
  return text.replace(/\\([,|$\\])/g, (_, character: string) =>
    String.fromCharCode(lifted + character.charCodeAt(0)),
  )
}

export function showEscaped(text: string): string {
  return text.replace(/[\ue000-\ue0ff]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - lifted),
  )
}

/** `ge5.4` in its two parts; no prefix means `eq` (https://hl7.org/fhir/R4/search.html#prefix). */
export function prefixOf(text: string): readonly [prefix: string, rest: string] {
  const prefixed = /^(?:eq|ne|gt|lt|ge|le|sa|eb|ap)/.test(text)
  return prefixed ? [text.slice(0, 2), text.slice(2)] : ['eq', text]
}

/** `Patient/p1/Observation?code=x&_sort=-date` in its parts, decoded. */
export function partsOf(url: string): {
  readonly path: readonly string[]
  readonly parameters: readonly (readonly [name: string, value: string])[]
} {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? '' : url.slice(mark + 1)
  return {
    path: path.split('/').filter((each) => each !== ''),
    parameters: query
      .split('&')
      .filter((each) => each !== '')
      .map((each) => {
        const [name = '', ...value] = each.replaceAll('+', ' ').split('=')
        return [decodeURIComponent(name), decodeURIComponent(value.join('='))] as const
      }),
  }
}
