import { JsonParser, maxJsonDepth } from './json-parser.js'
import { prettyJson } from './json-pretty.js'
import { writeJson } from './json-writer.js'

export { prettyJson } from './json-pretty.js'

/** What a JSON text says. */
export interface ParsedJson {
  readonly value: unknown
  /** True where a number's digits had to be kept, so that only a digit-preserving writer gives them back. */
  readonly lossy: boolean
}

/**
 * Parses JSON text to plain objects, arrays, strings, booleans, null and numbers, with the source text of each number
 * that JavaScript would alter kept under `digits` (but for a text that is nothing but a number). A leading byte order mark is skipped. A property that occurs twice in
 * one object is refused, and so is `__proto__`.
 *
 * @param maxDepth levels of objects and arrays that may nest.
 * @throws FhirError `malformed-json`, with line and column.
 */
export function parseJson(
  text: string,
  { maxDepth = maxJsonDepth }: { readonly maxDepth?: number } = {},
): ParsedJson {
  const parser = new JsonParser(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, maxDepth)
  const value = parser.parse()
  return { value, lossy: parser.lossy }
}

/**
 * The JSON text of a value, as `JSON.stringify` gives it, with numbers as their source texts have them.
 *
 * @param options.lossy false, from `parseJson`, says that no digits were kept, which saves looking for them.
 * @param options.pretty two spaces of indentation.
 */
export function stringifyJson(
  value: unknown,
  { lossy = true, pretty = false }: { readonly lossy?: boolean; readonly pretty?: boolean } = {},
): string {
  const text = (lossy ? writeJson(value) : JSON.stringify(value)) ?? 'null'
  return pretty ? prettyJson(text) : text
}
