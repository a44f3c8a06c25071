import { type Json, memberOf, textAt, textsAt } from './json.js'

// https://hl7.org/fhir/R4/search.html#string

/** "insensitive to casing and included combining characters, like accents" */
export function plainText(text: string): string {
  const bare = [...text.normalize('NFKD')].filter((character) => !/\p{M}/u.test(character))
  return bare
    .join('')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ')
}

/**
 * The texts of a string, a HumanName or an Address, whose fields each count; so do a name's given and family names as
 * people say them together, and the lines of an address as they stand on an envelope.
 */
export function textsOf(element: Json): string[] {
  if (typeof element === 'string') return [element]
  const fields = (...paths: readonly string[]) => paths.flatMap((path) => textsAt(element, path))
  const isAddress = ['line', 'city', 'district', 'state', 'postalCode', 'country'].some(
    (member) => memberOf(element, member) !== undefined,
  )
  const together = isAddress
    ? fields('line', 'city', 'district', 'state', 'postalCode', 'country')
    : fields('given', 'family')
  const apart = isAddress ? [] : fields('prefix', 'suffix')
  const text = textAt(element, 'text')
  return [
    ...together,
    ...apart,
    ...(together.length > 1 ? [together.join(' ')] : []),
    ...(text === undefined ? [] : [text]),
  ]
}

export function matchesString(text: string, modifier: string | undefined, searched: string): boolean {
  if (modifier === 'exact') return text === searched
  const [whole, part] = [plainText(text), plainText(searched)]
  return modifier === 'contains' ? whole.indexOf(part) >= 0 : whole.slice(0, part.length) === part
}
