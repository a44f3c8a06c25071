import { at, type Json, memberOf, textAt, textsAt } from './json.js'
import { matchesString } from './strings.js'
import { showEscaped } from './written.js'

// https://hl7.org/fhir/R4/search.html#token

interface Coding {
  readonly system: string | undefined
  readonly code: string | undefined
}

/**
 * The codings of a code, boolean, Coding, CodeableConcept or Identifier.
 *
 * @param implied the system that a `code` element has by its required value set.
 */
export function codingsOf(element: Json, implied?: string): Coding[] {
  if (typeof element === 'string') return [{ system: implied, code: element }]
  if (typeof element === 'boolean') return [{ system: undefined, code: String(element) }]
  if (isConcept(element)) return at(element, 'coding').flatMap((each) => codingsOf(each))
  const code = textAt(element, 'value') ?? textAt(element, 'code')
  return [{ system: textAt(element, 'system'), code }]
}

function isConcept(element: Json): boolean {
  return memberOf(element, 'coding') !== undefined || memberOf(element, 'text') !== undefined
}

/** `code`, `system|code`, `|code` (no system) or `system|` (any code), escapes still hidden. */
export function matchesToken(element: Json, searched: string, implied?: string): boolean {
  const [first = '', second] = searched.split('|').map(showEscaped)
  return codingsOf(element, implied).some(({ system, code }) => {
    if (second === undefined) return code === first
    const fits = first === '' ? system === undefined : system === first
    return fits && (second === '' || code === second)
  })
}

/** `:text`: "CodeableConcept.text, Coding.display, or Identifier.type.text". */
export function matchesTokenText(element: Json, searched: string): boolean {
  const texts = isConcept(element)
    ? [...textsAt(element, 'text'), ...textsAt(element, 'coding.display')]
    : [...textsAt(element, 'display'), ...textsAt(element, 'type.text')]
  return texts.some((text) => matchesString(text, undefined, showEscaped(searched)))
}

/** `:of-type`: the Identifier's type has this coding, and the Identifier this value. */
export function matchesTypedIdentifier(element: Json, searched: string): boolean {
  const [system, code, value] = searched.split('|').map(showEscaped)
  const typed = at(element, 'type.coding').some(
    (each) => textAt(each, 'system') === system && textAt(each, 'code') === code,
  )
  return typed && textAt(element, 'value') === value
}
