import { type Place, type Reading, searchError } from './context.js'
import { splitEscaped, unescapeText } from './text.js'

/** The alternatives of a value, still escaped. */
export function splitValues(text: string, place: Place, { limits }: Reading, example = 'a'): string[] {
  const parts = splitEscaped(text, ',')
  if (parts.includes('')) {
    throw searchError(
      place,
      text === ''
        ? `expected a value, such as ${example}, found "". To search without it, leave the parameter out.`
        : `expected values joined by commas, such as ${example},${example}, found "${text}", which has an empty one.`,
    )
  }
  if (parts.length > limits.maxValues) {
    throw searchError(
      place,
      `${parts.length} values are more than the ${limits.maxValues} allowed.`,
      'too-costly',
    )
  }
  return parts
}

export function readBoolean(text: string, place: Place): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw searchError(place, `expected true or false, such as ${place.name}=true, found "${text}".`)
}

export function unescapeValue(text: string, place: Place): string {
  const plain = unescapeText(text)
  if (plain !== undefined) return plain
  throw searchError(place, `in "${text}" a backslash escapes nothing; write \\\\ for a backslash.`)
}
