import { isId } from '../../fhir/ids.js'
import type { HasClause } from '../query.js'
import { type Place, type Reading, searchError } from './context.js'
import { splitValues, unescapeValue } from './parts.js'

/**
 * `_list=42`: members of List/42, which is what `_has:List:item:_id=42` says
 * (https://hl7.org/fhir/R4/search.html#list).
 */
export function readList(
  place: Place,
  modifier: string | undefined,
  value: string,
  reading: Reading,
): HasClause {
  if (modifier !== undefined) throw searchError(place, '_list takes no modifier.')
  const ids = splitValues(value, place, reading).map((part) => {
    const text = unescapeValue(part, place)
    if (text.startsWith('$')) {
      throw searchError(
        place,
        `this server keeps no functional lists such as "${text}"; name a stored one by its id, such as _list=42.`,
        'unsupported-search',
      )
    }
    if (isId(text)) return text
    throw searchError(place, `expected the id of a List, such as _list=42, found "${text}".`)
  })
  const param = reading.definitions.searchParameters('List').get('item')
  if (!param) throw searchError(place, 'List has no parameter item here.', 'unsupported-search')
  return { kind: 'has', type: 'List', param, where: [{ kind: 'id', ids }] }
}
