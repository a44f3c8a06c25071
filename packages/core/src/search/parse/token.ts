import { normalizeString } from '../normalize.js'
import type { TokenCriterion } from '../query.js'
import { type Place, searchError } from './context.js'
import { unescapeValue } from './parts.js'
import { splitEscaped } from './text.js'

/** @throws FhirError for a text of which nothing is left once it is normalised: it would find everything. */
export function requireText(value: string, place: Place): void {
  if (normalizeString(value) === '')
    throw searchError(place, `expected a text to look for, such as nunez, found "${value}".`)
}

export function readTokenValue(part: string, modifier: string | undefined, place: Place): TokenCriterion {
  if (modifier === 'text') {
    const code = unescapeValue(part, place)
    requireText(code, place)
    return { code }
  }
  if (modifier === 'in' || modifier === 'not-in') return { code: readValueSet(part, place) }
  return modifier === 'of-type' ? readTypedIdentifier(part, place) : readToken(part, place)
}

/** `code`, `system|code`, `|code` or `system|` (https://hl7.org/fhir/R4/search.html#token). */
export function readToken(part: string, place: Place): TokenCriterion {
  const [first = '', second, ...more] = splitEscaped(part, '|').map((each) => unescapeValue(each, place))
  if (second === undefined) return { code: first }
  if (more.length > 0 || (first === '' && second === '')) {
    throw searchError(
      place,
      `expected code, system|code, |code or system|, such as http://loinc.org|29463-7, found "${part}".`,
    )
  }
  return second === '' ? { system: first } : { system: first, code: second }
}

function readTypedIdentifier(part: string, place: Place): TokenCriterion {
  const [system, type, code, ...more] = splitEscaped(part, '|').map((each) => unescapeValue(each, place))
  if (!system || !type || !code || more.length > 0) {
    throw searchError(
      place,
      `expected the identifier type's system|code and the value, such as http://terminology.hl7.org/CodeSystem/v2-0203|MR|12345, found "${part}".`,
    )
  }
  return { code, ofType: { system, code: type } }
}

/** The URL of a value set, its version included, or its `ValueSet/id` here. */
function readValueSet(part: string, place: Place): string {
  const url = unescapeValue(part, place)
  if (/^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/.test(url) || /^ValueSet\/[A-Za-z0-9.-]{1,64}$/.test(url)) return url
  throw searchError(
    place,
    `expected the URL of a value set, such as http://hl7.org/fhir/ValueSet/observation-status, or ValueSet/id, found "${part}".`,
  )
}
