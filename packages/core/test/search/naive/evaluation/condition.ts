import { matchesCanonical } from './canonicals.js'
import { matchesDate, spanOfDates } from './dates.js'
import type { Json } from './json.js'
import { matchesNumber, searchedNumber, spanOf } from './numbers.js'
import { type Parameter, type PlainParameter, valuedElements } from './parameter.js'
import { matchesQuantity } from './quantities.js'
import { matchesReference } from './references.js'
import { matchesString, textsOf } from './strings.js'
import { matchesToken, matchesTokenText, matchesTypedIdentifier } from './tokens.js'
import { matchesUri, urisOf } from './uris.js'
import { hideEscaped, showEscaped } from './written.js'

/** What a server knows besides its resources. */
export interface Surroundings {
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Whether a resource satisfies `parameter:modifier=written` by itself (https://hl7.org/fhir/R4/search.html#combining). */
export function satisfies(
  resource: Json,
  parameter: Parameter,
  modifier: string | undefined,
  written: string,
  around: Surroundings,
): boolean {
  const elements = valuedElements(parameter, resource)
  if (modifier === 'missing') return (elements.length === 0) === (written === 'true')
  const alternatives = hideEscaped(written).split(',')
  if (modifier === 'not') return !satisfies(resource, parameter, undefined, written, around)
  return elements.some((element) =>
    alternatives.some((searched) => {
      if (parameter.type !== 'composite')
        return matchesElement(element, parameter, modifier, searched, around)
      const parts = searched.split('$')
      return parameter.parts.every((part, index) =>
        valuedElements(part, element).some((each) =>
          matchesElement(each, part, undefined, parts[index] ?? '', around),
        ),
      )
    }),
  )
}

/** One element against one alternative, whose escapes are still hidden. */
function matchesElement(
  element: Json,
  { type, system }: PlainParameter,
  modifier: string | undefined,
  searched: string,
  { baseUrl, now }: Surroundings,
): boolean {
  const shown = showEscaped(searched)
  switch (type) {
    case 'token':
      if (modifier === 'text') return matchesTokenText(element, searched)
      if (modifier === 'of-type') return matchesTypedIdentifier(element, searched)
      return matchesToken(element, searched, system)
    case 'string':
      return textsOf(element).some((text) => matchesString(text, modifier, shown))
    case 'date': {
      const span = spanOfDates(element)
      return span !== undefined && matchesDate(span, shown, now)
    }
    case 'number': {
      const span = spanOf(element)
      return span !== undefined && matchesNumber(span, searchedNumber(shown))
    }
    case 'quantity':
      return matchesQuantity(element, searched)
    case 'reference':
      return matchesReference(element, modifier, modifier === 'identifier' ? searched : shown, baseUrl)
    case 'canonical':
      return matchesCanonical(element, modifier, shown)
    case 'uri':
      return urisOf(element).some((each) => matchesUri(each, modifier, shown))
  }
}
