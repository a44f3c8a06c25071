import type { SearchParameter, SearchParameterType } from '../definitions/definitions.js'

/** Modifiers by parameter type (https://hl7.org/fhir/R4/search.html#modifiers); `:missing` goes with every type but special. */
export const modifiers = {
  string: ['exact', 'contains'],
  token: ['not', 'text', 'of-type', 'in', 'not-in', 'below', 'above'],
  reference: ['identifier', 'below', 'above'],
  uri: ['below', 'above'],
  date: [],
  number: [],
  quantity: [],
  composite: [],
  special: [],
} as const satisfies Record<SearchParameterType, readonly string[]>

/** The modifiers that make sense on one parameter, `missing` and, for a reference to several types, `[type]` included. */
export function modifiersOf({ code, type, target, expression }: SearchParameter): readonly string[] {
  if (type === 'special' || code === '_id' || code === '_text' || code === '_content') return []
  if (code === '_lastUpdated') return ['missing']
  const several = type === 'reference' && target?.length !== 1
  const own: readonly string[] = modifiers[type]
  // Only identifiers have a type of their own.
  const fitting = own.filter((each) => each !== 'of-type' || !expression || /identifier/i.test(expression))
  return [...fitting, ...(several ? ['[type]'] : []), 'missing']
}
